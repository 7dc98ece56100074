//! What sockets may send, and how many there may be.

use std::time::Instant;

use dayfly_host_api::Gate;
use dayfly_host_api::net::{Denied, SendLimits};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::*;

fn limited(limits: SendLimits) -> Guest {
    Guest::with(Settings { limits, ..settings(Listed::default()) })
}

fn no_more() -> Denied {
    Denied { what: "no more".to_owned(), remedy: Some("a line".to_owned()) }
}

/// A connection, and how many bytes come out of its far end when it is closed.
async fn connected(guest: &mut Guest) -> (Connection, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let connection = guest.connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let reader = tokio::spawn(async move {
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        heard.len()
    });
    (connection, reader)
}

#[tokio::test]
async fn no_byte_beyond_the_total_is_sent() {
    let mut guest = limited(SendLimits { total: Some((5_000, no_more())), rate: None });
    let (connection, reader) = connected(&mut guest).await;
    guest.write(&connection.2, &[1; 4_000]).await.unwrap();
    let failed = guest.write(&connection.2, &[1; 4_000]).await;
    assert!(matches!(failed, Err(StreamError::LastOperationFailed(_))), "{failed:?}");
    guest.close(connection).await;
    assert_eq!((reader.await.unwrap(), guest.client.traffic().sent_bytes), (5_000, 5_000));
    assert_eq!(guest.client.limit_met(), Some(&no_more()));
    assert_eq!(guest.refused()[0].0, "no more");
}

#[tokio::test]
async fn a_rate_makes_connections_wait() {
    let mut guest = limited(SendLimits { total: None, rate: Some(100_000) });
    let (connection, reader) = connected(&mut guest).await;
    let began = Instant::now();
    guest.write(&connection.2, &[1; 40_000]).await.unwrap();
    guest.close(connection).await;
    assert_eq!(reader.await.unwrap(), 40_000);
    // A tenth of a second's worth at once, and three tenths for the rest: time is what the rate is about.
    assert!(began.elapsed().as_millis() >= 250, "{:?}", began.elapsed());
}

/// To write nothing is permitted also where `check-write` permits nothing.
#[tokio::test]
async fn who_writes_nothing_takes_nothing_out_of_what_waits() {
    let mut guest = limited(SendLimits { total: None, rate: Some(50_000) });
    let (connection, reader) = connected(&mut guest).await;
    let output = guest.output(&connection.2);
    assert!(output.write_ready().await.unwrap() >= 20_000);
    output.write(vec![1; 20_000].into()).unwrap();
    assert_eq!(output.check_write().unwrap(), 0);
    output.write(bytes::Bytes::new()).unwrap();
    output.write_zeroes(0).unwrap();
    guest.close(connection).await;
    assert_eq!(reader.await.unwrap(), 20_000);
}

#[tokio::test]
async fn a_datagram_is_sent_whole_or_not_at_all() {
    let far = std::net::UdpSocket::bind(ANY).unwrap();
    far.set_nonblocking(true).unwrap();
    let there = far.local_addr().unwrap();
    let mut guest = limited(SendLimits { total: Some((1_500, no_more())), rate: None });
    let socket = guest.udp(address(ANY)).await.unwrap();
    let (_input, output) = guest.stream(&socket, None).await.unwrap();
    guest.send(&output, &[1; 1_000], Some(there)).await.unwrap();
    assert_eq!(guest.send(&output, &[2; 501], Some(there)).await, Err(ErrorCode::AccessDenied));
    guest.send(&output, &[3; 500], Some(there)).await.unwrap();
    assert_eq!(guest.send(&output, b"", Some(there)).await, Err(ErrorCode::AccessDenied));
    let mut buffer = [0; 2_000];
    assert_eq!((far.recv(&mut buffer).unwrap(), far.recv(&mut buffer).unwrap()), (1_000, 500));
    assert!(far.recv(&mut buffer).is_err());
    assert_eq!(guest.client.traffic().sent_bytes, 1_500);
    assert_eq!(guest.refused(), [("no more".to_owned(), 2)]);
}

/// Also one that is larger than what goes at once.
#[tokio::test]
async fn a_rate_makes_datagrams_wait() {
    let far = std::net::UdpSocket::bind(ANY).unwrap();
    far.set_read_timeout(Some(crate::support::LONG)).unwrap();
    let there = far.local_addr().unwrap();
    let mut guest = limited(SendLimits { total: None, rate: Some(100_000) });
    let socket = guest.udp(address(ANY)).await.unwrap();
    let (_input, output) = guest.stream(&socket, None).await.unwrap();
    let began = Instant::now();
    for _ in 0..2 {
        guest.send(&output, &[1; 20_000], Some(there)).await.unwrap();
        assert_eq!(far.recv(&mut [0; 30_000]).unwrap(), 20_000);
    }
    assert!(began.elapsed().as_millis() >= 250, "{:?}", began.elapsed());
    assert_eq!(guest.client.traffic().sent_bytes, 40_000);
}

#[tokio::test]
async fn open_sockets_are_counted_with_the_open_files() {
    let handles = Arc::new(Semaphore::new(3));
    let mut guest = Guest::with(Settings { handles: Some(handles.clone()), ..settings(Listed::default()) });
    let (listening, here) = guest.listen(address(ANY)).await.unwrap();
    let near = guest.connect(here).await.unwrap();
    let far = guest.accept(&listening).await.unwrap();
    assert_eq!(handles.available_permits(), 0);
    assert_eq!(guest.tcp().err(), Some(ErrorCode::NewSocketLimit));
    assert_eq!(guest.udp(address(ANY)).await.err(), Some(ErrorCode::NewSocketLimit));
    guest.close(far).await;
    let second = guest.connect(here).await.unwrap();
    // There is a connection to take, and no place for it until there is one again.
    guest.until_ready(&listening).await;
    assert_eq!(guest.accept(&listening).await.err(), Some(ErrorCode::NewSocketLimit));
    guest.close(near).await;
    guest.accept(&listening).await.unwrap();
    guest.close(second).await;
    drop(guest);
    assert_eq!(handles.available_permits(), 3);
}

#[tokio::test]
async fn a_guest_has_no_more_sockets_than_it_may() {
    let mut guest = Guest::new(Listed::default());
    let mut sockets = Vec::new();
    let full = loop {
        match guest.tcp() {
            Ok(socket) => sockets.push(socket),
            Err(code) => break code,
        }
    };
    // Where the process may have fewer files than that, the system says so.
    assert!(
        sockets.len() <= 1_024 && (full == ErrorCode::NewSocketLimit || full == ErrorCode::Unknown),
        "{full:?}"
    );
    HostTcpSocket::drop(&mut guest.context.sockets(), sockets.pop().unwrap()).unwrap();
    guest.tcp().unwrap();
}

#[tokio::test]
async fn behind_a_closed_gate_nothing_is_sent_or_received() {
    let mut guest = Guest::new(Listed::default());
    let (connection, reader) = connected(&mut guest).await;
    let gate = Arc::new(Gate::new());
    guest.client.behind(gate.clone());
    guest.write(&connection.2, b"before").await.unwrap();
    gate.close();
    assert!(guest.write(&connection.2, b"after").await.is_err());
    assert!(guest.input(&connection.1).read(1).is_err());
    guest.close(connection).await;
    assert_eq!(reader.await.unwrap(), 6);
}
