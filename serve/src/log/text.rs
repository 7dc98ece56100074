//! Lines for people.
//!
//! ```text
//! 2026-11-22T01:02:03.004Z 127.0.0.1:40112 "GET /hello?x HTTP/1.1" 200 in=0 out=12 time=211us function=hello
//!     id=0f6b… ending=exited(0) cpu=48us memory=1114112
//! ```
//!
//! (on one line) and after these, where there is something to say, `reused=3` (how many requests the instance was given
//! before), `delivery=cut` (`broken`, `stopped`),
//! `reason="…"`, a `refused="…"` for each refusal, and where the guest failed `stderr="…"`, the end of what it wrote there.

use std::io::{self, Write};

use super::record::{Detail, Escaped, Record, ending};
use super::time;

/// Adds a line.
pub(super) fn write(line: &mut Vec<u8>, record: &Record<'_>) {
    time::write(line, record.time);
    // Writing to memory does not fail.
    let _ = rest(line, record);
    line.push(b'\n');
}

fn rest(line: &mut Vec<u8>, record: &Record<'_>) -> io::Result<()> {
    write!(line, " {} \"{} ", record.peer, record.method)?;
    write!(line, "{} {}\" ", Escaped(record.path()), record.protocol())?;
    match record.status {
        Some(status) => line.extend_from_slice(status.as_str().as_bytes()),
        None => line.push(b'-'),
    }
    write!(line, " in={} out={} time={}us", record.received, record.sent, record.took.as_micros())?;
    if let Some(function) = &record.function {
        write!(line, " function={}", Word(function))?;
    }
    line.extend_from_slice(b" id=");
    record.id.with(|id| line.extend_from_slice(id.as_bytes()));
    if let Some(fate) = &record.fate {
        match ending(&fate.ending) {
            (word, None) => write!(line, " ending={word}")?,
            (word, Some(Detail::Code(code))) => write!(line, " ending={word}({code})")?,
            (word, Some(Detail::Text(why))) => write!(line, " ending={word}(\"{}\")", Escaped(why))?,
        }
        let cpu = fate.usage.cpu_ns / 1000;
        write!(line, " cpu={cpu}us memory={}", fate.usage.peak_memory_bytes)?;
        if record.reused > 0 {
            write!(line, " reused={}", record.reused)?;
        }
        for refusal in &fate.refusals {
            write!(line, " refused=\"{}\"", Escaped(&refusal.what))?;
            if refusal.count > 1 {
                write!(line, "x{}", refusal.count)?;
            }
        }
    }
    if let Some(delivery) = record.delivery.word() {
        write!(line, " delivery={delivery}")?;
    }
    if let Some(why) = &record.why {
        write!(line, " reason=\"{}\"", Escaped(why))?;
    }
    if let Some(stderr) = &record.stderr {
        write!(line, " stderr=\"{}\"", Escaped(stderr))?;
    }
    Ok(())
}

/// A name, in quotes where it is no single word.
struct Word<'a>(&'a str);

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte);
        match self.0 {
            name if !name.is_empty() && name.bytes().all(plain) => f.write_str(name),
            name => write!(f, "\"{}\"", Escaped(name)),
        }
    }
}
