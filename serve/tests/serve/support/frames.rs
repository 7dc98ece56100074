//! A client of HTTP/2 that says frame by frame what it is told, also what no client should say.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use super::LONG;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

/// Of DATA and HEADERS; of SETTINGS and PING it is that they are heard.
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// A head that is whole, of a request that is.
pub(crate) const WHOLE: u8 = END_STREAM | END_HEADERS;

/// What a connection begins with.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// One connection.
pub(crate) struct Frames(TcpStream);

/// What comes back of what was said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Heard {
    /// An answer begins: with 200, or with another status.
    Answer(bool),
    /// A stream is reset, with this code.
    Reset(u32),
    /// The connection ends, with this code.
    Away(u32),
    /// The connection ends without a word.
    Closed,
}

/// A frame.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Fields as HPACK has them, each with its name, nothing of it kept.
pub(crate) fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    fields.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// The head of a request for a path.
pub(crate) fn get(path: &str) -> Vec<u8> {
    fields(&[(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", path)])
}

/// A setting.
pub(crate) fn setting(name: u16, value: u32) -> Vec<u8> {
    [&name.to_be_bytes()[..], &value.to_be_bytes()].concat()
}

impl Frames {
    /// A connection that has begun, with these settings.
    pub(crate) fn begin(place: std::net::SocketAddr, settings: &[u8]) -> Frames {
        let stream = TcpStream::connect(place).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        let mut frames = Frames(stream);
        frames.say([PREFACE, &frame(SETTINGS, 0, 0, settings)].concat());
        frames
    }

    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Frames {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// Says it again and again, without reading anything, until nobody listens. Gives how many bytes were taken.
    pub(crate) fn flood(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Ok(count) = self.0.write(bytes) {
            taken += count;
        }
        taken
    }

    /// Says it again and again so many times, or until nobody listens.
    pub(crate) fn repeat(&mut self, bytes: &[u8], times: usize) {
        for _ in 0..times {
            if self.0.write_all(bytes).is_err() {
                return;
            }
        }
    }

    /// The next frame: its kind, flags, stream and payload. None where the connection ends.
    pub(crate) fn frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.exactly(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        self.exactly(&mut payload)?;
        Some((head[3], head[4], u32::from_be_bytes(head[5..].try_into().unwrap()), payload))
    }

    fn exactly(&mut self, bytes: &mut [u8]) -> Option<()> {
        match self.0.read_exact(bytes) {
            Ok(()) => Some(()),
            Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => {
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// What comes of a stream, or of the connection.
    pub(crate) fn heard(&mut self, stream: u32) -> Heard {
        let code = |payload: &[u8], at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
        loop {
            match self.frame() {
                None => return Heard::Closed,
                // Alone in HPACK's table.
                Some((HEADERS, _, of, payload)) if of == stream => return Heard::Answer(payload[0] == 0x88),
                Some((RST_STREAM, _, of, payload)) if of == stream => return Heard::Reset(code(&payload, 0)),
                Some((GOAWAY, _, _, payload)) => return Heard::Away(code(&payload, 4)),
                Some(_) => {}
            }
        }
    }
}
