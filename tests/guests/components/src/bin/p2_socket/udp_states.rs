//! What a socket for datagrams may do, and when.

use components::address;
use components::sockets::{bound_udp, udp, Ends as _};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::ErrorCode;

/// A new socket, a bound one and a connected one each do what is theirs, and nothing else.
pub fn states() {
    let socket = udp();
    assert_eq!(socket.finish_bind(), Err(ErrorCode::NotInProgress));
    assert_eq!(socket.stream(None).err(), Some(ErrorCode::InvalidState));
    assert_eq!(socket.here(), Err(ErrorCode::InvalidState));
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));

    let socket = bound_udp();
    let again = socket.start_bind(&instance_network(), address::of(address::any_port()));
    assert_eq!(again, Err(ErrorCode::InvalidState));
    assert_eq!(socket.finish_bind(), Err(ErrorCode::NotInProgress));
    assert!(socket.here().is_ok());
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));

    let other = bound_udp().here().unwrap();
    let _streams = socket.stream(Some(address::of(other))).unwrap();
    let again = socket.start_bind(&instance_network(), address::of(address::any_port()));
    assert_eq!(again, Err(ErrorCode::InvalidState));
    assert_eq!(socket.finish_bind(), Err(ErrorCode::NotInProgress));
    assert!(socket.here().is_ok());
    assert_eq!(socket.there(), Ok(other));
    println!("as they should be");
}
