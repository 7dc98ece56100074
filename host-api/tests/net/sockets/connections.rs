//! Connections, to others and from them.

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wasmtime_wasi::p2::bindings::sockets::tcp::ShutdownType;

use super::*;

/// A server of the host that reads all that comes and answers with how much that was.
async fn counting() -> SocketAddr {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let there = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut all, mut buffer) = (0, vec![0; 1 << 16]);
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    all += read;
                }
                let _ = stream.write_all(format!("{all} bytes").as_bytes()).await;
            });
        }
    });
    there
}

#[tokio::test]
async fn what_goes_over_a_connection_is_counted() {
    let there = counting().await;
    let mut guest = Guest::new(Listed::default());
    let connection = guest.connect(there).await.unwrap();
    guest.write(&connection.2, &[7; 3_000]).await.unwrap();
    code(guest.context.sockets().shutdown(again(&connection.0), ShutdownType::Send)).unwrap();
    assert_eq!(guest.read_to_end(&connection.1).await, b"3000 bytes");
    let traffic = guest.client.traffic();
    assert_eq!((traffic.sent_bytes, traffic.received_bytes, traffic.operations), (3_000, 10, 1));
    assert!(matches!(guest.output(&connection.2).check_write(), Err(StreamError::Closed)));
    guest.close(connection).await;
    assert_eq!(guest.refused(), []);
}

#[tokio::test]
async fn what_may_not_be_reached_is_refused_before_anything_is_sent() {
    let there = counting().await;
    let mut guest = Guest::new(Listed { ports: vec![there.port()], ..Listed::default() });
    for _ in 0..2 {
        assert_eq!(guest.connect(there).await.err(), Some(ErrorCode::AccessDenied));
    }
    assert_eq!(guest.connect(address("10.0.0.1:80")).await.err(), Some(ErrorCode::AccessDenied));
    assert_eq!(guest.refused(), [(format!("not {there}"), 2), ("not 10.0.0.1:80".to_owned(), 1)]);
    assert_eq!(guest.client.traffic().operations, 0);
}

/// What no socket can be connected to is no question of what it may.
#[tokio::test]
async fn what_is_no_address_is_no_refusal() {
    let mut guest = Guest::new(Listed::default());
    for wrong in ["127.0.0.1:0", "0.0.0.0:80", "224.0.0.1:80", "255.255.255.255:80", "[::1]:80"] {
        assert_eq!(guest.connect(address(wrong)).await.err(), Some(ErrorCode::InvalidArgument), "{wrong}");
    }
    let socket = code(guest.context.sockets().create_tcp_socket(IpAddressFamily::Ipv6)).unwrap();
    for wrong in ["127.0.0.1:80", "[::ffff:127.0.0.1]:80", "[::127.0.0.1]:80"] {
        assert_eq!(guest.start_connect(&socket, address(wrong)), Err(ErrorCode::InvalidArgument), "{wrong}");
    }
    assert_eq!(guest.refused(), []);
}

#[tokio::test]
async fn nobody_listens() {
    let gone = TcpListener::bind(ANY).await.unwrap().local_addr().unwrap();
    let mut guest = Guest::new(Listed::default());
    assert_eq!(guest.connect(gone).await.err(), Some(ErrorCode::ConnectionRefused));
}

/// A guest that never waits leaves the runtime no moment: what is there is there all the same.
#[tokio::test]
async fn who_asks_without_ever_waiting_gets_on() {
    let listener = std::net::TcpListener::bind(ANY).unwrap();
    let mut guest = Guest::new(Listed::default());
    let socket = guest.tcp().unwrap();
    guest.start_connect(&socket, listener.local_addr().unwrap()).unwrap();
    let (input, output) = loop {
        match guest.finish_connect(&socket) {
            Err(ErrorCode::WouldBlock) => {}
            ended => break ended.unwrap(),
        }
    };
    let (mut far, _) = listener.accept().unwrap();
    while guest.output(&output).check_write().unwrap() == 0 {}
    guest.output(&output).write(Bytes::from_static(b"ping")).unwrap();
    let mut heard = [0; 4];
    std::io::Read::read_exact(&mut far, &mut heard).unwrap();
    assert_eq!(&heard, b"ping");
    assert!(guest.input(&input).read(10).unwrap().is_empty());
    std::io::Write::write_all(&mut far, b"pong").unwrap();
    let answer = loop {
        let some = guest.input(&input).read(10).unwrap();
        if !some.is_empty() {
            break some;
        }
    };
    assert_eq!(&answer[..], b"pong");
    drop(far);
    while guest.input(&input).read(10).is_ok() {}
    assert!(matches!(guest.input(&input).read(10), Err(StreamError::Closed)));
}

/// The end of what a guest has written may be still in the host when it waits for the answer to it.
#[tokio::test]
async fn what_is_written_is_sent_also_where_nobody_waits_for_that() {
    let there = counting().await;
    let mut guest = Guest::new(Listed::default());
    let connection = guest.connect(there).await.unwrap();
    let mut all = 0;
    // Until the system takes no more.
    loop {
        let permit = guest.output(&connection.2).check_write().unwrap();
        if permit == 0 {
            break;
        }
        guest.output(&connection.2).write(vec![1; permit].into()).unwrap();
        all += permit;
    }
    code(guest.context.sockets().shutdown(again(&connection.0), ShutdownType::Send)).unwrap();
    assert_eq!(guest.read_to_end(&connection.1).await, format!("{all} bytes").into_bytes());
    assert_eq!(guest.client.traffic().sent_bytes, all as u64);
    guest.close(connection).await;
}

/// Nor is it lost where the guest gives the connection up at once.
#[tokio::test]
async fn what_is_written_is_sent_before_a_connection_is_closed() {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let mut guest = Guest::new(Listed::default());
    let connection = guest.connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut all = 0;
    loop {
        let permit = guest.output(&connection.2).check_write().unwrap();
        if permit == 0 {
            break;
        }
        guest.output(&connection.2).write(vec![1; permit].into()).unwrap();
        all += permit;
    }
    let reader = tokio::spawn(async move {
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.map(|_| heard.len())
    });
    guest.close(connection).await;
    assert_eq!(reader.await.unwrap().unwrap(), all);
}

#[tokio::test]
async fn within_the_machine_a_guest_takes_connections() {
    let mut guest = Guest::new(Listed::default());
    let (listening, here) = guest.listen(address(ANY)).await.unwrap();
    assert_eq!(code(guest.context.sockets().accept(again(&listening))).err(), Some(ErrorCode::WouldBlock));
    let near = guest.connect(here).await.unwrap();
    let far = guest.accept(&listening).await.unwrap();
    guest.write(&near.2, b"to the far end").await.unwrap();
    guest.close(near).await;
    assert_eq!(guest.read_to_end(&far.1).await, b"to the far end");
    assert_eq!(guest.client.traffic().operations, 2);
    // To others it opens nothing.
    for elsewhere in ["0.0.0.0:0", "0.0.0.0:8080", "10.0.0.5:8080"] {
        assert_eq!(
            guest.listen(address(elsewhere)).await.err(),
            Some(ErrorCode::AccessDenied),
            "{elsewhere}"
        );
    }
    assert_eq!(guest.refused().len(), 3);
}

/// What goes wrong with a connection has a name, also in the error of a stream.
#[tokio::test]
async fn a_connection_that_breaks_says_so() {
    use wasmtime_wasi::p2::bindings::sockets::network::Host as _;
    let listener = TcpListener::bind(ANY).await.unwrap();
    let mut guest = Guest::new(Listed::default());
    let (_, input, output) = guest.connect(listener.local_addr().unwrap()).await.unwrap();
    let (far, _) = listener.accept().await.unwrap();
    far.set_zero_linger().unwrap();
    drop(far);
    let error = loop {
        match guest.input(&input).blocking_read(10).await {
            Ok(_) => {}
            Err(StreamError::LastOperationFailed(error)) => break error,
            Err(error) => panic!("{error}"),
        }
    };
    let error = guest.context.sockets().table.push(error).unwrap();
    let name = guest.context.sockets().network_error_code(error).unwrap();
    assert_eq!(name, Some(ErrorCode::ConnectionReset));
    assert!(guest.write(&output, &[0; 1 << 20]).await.is_err());
}
