//! TCP ports: a socket for each thread, between which the kernel divides connections (`SO_REUSEPORT`).

use std::io;
use std::net::{SocketAddr, TcpListener};

use rustix::net::{self, AddressFamily, SocketFlags, SocketType, sockopt};

use super::{BACKLOG, Listening, Socket};
use crate::{Address, Error};

pub(super) fn bind(address: SocketAddr, threads: usize) -> Result<Listening, Error> {
    let failed = |source| Error::Listen { address: Address::Tcp(address), source };
    // Sockets that share a port share it with any other process of the same user. A first one that does not share
    // finds these out, and which port is free; it hears nothing, and makes room at once.
    let alone = socket(address, false).map_err(failed)?;
    let place = alone.local_addr().map_err(failed)?;
    let sockets = if threads == 1 {
        listen(alone).map(|socket| vec![socket]).map_err(failed)?
    } else {
        drop(alone);
        let each = || listen(socket(place, true)?);
        (0..threads).map(|_| each()).collect::<Result<_, _>>().map_err(failed)?
    };
    Ok(Listening { address: Address::Tcp(place), sockets, _file: None })
}

fn socket(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = net::socket_with(family, SocketType::STREAM, flags, None)?;
    // A server that is started again need not wait for connections of its predecessor to be forgotten.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    sockopt::set_socket_reuseport(&socket, shared)?;
    net::bind(&socket, &address)?;
    Ok(socket.into())
}

fn listen(socket: TcpListener) -> io::Result<Socket> {
    net::listen(&socket, BACKLOG)?;
    Ok(Socket::Tcp(socket))
}
