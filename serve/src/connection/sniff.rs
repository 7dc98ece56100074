//! Which HTTP a connection speaks.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Enough for the head of most requests.
const FIRST: usize = 4096;

/// Which HTTP a connection speaks, and what was read of it to find out; none where it ends before that.
pub(super) async fn sniff(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(bool, Bytes)>> {
    let mut begun = BytesMut::with_capacity(FIRST);
    while begun.len() < PREFACE.len() && PREFACE.starts_with(&begun) {
        if socket.read_buf(&mut begun).await? == 0 {
            break;
        }
    }
    Ok((!begun.is_empty()).then(|| (begun.starts_with(PREFACE), begun.freeze())))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn of(mut bytes: &[u8]) -> Option<(bool, Bytes)> {
        sniff(&mut bytes).await.unwrap()
    }

    #[tokio::test]
    async fn both_are_told_apart_and_nothing_is_lost() {
        for text in
            [&b"GET / HTTP/1.1\r\n"[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", b"POST / HTTP/1.1\r\n"]
        {
            assert_eq!(of(text).await, Some((false, Bytes::from_static(text))));
        }
        let two = [PREFACE, b"and more"].concat();
        assert_eq!(of(&two).await, Some((true, two.into())));
        assert_eq!(of(b"").await, None);
    }
}
