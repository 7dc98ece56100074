//! What can be set of a socket for connections.

use components::sockets;
use components::sockets::{listening, tcp, Ends as _};
use wasip2::sockets::network::{ErrorCode, IpAddressFamily};

/// What is set is there, as far as the system lets it be, and on what is accepted too; what makes no sense is refused.
pub fn options() {
    let socket = tcp();
    assert_eq!(socket.address_family(), IpAddressFamily::Ipv4);
    socket.set_keep_alive_enabled(true).unwrap();
    assert_eq!(socket.keep_alive_enabled(), Ok(true));
    socket.set_keep_alive_enabled(false).unwrap();
    assert_eq!(socket.keep_alive_enabled(), Ok(false));
    let second = 1_000_000_000;
    socket.set_keep_alive_idle_time(42 * second).unwrap();
    assert_eq!(socket.keep_alive_idle_time(), Ok(42 * second));
    socket.set_keep_alive_interval(42 * second).unwrap();
    assert_eq!(socket.keep_alive_interval(), Ok(42 * second));
    socket.set_keep_alive_count(7).unwrap();
    assert_eq!(socket.keep_alive_count(), Ok(7));
    socket.set_hop_limit(42).unwrap();
    assert_eq!(socket.hop_limit(), Ok(42));
    // The system may round these.
    socket.set_receive_buffer_size(0x10000).unwrap();
    socket.set_send_buffer_size(0x10000).unwrap();
    assert!(socket.receive_buffer_size().unwrap() > 0 && socket.send_buffer_size().unwrap() > 0);
    // It may be set at all times.
    socket.set_listen_backlog_size(256).unwrap();

    let no = Err(ErrorCode::InvalidArgument);
    assert_eq!(socket.set_keep_alive_idle_time(0), no);
    assert_eq!(socket.set_keep_alive_interval(0), no);
    assert_eq!(socket.set_keep_alive_count(0), no);
    assert_eq!(socket.set_hop_limit(0), no);
    assert_eq!(socket.set_receive_buffer_size(0), no);
    assert_eq!(socket.set_send_buffer_size(0), no);
    assert_eq!(socket.set_listen_backlog_size(0), no);
    // More than there can be is as much as there can be.
    socket.set_keep_alive_count(u32::MAX).unwrap();
    socket.set_keep_alive_idle_time(u64::MAX).unwrap();
    socket.set_keep_alive_interval(u64::MAX).unwrap();
    socket.set_receive_buffer_size(u64::MAX).unwrap();
    socket.set_send_buffer_size(u64::MAX).unwrap();

    let listening = listening();
    listening.set_keep_alive_enabled(true).unwrap();
    listening.set_hop_limit(42).unwrap();
    let there = listening.here().unwrap();
    let _near = sockets::connected(there).unwrap();
    let accepted = sockets::accepted(&listening).socket;
    assert_eq!(accepted.keep_alive_enabled(), Ok(true));
    assert_eq!(accepted.hop_limit(), Ok(42));
    println!("set");
}
