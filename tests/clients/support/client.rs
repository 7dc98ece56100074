//! A client of HTTP/1.1 that says what it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use super::LONG;

/// One connection.
pub(crate) struct Client(BufReader<TcpStream>);

/// An answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn to(place: SocketAddr) -> Client {
        let stream = TcpStream::connect(place).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        Client(BufReader::new(stream))
    }

    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
        self
    }

    /// Asks for a path.
    pub(crate) fn ask(&mut self, path: &str) {
        self.say(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
    }

    /// Sends something to a path.
    pub(crate) fn send(&mut self, path: &str, body: &[u8]) {
        let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len());
        self.say([head.as_bytes(), body].concat());
    }

    /// Asks for a path, and hears the answer.
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(path);
        self.answer()
    }

    /// So many bytes of what comes.
    pub(crate) fn exactly(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert!(line.ends_with("\r\n"), "closed after {line:?}");
        line.trim_end().to_ascii_lowercase()
    }

    /// The next answer.
    pub(crate) fn answer(&mut self) -> Answer {
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("transfer-encoding", _)) => chunked = true,
                Some(_) => {}
            }
        }
        let body = if chunked { self.chunks() } else { self.exactly(length) };
        Answer { status, body }
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line(), 16).unwrap();
            body.extend(self.exactly(length));
            assert_eq!(self.line(), "");
            if length == 0 {
                return body;
            }
        }
    }
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}
