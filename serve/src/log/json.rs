//! Lines for programs: an object each.

use dayfly_core::Refusal;
use serde::Serialize;

use super::record::{Detail, Record, bounded, ending};
use super::time;

#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    client: String,
    method: &'a str,
    path: &'a str,
    protocol: &'a str,
    /// Null where the request ended before it had an answer.
    status: Option<u16>,
    bytes_in: u64,
    bytes_out: u64,
    duration_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'a str>,
    id: &'a str,
    /// `whole`, or what became of the answer instead.
    delivery: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<Guest<'a>>,
    /// The end of what the guest wrote to standard error, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<&'a str>,
}

#[derive(Serialize)]
struct Guest<'a> {
    ending: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    cpu_us: u64,
    peak_memory_bytes: u64,
    /// How many requests its instance was given before.
    #[serde(skip_serializing_if = "is_none")]
    reused: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    refusals: &'a [Refusal],
}

/// Adds a line.
pub(super) fn write(line: &mut Vec<u8>, record: &Record<'_>) {
    let mut at = Vec::with_capacity(24);
    time::write(&mut at, record.time);
    let guest = record.fate.as_ref().map(|fate| {
        let (word, detail) = ending(&fate.ending);
        let (code, why) = match detail {
            Some(Detail::Code(code)) => (Some(code), None),
            Some(Detail::Text(why)) => (None, Some(bounded(why).0)),
            None => (None, None),
        };
        let (cpu_us, peak_memory_bytes) = (fate.usage.cpu_ns / 1000, fate.usage.peak_memory_bytes);
        let reused = record.reused;
        Guest { ending: word, code, why, cpu_us, peak_memory_bytes, reused, refusals: &fate.refusals }
    });
    record.id.with(|id| {
        let object = Line {
            time: str::from_utf8(&at).unwrap_or_default(),
            client: record.peer.to_string(),
            method: record.method.as_str(),
            path: bounded(record.path()).0,
            protocol: record.protocol(),
            status: record.status.map(|status| status.as_u16()),
            bytes_in: record.received,
            bytes_out: record.sent,
            duration_us: u64::try_from(record.took.as_micros()).unwrap_or(u64::MAX),
            function: record.function.as_deref(),
            id,
            delivery: record.delivery.word().unwrap_or("whole"),
            reason: record.why.as_deref().map(|why| bounded(why).0),
            guest,
            stderr: record.stderr.as_deref(),
        };
        // Neither writing to memory fails, nor does an object of these.
        let _ = serde_json::to_writer(&mut *line, &object);
    });
    line.push(b'\n');
}

/// Whether there were no requests.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_none(requests: &u32) -> bool {
    *requests == 0
}
