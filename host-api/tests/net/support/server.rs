//! A server of plain sockets, so that it can answer with anything.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What a server does with a request.
pub(crate) struct Reply {
    pub(crate) bytes: Vec<u8>,
    pub(crate) then: Then,
}

/// What it does after that.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// It takes the next request.
    Next,
    /// It closes the connection.
    Close,
    /// It does nothing, and does not close the connection.
    Hang,
    /// It sends one byte after the other, with a pause before each.
    Drip,
    /// It sends the same again and again.
    Repeat,
}

/// A server on this machine; it ends with its runtime.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The requests, as they came, bodies and all.
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
}

/// A whole answer.
pub(crate) fn ok(body: &str) -> Reply {
    answer(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()), Then::Next)
}

pub(crate) fn answer(bytes: impl AsRef<[u8]>, then: Then) -> Reply {
    Reply { bytes: bytes.as_ref().to_vec(), then }
}

pub(crate) fn redirect(status: u16, location: &str) -> Reply {
    let head = format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    answer(head, Then::Next)
}

impl Server {
    /// Starts a server; `reply` gets the head of each request.
    pub(crate) async fn start(reply: impl Fn(&str) -> Reply + Clone + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            connections: Arc::default(),
            open: Arc::default(),
        };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, reply) = (accepting.clone(), reply.clone());
                tokio::spawn(async move { server.serve(stream, reply).await });
            }
        });
        server
    }

    /// Serves one connection.
    pub(crate) async fn serve(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        reply: impl Fn(&str) -> Reply,
    ) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        let mut buffer = Vec::new();
        while let Some(request) = next(&mut stream, &mut buffer).await {
            self.seen.lock().unwrap().push(request.clone());
            let reply = reply(request.split("\r\n\r\n").next().unwrap());
            match reply.then {
                Then::Drip => {
                    for byte in reply.bytes {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        if stream.write_all(&[byte]).await.is_err() {
                            break;
                        }
                    }
                }
                Then::Repeat => while stream.write_all(&reply.bytes).await.is_ok() {},
                _ if stream.write_all(&reply.bytes).await.is_err() => break,
                Then::Next => {}
                Then::Close => break,
                Then::Hang => {
                    let _ = stream.read(&mut [0]).await;
                    break;
                }
            }
        }
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Waits until so many connections are open.
    pub(crate) async fn until_open(&self, count: usize) {
        while self.open() != count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The next request of a connection.
async fn next(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        let text = String::from_utf8_lossy(buffer).into_owned();
        if let Some(end) = text.find("\r\n\r\n").map(|at| at + 4) {
            let length = text[..end].lines().find_map(|line| line.strip_prefix("content-length: "));
            let end = end + length.map_or(0, |length| length.parse().unwrap());
            if text.len() >= end {
                buffer.drain(..end);
                return Some(text[..end].to_owned());
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
