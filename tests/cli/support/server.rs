//! A server on this machine.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A server that answers each request, and lets the test see what happens. It ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Receiver<Seen>,
}

/// What a server sees.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// A request: its head, and its body.
    Request(String, String),
    /// The end of a connection.
    Closed,
}

impl Server {
    /// Starts a server; `answer` gets the head of a request, and gives nothing where there is to be no answer.
    pub(crate) fn start(answer: fn(&str) -> Option<String>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, seen) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, sender) = (stream.unwrap(), sender.clone());
                thread::spawn(move || serve(stream, &sender, answer));
            }
        });
        Server { address, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next thing that happens.
    pub(crate) fn next(&self) -> Seen {
        self.seen.recv().unwrap()
    }

    /// All that has happened.
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.seen.try_iter().collect()
    }
}

/// A whole answer.
pub(crate) fn ok(body: &str) -> Option<String> {
    let length = body.len();
    Some(format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}"))
}

fn serve(stream: TcpStream, seen: &Sender<Seen>, answer: fn(&str) -> Option<String>) {
    let (mut writer, mut reader) = (stream.try_clone().unwrap(), BufReader::new(stream));
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            // A connection that is reset has ended too.
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                let _ = seen.send(Seen::Closed);
                return;
            }
        }
        let body = match head.lines().any(|line| line == "transfer-encoding: chunked") {
            true => chunks(&mut reader),
            false => {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                reader.read_exact(&mut body).map(|()| body)
            }
        };
        // A client may end its request before its body does.
        let Ok(body) = body else {
            let _ = seen.send(Seen::Closed);
            return;
        };
        if let Some(answer) = answer(&head) {
            writer.write_all(answer.as_bytes()).unwrap();
        }
        let _ = seen.send(Seen::Request(head, String::from_utf8_lossy(&body).into_owned()));
    }
}

/// A body in pieces, each after a line with its length.
fn chunks(reader: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim_end(), 16).map_err(io::Error::other)?;
        reader.take(length).read_to_end(&mut body)?;
        reader.read_line(&mut line)?;
        if length == 0 {
            return Ok(body);
        }
    }
}
