//! Connections as they arrive.

use std::rc::Rc;
use std::time::Duration;
use std::{io, net};

use rustix::net::{SocketFlags, accept_with};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::{select, task, time};

use crate::connection::outbox::{Boxed, Stream};
use crate::connection::{Connection, serve};
use crate::thread::Thread;
use crate::{Handler, Peer, Stop, Tls, listen};

/// A socket that connections arrive at, on the thread that accepts them.
pub(crate) struct Listener {
    kind: Kind,
    tls: Option<Tls>,
}

enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// How long nothing is accepted after the system could not give a connection: it has no more descriptors or memory.
const PAUSE: Duration = Duration::from_millis(50);

/// What a connection is told that there is no room for.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\n\r\ntoo many connections\n";

impl Listener {
    pub(crate) fn new(socket: listen::Socket, tls: Option<Tls>) -> io::Result<Self> {
        let kind = match socket {
            listen::Socket::Tcp(socket) => Kind::Tcp(TcpListener::from_std(socket)?),
            listen::Socket::Unix(socket) => Kind::Unix(UnixListener::from_std(socket)?),
        };
        Ok(Self { kind, tls })
    }

    async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match &self.kind {
            Kind::Tcp(listener) => {
                let (socket, peer) = listener.accept().await?;
                // An answer is not held back until more can be sent with it.
                socket.set_nodelay(true)?;
                Ok((Stream::Tcp(socket), Peer::Tcp(peer)))
            }
            Kind::Unix(listener) => Ok((Stream::Unix(listener.accept().await?.0), Peer::Unix)),
        }
    }

    /// A connection that waits to be accepted; an error where none does.
    fn accept_waiting(&self) -> io::Result<(Stream, Peer)> {
        // The system is asked itself: what waits for it would have to wait to hear of the latest ones.
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        match &self.kind {
            Kind::Tcp(listener) => {
                let socket = net::TcpStream::from(accept_with(listener, flags)?);
                socket.set_nodelay(true)?;
                let peer = socket.peer_addr()?;
                Ok((Stream::Tcp(TcpStream::from_std(socket)?), Peer::Tcp(peer)))
            }
            Kind::Unix(listener) => {
                let socket = accept_with(listener, flags)?.into();
                Ok((Stream::Unix(UnixStream::from_std(socket)?), Peer::Unix))
            }
        }
    }
}

/// Accepts connections until told to stop.
pub(crate) async fn accept<H: Handler>(listener: Listener, thread: Rc<Thread>, handler: H, stop: Stop) {
    loop {
        let accepted = select! {
            biased;
            () = stop.asked() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => begin(socket, peer, &listener.tls, &thread, &handler),
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                tracing::warn!("can't accept a connection: {error}");
                time::sleep(PAUSE).await;
            }
        }
    }
    // Told before the port is closed: who finds it closed knows that what runs is the last.
    thread.connections.stop();
    // Those whose handshakes the system has finished have reason to expect an answer.
    while let Ok((socket, peer)) = listener.accept_waiting() {
        begin(socket, peer, &listener.tls, &thread, &handler);
    }
}

fn begin<H: Handler>(stream: Stream, peer: Peer, tls: &Option<Tls>, thread: &Rc<Thread>, handler: &H) {
    let Some(counted) = thread.shared.connects() else {
        // Who expects TLS would read no answer.
        if tls.is_none() {
            // As far as it can be said at once.
            let _ = stream.send(FULL);
        }
        return;
    };
    let (tls, thread, handler) = (tls.clone(), thread.clone(), handler.clone());
    let stream = Boxed::new(stream);
    let connection = Rc::new(Connection::new(peer, stream.outbox()));
    // Before its task begins: who stops the thread waits for it.
    let registered = thread.connections.add(connection.clone());
    task::spawn_local(async move {
        let _open = (registered, counted);
        serve(stream, tls, connection, thread, handler).await;
    });
}

/// Whether a client went away before it was accepted.
fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, InvalidInput};
    // What is no longer connected has no options to set: `InvalidInput`.
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted | InvalidInput)
}
