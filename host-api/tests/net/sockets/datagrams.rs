//! Datagrams.

use std::net::UdpSocket as Plain;

use super::*;

/// A socket of the host.
fn plain() -> (Plain, SocketAddr) {
    let socket = Plain::bind(ANY).unwrap();
    socket.set_read_timeout(Some(crate::support::LONG)).unwrap();
    let here = socket.local_addr().unwrap();
    (socket, here)
}

fn heard(socket: &Plain) -> Vec<u8> {
    let mut buffer = [0; 1 << 16];
    let length = socket.recv(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

#[tokio::test]
async fn datagrams_are_sent_and_received_whole_and_counted() {
    let (far, there) = plain();
    let mut guest = Guest::new(Listed::default());
    let socket = guest.udp(address(ANY)).await.unwrap();
    let here = guest.here(&socket);
    let (input, output) = guest.stream(&socket, None).await.unwrap();
    for data in [&b"one"[..], b"", &[7; 9_000]] {
        guest.send(&output, data, Some(there)).await.unwrap();
        assert_eq!(heard(&far), data);
    }
    far.send_to(b"an answer", here).unwrap();
    assert_eq!(guest.receive(&input).await, b"an answer");
    let traffic = guest.client.traffic();
    assert_eq!((traffic.sent_bytes, traffic.received_bytes, traffic.operations), (9_003, 9, 3));
    let large = guest.send(&output, &[0; 65_536], Some(there)).await;
    assert_eq!(large, Err(ErrorCode::DatagramTooLarge));
}

/// Each is decided about by where it goes.
#[tokio::test]
async fn a_datagram_goes_nowhere_else_than_it_may() {
    let ((far, there), (_other, forbidden)) = (plain(), plain());
    let mut guest = Guest::new(Listed { ports: vec![forbidden.port()], ..Listed::default() });
    let socket = guest.udp(address(ANY)).await.unwrap();
    let (_input, output) = guest.stream(&socket, None).await.unwrap();
    guest.send(&output, b"first", Some(there)).await.unwrap();
    for elsewhere in
        [forbidden, address("10.0.0.1:53"), address("255.255.255.255:53"), address("224.0.0.1:53")]
    {
        let sent = guest.send(&output, b"x", Some(elsewhere)).await;
        assert_eq!(sent, Err(ErrorCode::AccessDenied), "{elsewhere}");
    }
    guest.send(&output, b"second", Some(there)).await.unwrap();
    assert_eq!((heard(&far), heard(&far)), (b"first".to_vec(), b"second".to_vec()));
    assert_eq!(guest.refused().len(), 4);
    assert_eq!(guest.client.traffic().sent_bytes, 11);
}

/// Of several at once, those before the one that may not go are sent.
#[tokio::test]
async fn those_before_a_refusal_are_sent() {
    let (far, there) = plain();
    let mut guest = Guest::new(Listed::default());
    let socket = guest.udp(address(ANY)).await.unwrap();
    let (_input, output) = guest.stream(&socket, None).await.unwrap();
    let to =
        |address: SocketAddr| OutgoingDatagram { data: b"x".to_vec(), remote_address: Some(address.into()) };
    let several = || vec![to(there), to(there), to(address("10.0.0.1:53")), to(there)];
    assert!(code(guest.context.sockets().check_send(again(&output))).unwrap() >= 4);
    assert_eq!(code(guest.context.sockets().send(again(&output), several())), Ok(2));
    assert_eq!((heard(&far), heard(&far)), (b"x".to_vec(), b"x".to_vec()));
    // Unchecked, nothing is sent.
    let unchecked = guest.context.sockets().send(again(&output), several());
    assert!(unchecked.unwrap_err().downcast().is_err(), "it is a trap");
}

#[tokio::test]
async fn a_connected_socket_sends_to_one_and_hears_one() {
    let ((far, there), (other, elsewhere)) = (plain(), plain());
    let mut guest = Guest::new(Listed::default());
    let socket = guest.udp(address(ANY)).await.unwrap();
    let here = guest.here(&socket);
    // What came before it was connected is there still, and not for it.
    other.send_to(b"too early", here).unwrap();
    let (input, output) = guest.stream(&socket, Some(there)).await.unwrap();
    guest.send(&output, b"without a place", None).await.unwrap();
    guest.send(&output, b"with its place", Some(there)).await.unwrap();
    assert_eq!(guest.send(&output, b"x", Some(elsewhere)).await, Err(ErrorCode::InvalidArgument));
    assert_eq!((heard(&far), heard(&far)), (b"without a place".to_vec(), b"with its place".to_vec()));
    other.send_to(b"not heard", here).unwrap();
    far.send_to(b"heard", here).unwrap();
    assert_eq!(guest.receive(&input).await, b"heard");
    assert!(guest.hear(&input).is_empty());
    let denied = address("10.0.0.1:53");
    let mut sockets = guest.context.sockets();
    HostIncomingDatagramStream::drop(&mut sockets, input).unwrap();
    HostOutgoingDatagramStream::drop(&mut sockets, output).await.unwrap();
    assert_eq!(guest.stream(&socket, Some(denied)).await.err(), Some(ErrorCode::AccessDenied));
}

/// Who may not be sent to is not heard, as long as the socket does not choose whom it hears.
#[tokio::test]
async fn strangers_are_not_heard() {
    let ((friend, _), (stranger, forbidden)) = (plain(), plain());
    let mut guest = Guest::new(Listed { ports: vec![forbidden.port()], ..Listed::default() });
    let socket = guest.udp(address(ANY)).await.unwrap();
    let here = guest.here(&socket);
    let (input, _output) = guest.stream(&socket, None).await.unwrap();
    for _ in 0..200 {
        stranger.send_to(b"a stranger's", here).unwrap();
    }
    friend.send_to(b"a friend's", here).unwrap();
    assert_eq!(guest.receive(&input).await, b"a friend's");
    assert_eq!((guest.refused(), guest.client.traffic().received_bytes), (Vec::new(), 10));
}

#[tokio::test]
async fn a_socket_is_bound_where_it_may_be() {
    let mut guest = Guest::new(Listed::default());
    assert_eq!(guest.udp(address("0.0.0.0:5353")).await.err(), Some(ErrorCode::AccessDenied));
    assert_eq!(guest.udp(address("[::1]:0")).await.err(), Some(ErrorCode::InvalidArgument));
    guest.udp(address("0.0.0.0:0")).await.unwrap();
    let taken = guest.udp(address(ANY)).await.unwrap();
    let taken = guest.here(&taken);
    assert_eq!(guest.udp(taken).await.err(), Some(ErrorCode::AddressInUse));
}
