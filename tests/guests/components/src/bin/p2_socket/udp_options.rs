//! What can be set of a socket for datagrams.

use components::sockets::udp;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily};

/// What is set is there, as far as the system lets it be; what makes no sense is refused.
pub fn options() {
    let socket = udp();
    assert_eq!(socket.address_family(), IpAddressFamily::Ipv4);
    socket.set_unicast_hop_limit(42).unwrap();
    assert_eq!(socket.unicast_hop_limit(), Ok(42));
    socket.set_receive_buffer_size(0x10000).unwrap();
    socket.set_send_buffer_size(0x10000).unwrap();
    assert!(socket.receive_buffer_size().unwrap() > 0 && socket.send_buffer_size().unwrap() > 0);
    let no = Err(ErrorCode::InvalidArgument);
    assert_eq!(socket.set_unicast_hop_limit(0), no);
    assert_eq!(socket.set_receive_buffer_size(0), no);
    assert_eq!(socket.set_send_buffer_size(0), no);
    socket.set_receive_buffer_size(u64::MAX).unwrap();
    socket.set_send_buffer_size(u64::MAX).unwrap();
    println!("set");
}
