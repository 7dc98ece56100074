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

// Most of a line is put together by itself: to have it formatted takes three times as long.
fn rest(line: &mut Vec<u8>, record: &Record<'_>) -> io::Result<()> {
    write!(line, " {} \"", record.peer)?;
    words(line, &[record.method.as_str(), " "]);
    Escaped(record.path()).add_to(line);
    words(
        line,
        &[" ", record.protocol(), "\" ", record.status.as_ref().map_or("-", |status| status.as_str())],
    );
    number(line, " in=", record.received);
    number(line, " out=", record.sent);
    number(line, " time=", u64::try_from(record.took.as_micros()).unwrap_or(u64::MAX));
    words(line, &["us"]);
    if let Some(function) = &record.function {
        words(line, &[" function="]);
        name(line, function);
    }
    words(line, &[" id="]);
    record.id.with(|id| words(line, &[id]));
    if let Some(fate) = &record.fate {
        let (word, detail) = ending(&fate.ending);
        words(line, &[" ending=", word]);
        match detail {
            None => {}
            Some(Detail::Code(code)) => {
                number(line, "(", code.into());
                words(line, &[")"]);
            }
            Some(Detail::Text(why)) => quoted(line, "(", why, ")"),
        }
        number(line, " cpu=", fate.usage.cpu_ns / 1000);
        number(line, "us memory=", fate.usage.peak_memory_bytes);
        if record.reused > 0 {
            number(line, " reused=", record.reused.into());
        }
        for refusal in &fate.refusals {
            quoted(line, " refused=", &refusal.what, "");
            if refusal.count > 1 {
                number(line, "x", refusal.count);
            }
        }
    }
    if let Some(delivery) = record.delivery.word() {
        words(line, &[" delivery=", delivery]);
    }
    if let Some(why) = &record.why {
        quoted(line, " reason=", why, "");
    }
    if let Some(stderr) = &record.stderr {
        quoted(line, " stderr=", stderr, "");
    }
    Ok(())
}

fn words(line: &mut Vec<u8>, words: &[&str]) {
    for word in words {
        line.extend_from_slice(word.as_bytes());
    }
}

fn number(line: &mut Vec<u8>, before: &str, number: u64) {
    words(line, &[before, itoa::Buffer::new().format(number)]);
}

/// Text of others, in quotes.
fn quoted(line: &mut Vec<u8>, before: &str, text: &str, after: &str) {
    words(line, &[before, "\""]);
    Escaped(text).add_to(line);
    words(line, &["\"", after]);
}

/// A name, in quotes where it is no single word.
fn name(line: &mut Vec<u8>, name: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte);
    match !name.is_empty() && name.bytes().all(plain) {
        true => words(line, &[name]),
        false => quoted(line, "", name, ""),
    }
}
