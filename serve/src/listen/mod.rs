//! Sockets that connections arrive at.
//!
//! * [`tcp`] gives each thread a socket of its own, between which the kernel divides connections.
//! * [`unix`] makes a file, which goes when the server does.
//! * [`inherited`] takes what the service manager opened.

mod inherited;
mod tcp;
mod unix;

use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use crate::{Address, Error};

/// How many connections may wait to be accepted; the system's own bound may be lower.
const BACKLOG: i32 = 1024;

/// A place that connections arrive at, and the socket of each thread.
#[derive(Debug)]
pub(crate) struct Listening {
    /// What was bound: a port in place of 0.
    pub(crate) address: Address,
    /// One for each thread.
    pub(crate) sockets: Vec<Socket>,
    /// Removed when it is dropped.
    _file: Option<unix::File>,
}

/// A socket that connections arrive at, which does not block.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Socket {
    /// As many of one socket as there are threads: whichever is free accepts.
    fn shared(self, threads: usize) -> io::Result<Vec<Self>> {
        let mut sockets = vec![self];
        while let Some(first) = sockets.first().filter(|_| sockets.len() < threads) {
            let copy = match first {
                Self::Tcp(socket) => Self::Tcp(socket.try_clone()?),
                Self::Unix(socket) => Self::Unix(socket.try_clone()?),
            };
            sockets.push(copy);
        }
        Ok(sockets)
    }
}

/// Listens on an address for so many threads: in one place, or, for what is inherited, in several.
pub(crate) fn bind(address: &Address, threads: usize) -> Result<Vec<Listening>, Error> {
    match address {
        Address::Tcp(address) => Ok(vec![tcp::bind(*address, threads)?]),
        Address::Unix(path) => Ok(vec![unix::bind(path, threads)?]),
        Address::Inherited => inherited::take(threads),
    }
}
