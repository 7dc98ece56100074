//! What a guest does not have.

use components::address;
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;
use wasip2::sockets::udp_create_socket::create_udp_socket;

/// No connections.
pub fn tcp() {
    let there = components::parsed(1);
    let denied = create_tcp_socket(IpAddressFamily::Ipv4).and_then(|socket| {
        socket.start_connect(&instance_network(), address::of(there))?;
        socket.subscribe().block();
        socket.finish_connect().map(drop)
    });
    is_denied(denied);
    println!("{:?}", std::net::TcpStream::connect(there).is_err());
}

/// No datagrams.
pub fn udp() {
    let there = address::of(components::parsed(1));
    let denied = create_udp_socket(IpAddressFamily::Ipv4).and_then(|socket| {
        socket.start_bind(&instance_network(), address::of(address::any_port()))?;
        socket.subscribe().block();
        socket.finish_bind()?;
        socket.stream(Some(there)).map(drop)
    });
    is_denied(denied);
    println!("denied");
}

/// No names.
pub fn ip_name_lookup() {
    let denied = resolve_addresses(&instance_network(), "localhost").and_then(|addresses| {
        addresses.subscribe().block();
        addresses.resolve_next_address().map(drop)
    });
    match denied {
        Err(ErrorCode::AccessDenied | ErrorCode::PermanentResolverFailure) => println!("denied"),
        other => panic!("{other:?}"),
    }
}

fn is_denied(result: Result<(), ErrorCode>) {
    assert!(matches!(result, Err(ErrorCode::AccessDenied)), "{result:?}");
}

/// No descriptor of preview 1 but those that were opened.
pub fn descriptors() {
    for fd in [4, 1000, u32::MAX] {
        assert_eq!(guests::wasi::write(fd, b"x"), Err("badf"));
        assert_eq!(guests::wasi::create_directory(fd, b"x"), Err("badf"));
    }
    println!("badf");
}
