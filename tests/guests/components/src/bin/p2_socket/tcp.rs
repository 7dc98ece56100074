//! Connections.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use components::sockets::{
    accepted, bind as bind_to, connected, listen as start_listening, listening, pair, tcp, Ends as _,
};
use components::{address, parsed, streams as of_streams};
use wasip2::io::poll::poll;
use wasip2::io::streams::StreamError;
use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::ShutdownType;

/// A socket gets a port of its own, or one that it asks for and nobody has.
pub fn bind() {
    let first = tcp();
    bind_to(&first, address::any_port()).unwrap();
    let here = first.here().unwrap();
    assert_ne!(here.port(), 0);
    start_listening(&first).unwrap();
    let second = tcp();
    assert_eq!(bind_to(&second, here), Err(ErrorCode::AddressInUse));
    bind_to(&second, address::any_port()).unwrap();
    assert_ne!(second.here(), Ok(here));
    // Of the other family, and of no machine of ours.
    let six = "[::1]:0".parse().unwrap();
    assert_eq!(bind_to(&tcp(), six), Err(ErrorCode::InvalidArgument));
    let elsewhere = bind_to(&tcp(), "192.0.2.1:0".parse().unwrap());
    let no = [ErrorCode::AddressNotBindable, ErrorCode::AccessDenied];
    assert!(elsewhere.is_err_and(|error| no.contains(&error)));
    println!("bound");
}

/// Who asks again and again is told in the end; who polls is woken for both.
pub fn busy_poll() {
    let [near, far] = pair();
    let (input, output) = (&near.input, &far.output);
    let pollable = input.subscribe();
    output.blocking_write_and_flush(b"x").unwrap();
    while !pollable.ready() {}
    assert_eq!(input.read(10).unwrap(), b"x");
    for _ in 0..1000 {
        assert_eq!(input.read(10).unwrap(), b"");
    }
    assert!(!pollable.ready());
    let sendable = output.subscribe();
    assert_eq!(poll(&[&pollable, &sendable]), [1]);
    println!("polled");
}

/// Where nothing listens nobody is reached; what is no place to connect to is none.
pub fn connect() {
    let nobody = {
        let gone = listening();
        gone.here().unwrap()
    };
    assert_eq!(connected(nobody).err(), Some(ErrorCode::ConnectionRefused));
    for wrong in ["127.0.0.1:0", "0.0.0.0:80"] {
        let error = connected(wrong.parse().unwrap()).err().unwrap();
        let no = [ErrorCode::InvalidArgument, ErrorCode::AccessDenied];
        assert!(no.contains(&error), "{wrong}: {error:?}");
    }
    let six = "[::1]:80".parse().unwrap();
    let error = components::sockets::connect(&tcp(), six).err();
    assert_eq!(error, Some(ErrorCode::InvalidArgument));
    let there = listening();
    let place = there.here().unwrap();
    let near = connected(place).unwrap().socket;
    assert_eq!(near.there(), Ok(place));
    let far = accepted(&there).socket;
    assert_eq!(far.there(), near.here());
    println!("connected");
}

/// One after the other those who connect are accepted; each connection is its own.
pub fn listen() {
    let listening = listening();
    assert!(listening.is_listening());
    assert_eq!(listening.accept().err(), Some(ErrorCode::WouldBlock));
    let place = listening.here().unwrap();
    let near: Vec<_> = (0..5).map(|_| connected(place).unwrap()).collect();
    for (index, connection) in near.iter().enumerate() {
        connection.output.blocking_write_and_flush(&[index as u8]).unwrap();
    }
    let far: Vec<_> = near.iter().map(|_| accepted(&listening)).collect();
    for connection in &far {
        let byte = of_streams::read_exactly(&connection.input, 1);
        let from = &near[byte[0] as usize].socket;
        assert_eq!(connection.socket.there(), from.here());
        assert!(!connection.socket.is_listening());
        connection.output.blocking_write_and_flush(&byte).unwrap();
    }
    for (index, connection) in near.iter().enumerate() {
        assert_eq!(of_streams::read_exactly(&connection.input, 1), [index as u8]);
    }
    println!("listened");
}

/// Speaks with a server of the host, by WASI and by the standard library.
pub fn sample_application() {
    let there: SocketAddr = parsed(1);
    let connection = connected(there).unwrap();
    of_streams::write(&connection.output, b"by WASI\n").unwrap();
    connection.socket.shutdown(ShutdownType::Send).unwrap();
    let answer = of_streams::read_to_end(&connection.input);
    print!("{}", String::from_utf8(answer).unwrap());
    if cfg!(target_env = "p2") {
        let mut stream = std::net::TcpStream::connect(there).unwrap();
        stream.write_all(b"by std\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        print!("{answer}");
    }
}

/// Much goes through a connection, as fast as it is taken; each way ends by itself.
pub fn streams() {
    const MUCH: usize = 4 << 20;
    let [near, far] = pair();
    let (mut sent, mut received) = (0, 0);
    while received < MUCH {
        let permitted = if sent < MUCH { near.output.check_write().unwrap() as usize } else { 0 };
        if permitted > 0 {
            let piece: Vec<u8> = (sent..MUCH.min(sent + permitted)).map(|at| (at % 251) as u8).collect();
            near.output.write(&piece).unwrap();
            sent += piece.len();
        }
        let some = far.input.read(64 << 10).unwrap();
        assert!(some.iter().enumerate().all(|(at, byte)| *byte == ((received + at) % 251) as u8));
        received += some.len();
        if permitted == 0 && some.is_empty() {
            poll(&[&far.input.subscribe(), &near.output.subscribe()]);
        }
    }
    near.output.blocking_flush().unwrap();
    near.socket.shutdown(ShutdownType::Send).unwrap();
    assert!(matches!(far.input.blocking_read(1), Err(StreamError::Closed)));
    assert!(matches!(near.output.check_write(), Err(StreamError::Closed)));
    // The other way goes on.
    far.output.blocking_write_and_flush(b"still here").unwrap();
    assert_eq!(of_streams::read_exactly(&near.input, 10), b"still here");
    println!("{received} bytes");
}

/// Sends this many bytes to a server of the host, and says what became of that.
pub fn send() {
    let (there, count) = (parsed(1), parsed(2));
    let connection = match connected(there) {
        Ok(connection) => connection,
        Err(error) => return println!("not connected: {}", error.name()),
    };
    match of_streams::write(&connection.output, &vec![b'x'; count]) {
        Ok(()) => println!("sent"),
        Err(StreamError::Closed) => println!("closed"),
        Err(StreamError::LastOperationFailed(error)) => println!("{}", error.to_debug_string()),
    }
    // A refused connection has nothing to shut down.
    let _ = connection.socket.shutdown(ShutdownType::Both);
}
