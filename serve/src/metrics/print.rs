//! Counts as Prometheus reads them: its text format, version 0.0.4.

use std::fmt::{self, Write};

use super::process::process;
use super::{CLASSES, Function, Metrics};
use crate::shared::{Room, Shared};
use crate::{AccessLog, GuestLog};

/// Everything that a server counts.
pub(crate) fn print(shared: &Shared) -> String {
    let mut text = String::new();
    // Writing to memory does not fail.
    let _ = all(&mut text, shared);
    text
}

fn all(text: &mut String, shared: &Shared) -> fmt::Result {
    let load = shared.load();
    let gauges = [
        ("dayfly_http_connections", "Connections that are open.", load.connections),
        ("dayfly_http_requests_running", "Requests that run.", load.running),
        ("dayfly_http_requests_queued", "Requests that wait until they may run.", load.waiting),
    ];
    for (name, help, value) in gauges {
        family(text, name, "gauge", help)?;
        writeln!(text, "{name} {value}")?;
    }
    let name = "dayfly_http_refused_total";
    family(
        text,
        name,
        "counter",
        "What was refused: connections, handshakes, heads, and requests without room.",
    )?;
    for (what, count) in shared.counters.refused() {
        writeln!(text, "{name}{{what=\"{what}\"}} {count}")?;
    }
    let name = "dayfly_http_log_lines_left_out_total";
    family(text, name, "counter", "Lines of logs that came faster than they could be written.")?;
    let (access, guests) = (shared.log.as_ref(), shared.guests.as_ref());
    let logs = [("access", access.map(AccessLog::dropped)), ("guests", guests.map(GuestLog::dropped))];
    for (log, count) in logs.into_iter().filter_map(|(log, count)| Some((log, count?))) {
        writeln!(text, "{name}{{log=\"{log}\"}} {count}")?;
    }
    if let Some(traces) = &shared.traces {
        let name = "dayfly_http_spans_left_out_total";
        family(text, name, "counter", "Spans that the collector of traces did not take, or not in time.")?;
        writeln!(text, "{name} {}", traces.dropped())?;
    }
    if let Some(Room(room)) = &shared.room {
        let name = "dayfly_function_free_instances";
        family(text, name, "gauge", "Requests of a function that may begin before others have ended.")?;
        for (function, free) in room() {
            writeln!(text, "{name}{{function=\"{}\"}} {free}", Label(&function))?;
        }
    }
    functions(text, &shared.metrics())?;
    process(text, shared.since)
}

fn functions(text: &mut String, metrics: &Metrics) -> fmt::Result {
    let name = "dayfly_http_requests_total";
    family(text, name, "counter", "Requests that are over, by function and class of answer.")?;
    for (function, counted) in &metrics.functions {
        for (class, count) in CLASSES.iter().zip(counted.requests).filter(|(_, count)| *count > 0) {
            writeln!(text, "{name}{{function=\"{}\",class=\"{class}\"}} {count}", Label(function))?;
        }
    }
    let name = "dayfly_http_request_duration_seconds";
    family(text, name, "histogram", "From the head of a request to the end of its answer.")?;
    for (function, counted) in &metrics.functions {
        let function = Label(function);
        for (end, count) in counted.durations.up_to() {
            writeln!(text, "{name}_bucket{{function=\"{function}\",le=\"{end}\"}} {count}")?;
        }
        writeln!(text, "{name}_sum{{function=\"{function}\"}} {}", counted.durations.sum().as_secs_f64())?;
        writeln!(text, "{name}_count{{function=\"{function}\"}} {}", counted.durations.count())?;
    }
    type Count = fn(&Function) -> u64;
    let bytes: [(&str, &str, Count); 2] = [
        ("dayfly_http_request_body_bytes_total", "Bytes of requests' bodies.", |counted| counted.received),
        ("dayfly_http_response_body_bytes_total", "Bytes of answers' bodies.", |counted| counted.sent),
    ];
    for (name, help, count) in bytes {
        family(text, name, "counter", help)?;
        for (function, counted) in &metrics.functions {
            writeln!(text, "{name}{{function=\"{}\"}} {}", Label(function), count(counted))?;
        }
    }
    let name = "dayfly_guest_cpu_seconds_total";
    family(text, name, "counter", "Processor time of guests, by function.")?;
    for (function, counted) in &metrics.functions {
        let seconds = std::time::Duration::from_nanos(counted.cpu_ns).as_secs_f64();
        writeln!(text, "{name}{{function=\"{}\"}} {seconds}", Label(function))?;
    }
    Ok(())
}

pub(super) fn family(text: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// A value of a label.
struct Label<'a>(&'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\\' | '"' => write!(f, "\\{character}")?,
                '\n' => f.write_str("\\n")?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}
