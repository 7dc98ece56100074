//! Sockets that wait for what they do.

use std::net::SocketAddr;

use wasip2::io::streams::{InputStream, OutputStream};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily};
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::tcp_create_socket::create_tcp_socket;
use wasip2::sockets::udp::{IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream, UdpSocket};
use wasip2::sockets::udp_create_socket::create_udp_socket;

use crate::address;

/// A connection. Its socket goes last: the streams belong to it.
pub struct Connection {
    /// What arrives.
    pub input: InputStream,
    /// What is sent.
    pub output: OutputStream,
    /// The socket.
    pub socket: TcpSocket,
}

/// Both ends of a socket.
pub trait Ends {
    /// Its own address.
    fn here(&self) -> Result<SocketAddr, ErrorCode>;

    /// Whom it is connected to.
    fn there(&self) -> Result<SocketAddr, ErrorCode>;
}

impl Ends for TcpSocket {
    fn here(&self) -> Result<SocketAddr, ErrorCode> {
        self.local_address().map(address::socket)
    }

    fn there(&self) -> Result<SocketAddr, ErrorCode> {
        self.remote_address().map(address::socket)
    }
}

impl Ends for UdpSocket {
    fn here(&self) -> Result<SocketAddr, ErrorCode> {
        self.local_address().map(address::socket)
    }

    fn there(&self) -> Result<SocketAddr, ErrorCode> {
        self.remote_address().map(address::socket)
    }
}

/// A new socket of version 4.
pub fn tcp() -> TcpSocket {
    create_tcp_socket(IpAddressFamily::Ipv4).unwrap()
}

/// A new socket of version 4.
pub fn udp() -> UdpSocket {
    create_udp_socket(IpAddressFamily::Ipv4).unwrap()
}

/// Waits for what was started, and gives what came of it.
pub fn finish<T>(socket: &TcpSocket, finish: fn(&TcpSocket) -> Result<T, ErrorCode>) -> Result<T, ErrorCode> {
    loop {
        match finish(socket) {
            Err(ErrorCode::WouldBlock) => socket.subscribe().block(),
            other => return other,
        }
    }
}

/// Connects a socket.
pub fn connect(socket: &TcpSocket, there: SocketAddr) -> Result<(InputStream, OutputStream), ErrorCode> {
    socket.start_connect(&instance_network(), address::of(there))?;
    finish(socket, TcpSocket::finish_connect)
}

/// A new connection.
pub fn connected(there: SocketAddr) -> Result<Connection, ErrorCode> {
    let socket = create_tcp_socket(address::family(there))?;
    let (input, output) = connect(&socket, there)?;
    Ok(Connection { input, output, socket })
}

/// Binds a socket.
pub fn bind(socket: &TcpSocket, here: SocketAddr) -> Result<(), ErrorCode> {
    socket.start_bind(&instance_network(), address::of(here))?;
    finish(socket, TcpSocket::finish_bind)
}

/// A socket that listens on a port of this machine that was free.
pub fn listening() -> TcpSocket {
    let socket = tcp();
    bind(&socket, address::any_port()).unwrap();
    listen(&socket).unwrap();
    socket
}

/// Listens.
pub fn listen(socket: &TcpSocket) -> Result<(), ErrorCode> {
    socket.start_listen()?;
    finish(socket, TcpSocket::finish_listen)
}

/// The next connection of a listening socket.
pub fn accepted(socket: &TcpSocket) -> Connection {
    let (socket, input, output) = finish(socket, TcpSocket::accept).unwrap();
    Connection { input, output, socket }
}

/// Both ends of a new connection within this machine.
pub fn pair() -> [Connection; 2] {
    let listening = listening();
    let near = connected(listening.here().unwrap()).unwrap();
    [near, accepted(&listening)]
}

/// Binds a socket for datagrams.
pub fn bind_udp(socket: &UdpSocket, here: SocketAddr) -> Result<(), ErrorCode> {
    socket.start_bind(&instance_network(), address::of(here))?;
    loop {
        match socket.finish_bind() {
            Err(ErrorCode::WouldBlock) => socket.subscribe().block(),
            other => return other,
        }
    }
}

/// A socket that is bound to a port of this machine that was free.
pub fn bound_udp() -> UdpSocket {
    let socket = udp();
    bind_udp(&socket, address::any_port()).unwrap();
    socket
}

/// Sends one datagram; says whether it went.
pub fn send(
    stream: &OutgoingDatagramStream,
    data: &[u8],
    there: Option<SocketAddr>,
) -> Result<(), ErrorCode> {
    while stream.check_send()? == 0 {
        stream.subscribe().block();
    }
    let datagram = OutgoingDatagram { data: data.to_vec(), remote_address: there.map(address::of) };
    loop {
        match stream.send(std::slice::from_ref(&datagram)) {
            Ok(0) | Err(ErrorCode::WouldBlock) => stream.subscribe().block(),
            other => return other.map(drop),
        }
        while stream.check_send()? == 0 {
            stream.subscribe().block();
        }
    }
}

/// The next datagram, and whom it is from.
pub fn receive(stream: &IncomingDatagramStream) -> (Vec<u8>, SocketAddr) {
    loop {
        let mut some = stream.receive(1).unwrap();
        match some.pop() {
            Some(datagram) => return (datagram.data, address::socket(datagram.remote_address)),
            None => stream.subscribe().block(),
        }
    }
}
