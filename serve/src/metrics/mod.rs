//! What a server counts of its requests.
//!
//! Each thread counts for itself; who asks adds up.

mod histogram;
mod print;
mod process;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;

use crate::Exchange;
use histogram::Histogram;

pub(crate) use print::print;

/// Functions that are counted one by one; what is over is counted together.
const FUNCTIONS: usize = 10_000;

/// What a thread counted, by function. Requests that no function answered have an empty name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics {
    functions: BTreeMap<Arc<str>, Function>,
}

#[derive(Clone, Debug, Default)]
struct Function {
    /// By class: `1xx` to `5xx`, and none at all.
    requests: [u64; 6],
    durations: Histogram,
    cpu_ns: u64,
    /// Bytes of bodies.
    received: u64,
    sent: u64,
}

impl Metrics {
    pub(crate) fn add(&mut self, exchange: &Exchange, now: Instant) {
        let name = exchange.function.borrow();
        let name = name.as_deref().unwrap_or_default();
        let function = match self.functions.get_mut(name) {
            Some(function) => function,
            None => {
                let name = if self.functions.len() < FUNCTIONS { name } else { OTHERS };
                self.functions.entry(name.into()).or_default()
            }
        };
        function.requests[class(exchange.status.get())] += 1;
        function.durations.add(now.saturating_duration_since(exchange.started));
        let used = exchange.fate.borrow().as_ref().map_or(0, |fate| fate.usage.cpu_ns);
        function.cpu_ns = function.cpu_ns.saturating_add(used);
        function.received = function.received.saturating_add(exchange.received());
        function.sent = function.sent.saturating_add(exchange.sent.get());
    }

    /// Adds what another thread counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, counted) in &other.functions {
            let function = self.functions.entry(name.clone()).or_default();
            function.requests.iter_mut().zip(counted.requests).for_each(|(sum, more)| *sum += more);
            function.durations.merge(&counted.durations);
            function.cpu_ns = function.cpu_ns.saturating_add(counted.cpu_ns);
            function.received = function.received.saturating_add(counted.received);
            function.sent = function.sent.saturating_add(counted.sent);
        }
    }
}

/// The name of functions that are counted together.
const OTHERS: &str = "(others)";

/// The classes of answers, as they are shown.
const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "none"];

fn class(status: Option<StatusCode>) -> usize {
    match status.map(|status| status.as_u16() / 100) {
        Some(class @ 1..=5) => usize::from(class) - 1,
        _ => 5,
    }
}
