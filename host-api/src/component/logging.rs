//! `wasi:logging`: log lines, which go to the guest's standard error.

use std::fmt::Write as _;

use tokio::io::AsyncWriteExt as _;
use wasmtime::component::{HasData, Linker};

use crate::component::stdio::Stdout;
use crate::component::{Interface, View};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/logging",
        world: "wasi:logging/imports",
        imports: { default: async | trappable },
    });
}
use bindings::wasi::logging::logging;

/// The most bytes of a context that are written.
const MAX_CONTEXT: usize = 256;
/// The most bytes of a message that are written.
const MAX_MESSAGE: usize = 32 << 10;

/// How much a log line matters; later ones matter more.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[allow(missing_docs, reason = "the words are those of the interface")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Critical,
}

pub(crate) fn define<T: View>(linker: &mut Linker<T>, _: &Interface) -> wasmtime::Result<()> {
    logging::add_to_linker::<T, Log>(linker, |data| {
        let context = data.context();
        Logger { lowest: context.log, output: &context.process.made().stderr }
    })
}

struct Log;

/// Where a guest's lines go, and which of them.
struct Logger<'a> {
    /// None where there is no log at all.
    lowest: Option<LogLevel>,
    output: &'a Stdout,
}

impl HasData for Log {
    type Data<'a> = Logger<'a>;
}

impl logging::Host for Logger<'_> {
    async fn log(&mut self, level: logging::Level, context: String, message: String) -> wasmtime::Result<()> {
        let level = LogLevel::of(level);
        if self.lowest.is_some_and(|lowest| level >= lowest) {
            let line = line(level, &context, &message);
            // The guest can't be told of a stream that takes no more; who reads its refusals is.
            let _ = self.output.clone().write_all(line.as_bytes()).await;
        }
        Ok(())
    }
}

impl LogLevel {
    fn of(level: logging::Level) -> LogLevel {
        match level {
            logging::Level::Trace => LogLevel::Trace,
            logging::Level::Debug => LogLevel::Debug,
            logging::Level::Info => LogLevel::Info,
            logging::Level::Warn => LogLevel::Warn,
            logging::Level::Error => LogLevel::Error,
            logging::Level::Critical => LogLevel::Critical,
        }
    }

    fn word(self) -> &'static str {
        match self {
            LogLevel::Trace => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
            LogLevel::Critical => "critical",
        }
    }
}

/// A message as one line: `[level] context: message`, and without the colon where there is no context.
fn line(level: LogLevel, context: &str, message: &str) -> String {
    let mut line = format!("[{}] ", level.word());
    if !context.is_empty() {
        put(&mut line, context, MAX_CONTEXT);
        line.push_str(": ");
    }
    put(&mut line, message, MAX_MESSAGE);
    line.push('\n');
    line
}

/// Puts a text on a line: what would end it, or move a cursor, is escaped, and what is too long ends with `…`.
fn put(line: &mut String, text: &str, most: usize) {
    let end = line.len() + most;
    for character in text.chars() {
        if line.len() >= end {
            line.push('…');
            break;
        }
        match character {
            '\t' => line.push(character),
            _ if character.is_control() => {
                // Writing to a text never fails.
                let _ = write!(line, "{}", character.escape_default());
            }
            _ => line.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(line(LogLevel::Info, "db", "connected"), "[info] db: connected\n");
        assert_eq!(line(LogLevel::Warn, "", "a\tb"), "[warn] a\tb\n");
        let forged = line(LogLevel::Error, "x\n[info] y", "one\r\ntwo\u{1b}[2J \\n ä");
        assert_eq!(forged, "[error] x\\n[info] y: one\\r\\ntwo\\u{1b}[2J \\n ä\n");
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = line(LogLevel::Trace, &"c".repeat(1_000), &"ä\n".repeat(1 << 20));
        assert!(long.len() < MAX_CONTEXT + MAX_MESSAGE + 40, "{}", long.len());
        assert!(long.ends_with("…\n") && long.contains("c…: ä"), "{}", &long[..300]);
    }
}
