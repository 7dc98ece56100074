//! The access log, with a line for each request, and the log of what guests say.
//!
//! * [`AccessLog`] is where lines go, and never waits for who reads them.
//! * [`Form`] is what they look like: [`text`] for people, [`json`] for programs.
//! * [`GuestLog`] is where the lines go that guests write.

mod guests;
mod heard;
mod json;
mod record;
mod text;
mod time;
mod writer;

use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use crate::Exchange;
pub use guests::GuestLog;
pub(crate) use heard::Heard;
use record::Record;
pub(crate) use record::{bounded, ending};
use writer::Writer;

/// What the lines of a log look like.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// Words and `name=value`, for people.
    #[default]
    Text,
    /// An object a line, for programs.
    Json,
}

/// A line for each request, when its answer has ended.
///
/// Lines are handed to one thread that writes them, at the latest a tenth of a second later. Where it can't keep up
/// lines are left out, and how many is said in their place: a request never waits for the log.
#[derive(Clone)]
pub struct AccessLog {
    form: Form,
    writer: Arc<Writer>,
}

impl AccessLog {
    /// Starts one that writes to `sink`.
    ///
    /// # Errors
    ///
    /// The system does not start another thread.
    pub fn start(form: Form, sink: impl Write + Send + 'static) -> std::io::Result<Self> {
        Ok(Self { form, writer: Arc::new(Writer::start("access-log", sink, form)?) })
    }

    /// Waits until all that was noted so far is written, for at most a second.
    pub fn flush(&self) {
        self.writer.flush();
    }

    /// How many lines were left out since it was started.
    pub fn dropped(&self) -> u64 {
        self.writer.dropped()
    }

    pub(crate) fn note(&self, exchange: &Exchange, now: Instant) {
        let record = Record::of(exchange, now);
        // Written out beforehand: other threads wait while the line is added.
        LINE.with_borrow_mut(|line| {
            line.clear();
            match self.form {
                Form::Text => text::write(line, &record),
                Form::Json => json::write(line, &record),
            }
            self.writer.add(line);
        });
    }
}

thread_local! {
    /// The line that this thread writes, whose memory serves for the next one.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").field("form", &self.form).finish_non_exhaustive()
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("`{text}` is no form of a log: give text or json")),
        }
    }
}
