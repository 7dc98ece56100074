//! Datagrams.

use std::net::SocketAddr;

use components::sockets::{bind_udp, bound_udp, receive, send, udp, Ends as _};
use components::{address, parsed};
use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::udp::OutgoingDatagram;

/// A socket gets a port of its own, or one that it asks for and nobody has.
pub fn bind() {
    let first = bound_udp();
    let here = first.here().unwrap();
    assert_ne!(here.port(), 0);
    assert_eq!(bind_udp(&udp(), here), Err(ErrorCode::AddressInUse));
    let six = "[::1]:0".parse().unwrap();
    assert_eq!(bind_udp(&udp(), six), Err(ErrorCode::InvalidArgument));
    let elsewhere = bind_udp(&udp(), "192.0.2.1:0".parse().unwrap());
    let no = [ErrorCode::AddressNotBindable, ErrorCode::AccessDenied];
    assert!(elsewhere.is_err_and(|error| no.contains(&error)));
    println!("bound");
}

/// A connected socket sends to one place, and hears no other; it can be connected anew, and to nobody.
pub fn connect() {
    let (first, second, socket) = (bound_udp(), bound_udp(), bound_udp());
    let (one, two) = (first.here().unwrap(), second.here().unwrap());
    let here = socket.here().unwrap();
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));
    for place in [one, two, one] {
        let (input, output) = socket.stream(Some(address::of(place))).unwrap();
        assert_eq!(socket.there(), Ok(place));
        send(&output, b"without a place", None).unwrap();
        send(&output, b"with its place", Some(place)).unwrap();
        let other = if place == one { two } else { one };
        assert_eq!(send(&output, b"elsewhere", Some(other)), Err(ErrorCode::InvalidArgument));
        drop((input, output));
    }
    let (heard, from_first) = first.stream(None).unwrap();
    for expected in ["without a place", "with its place"].repeat(2) {
        assert_eq!(receive(&heard), (expected.as_bytes().to_vec(), here));
    }
    let (input, output) = socket.stream(Some(address::of(one))).unwrap();
    let (_, from_second) = second.stream(None).unwrap();
    send(&from_second, b"not heard", Some(here)).unwrap();
    send(&from_first, b"heard", Some(here)).unwrap();
    assert_eq!(receive(&input).0, b"heard");
    drop((input, output));
    let (_input, output) = socket.stream(None).unwrap();
    assert_eq!(socket.there(), Err(ErrorCode::InvalidState));
    assert_eq!(send(&output, b"to nobody", None), Err(ErrorCode::InvalidArgument));
    println!("connected");
}

/// Asks a server of the host, and hears its answer.
pub fn sample_application() {
    let there: SocketAddr = parsed(1);
    let socket = bound_udp();
    let (input, output) = socket.stream(None).unwrap();
    send(&output, b"a question", Some(there)).unwrap();
    let (answer, from) = receive(&input);
    assert_eq!(from, there);
    println!("{}", String::from_utf8(answer).unwrap());
}

/// What nobody receives is sent all the same, and the socket stays good.
pub fn send_to_closed_receiver() {
    let socket = bound_udp();
    let gone = bound_udp().here().unwrap();
    let (input, output) = socket.stream(None).unwrap();
    for _ in 0..10 {
        send(&output, b"to nobody", Some(gone)).unwrap();
    }
    assert!(input.receive(1).unwrap().is_empty());
    let other = bound_udp();
    send(&output, b"to somebody", Some(other.here().unwrap())).unwrap();
    let (heard, _) = other.stream(None).unwrap();
    assert_eq!(receive(&heard).0, b"to somebody");
    println!("sent");
}

/// More than was permitted at a time is a trap; without a check nothing is permitted.
pub fn send_too_much() {
    let (socket, other) = (bound_udp(), bound_udp());
    let (_input, output) = socket.stream(other.here().ok().map(address::of)).unwrap();
    let permitted = output.check_send().unwrap();
    assert!(permitted > 0);
    let datagram = || OutgoingDatagram { data: b"x".to_vec(), remote_address: None };
    let too_many: Vec<_> = (0..=permitted).map(|_| datagram()).collect();
    println!("sending");
    let sent = output.send(&too_many);
    println!("never here: {sent:?}");
}

/// One after the other, each as it was sent, as many at a time as were asked for; empty ones too. What does not fit in
/// one is refused.
pub fn stream() {
    let (near, far) = (bound_udp(), bound_udp());
    let (here, there) = (near.here().unwrap(), far.here().unwrap());
    let (input, _) = far.stream(None).unwrap();
    let (_near_input, output) = near.stream(None).unwrap();
    assert!(input.receive(0).unwrap().is_empty());
    assert!(input.receive(100).unwrap().is_empty());
    for data in [&b""[..], b"one", b"two", &[7; 9000]] {
        send(&output, data, Some(there)).unwrap();
    }
    let mut heard = Vec::new();
    while heard.len() < 4 {
        input.subscribe().block();
        let some = input.receive(2).unwrap();
        assert!(some.len() <= 2);
        heard.extend(some);
    }
    let sizes: Vec<usize> = heard.iter().map(|datagram| datagram.data.len()).collect();
    assert_eq!(sizes, [0, 3, 3, 9000]);
    assert!(heard.iter().all(|datagram| address::socket(datagram.remote_address) == here));
    let large = send(&output, &[0; 70_000], Some(there));
    assert_eq!(large, Err(ErrorCode::DatagramTooLarge));
    println!("heard");
}
