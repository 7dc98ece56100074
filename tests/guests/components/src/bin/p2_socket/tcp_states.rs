//! What a socket for connections may do, and when.

use components::address;
use components::sockets::{bind, connected, finish, listen, listening, tcp, Ends as _};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::{ShutdownType, TcpSocket};

/// A new socket, a bound one, one that listens and one that is connected each do what is theirs, and nothing else.
pub fn states() {
    unbound();
    bound();
    listens();
    is_connected();
    println!("as they should be");
}

fn unbound() {
    let socket = tcp();
    nothing_is_under_way(&socket);
    assert!(!socket.is_listening());
    assert_eq!(socket.here(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.start_listen(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.accept().err(), Some(ErrorCode::InvalidState));
    assert_eq!(socket.shutdown(ShutdownType::Both), Err(ErrorCode::InvalidState));
}

fn bound() {
    let socket = tcp();
    bind(&socket, address::any_port()).unwrap();
    nothing_is_under_way(&socket);
    assert!(socket.here().is_ok() && !socket.is_listening());
    let again = socket.start_bind(&instance_network(), address::of(address::any_port()));
    assert_eq!(again, Err(ErrorCode::InvalidState));
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.accept().err(), Some(ErrorCode::InvalidState));
    assert_eq!(socket.shutdown(ShutdownType::Send), Err(ErrorCode::InvalidState));
}

fn listens() {
    let socket = listening();
    nothing_is_under_way(&socket);
    assert!(socket.is_listening() && socket.here().is_ok());
    for started in [
        socket.start_bind(&instance_network(), address::of(address::any_port())),
        socket.start_connect(&instance_network(), address::of(socket.here().unwrap())),
        socket.start_listen(),
    ] {
        assert_eq!(started, Err(ErrorCode::InvalidState));
    }
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.shutdown(ShutdownType::Receive), Err(ErrorCode::InvalidState));
    assert_eq!(socket.accept().err(), Some(ErrorCode::WouldBlock));
}

fn is_connected() {
    let there = listening();
    let place = there.here().unwrap();
    let connection = connected(place).unwrap();
    let socket = &connection.socket;
    nothing_is_under_way(socket);
    assert!(socket.here().is_ok() && socket.there() == Ok(place));
    for started in [
        socket.start_bind(&instance_network(), address::of(address::any_port())),
        socket.start_connect(&instance_network(), address::of(place)),
        socket.start_listen(),
    ] {
        assert_eq!(started, Err(ErrorCode::InvalidState));
    }
    assert_eq!(socket.accept().err(), Some(ErrorCode::InvalidState));
    socket.shutdown(ShutdownType::Both).unwrap();
    let used = tcp();
    bind(&used, address::any_port()).unwrap();
    listen(&used).unwrap();
    assert_eq!(finish(&used, TcpSocket::finish_connect).err(), Some(ErrorCode::NotInProgress));
}

fn nothing_is_under_way(socket: &TcpSocket) {
    assert_eq!(socket.finish_bind(), Err(ErrorCode::NotInProgress));
    assert_eq!(socket.finish_connect().err(), Some(ErrorCode::NotInProgress));
    assert_eq!(socket.finish_listen(), Err(ErrorCode::NotInProgress));
}
