//! Connecting to the first of several addresses that answers.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long one address may take to answer.
const CONNECT: Duration = Duration::from_secs(10);
/// After what time the next address is tried beside one that has not answered: what RFC 8305 recommends.
const STAGGER: Duration = Duration::from_millis(250);
/// The most addresses that are tried.
const MOST: usize = 16;

/// Connects to one of `addresses`: each next one is tried when the one before it has failed, or has not answered for a
/// quarter of a second. Dropping this closes what is not connected yet.
///
/// # Errors
/// What the last of them failed with.
pub(super) async fn dial(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut left = in_turns(addresses).into_iter().take(MOST);
    let mut attempts: JoinSet<io::Result<TcpStream>> = JoinSet::new();
    let mut failure = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
    loop {
        let next = left.next();
        let more = next.is_some();
        if let Some(address) = next {
            attempts.spawn(attempt(SocketAddr::new(address, port)));
        }
        tokio::select! {
            // One that has connected is taken before another one is tried.
            biased;
            ended = attempts.join_next() => match ended {
                Some(Ok(Ok(stream))) => return Ok(stream),
                Some(Ok(Err(error))) => failure = error,
                Some(Err(error)) => failure = io::Error::other(error),
                None => return Err(failure),
            },
            () = tokio::time::sleep(STAGGER), if more => {}
        }
    }
}

async fn attempt(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await;
    let stream = stream.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    // Requests are written whole.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The addresses with both families by turns, in their order otherwise: one that is unreachable costs one attempt.
fn in_turns(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let first = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        addresses.iter().rev().copied().partition(|address| address.is_ipv6() == first);
    let mut turns = Vec::with_capacity(addresses.len());
    while turns.len() < addresses.len() {
        turns.extend(one.pop());
        turns.extend(other.pop());
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let addresses =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let turns = in_turns(&addresses(&["::1", "::2", "::3", "10.0.0.1"]));
        assert_eq!(turns, addresses(&["::1", "10.0.0.1", "::2", "::3"]));
        assert_eq!(in_turns(&addresses(&["10.0.0.1", "::1"])), addresses(&["10.0.0.1", "::1"]));
        assert!(in_turns(&[]).is_empty());
    }
}
