//! What guests say: the lines that they write to their outputs.
//!
//! ```text
//! [hello 0f6b…] thread 'main' panicked at src/main.rs:3:5
//! [hello 0f6b… stdout] on my way
//! ```

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use dayfly_core::OutputStream;

use super::record::{Escaped, Shown};
use super::writer::Writer;
use super::{Form, LINE};
use crate::Exchange;
use crate::exchange::Said;

/// What guests write to their outputs, line by line, with the names of the function and of the request.
///
/// Lines are written as they come: up to 4 KiB of a request at once, and as much in each second after. When the request is
/// over, so is the end of the rest, and how much of that was left out. Nothing is written faster than it is read: where that
/// is too slow lines are left out, and how many is said in their place.
#[derive(Clone)]
pub struct GuestLog(Arc<Writer>);

impl GuestLog {
    /// Starts one that writes to `sink`.
    ///
    /// # Errors
    ///
    /// The system does not start another thread.
    pub fn start(sink: impl Write + Send + 'static) -> io::Result<Self> {
        Ok(Self(Arc::new(Writer::start("guest-log", sink, Form::Text)?)))
    }

    /// Waits until all that was noted so far is written, for at most a second.
    pub fn flush(&self) {
        self.0.flush();
    }

    /// How many lines were left out since it was started.
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// Notes what is left of a request that is over.
    pub(crate) fn note(&self, exchange: &Exchange) {
        for said in exchange.said.borrow().iter() {
            let left = said.bytes.saturating_sub(exchange.heard.bytes(said.stream));
            if left > 0 {
                self.say(exchange, said.stream, left, &said.tail);
            }
        }
    }

    /// Writes so many bytes that a guest wrote to an output, of which this is the end, and may be more than that.
    pub(crate) fn say(&self, exchange: &Exchange, stream: OutputStream, bytes: u64, tail: &[u8]) {
        let there = usize::try_from(bytes).unwrap_or(usize::MAX).min(tail.len());
        let tail = &tail[tail.len() - there..];
        let left_out = bytes - there as u64;
        let function = exchange.function.borrow();
        let function = function.as_deref().unwrap_or_default();
        exchange.id.with(|id| {
            let place = Place { function, id, stream };
            if left_out > 0 {
                self.add(&place, &format!("({left_out} bytes before this are left out)"));
            }
            for line in String::from_utf8_lossy(tail).lines() {
                self.add(&place, line);
            }
        });
    }

    fn add(&self, place: &Place<'_>, text: &str) {
        LINE.with_borrow_mut(|line| {
            line.clear();
            // Writing to memory does not fail.
            let _ = writeln!(line, "{place} {}", Shown(text));
            self.0.add(line);
        });
    }
}

impl fmt::Debug for GuestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestLog").finish_non_exhaustive()
    }
}

impl Said {
    /// What is there of it, as text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.tail)
    }
}

/// Who says something.
struct Place<'a> {
    function: &'a str,
    id: &'a str,
    stream: OutputStream,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = match self.stream {
            OutputStream::Stdout => " stdout",
            OutputStream::Stderr => "",
        };
        write!(f, "[{} {}{stream}]", Escaped(self.function), self.id)
    }
}
