//! What a request used, for its client: `Server-Timing`, in the head of the answer or after its body.
//!
//! ```text
//! server-timing: wall;dur=0.211, cpu;dur=0.048, memory;desc="1114112"
//! ```
//!
//! Times are in milliseconds and memory in bytes, as the [recommendation](https://www.w3.org/TR/server-timing/) has it.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use http::header::{TE, TRAILER};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Version};

use crate::Exchange;

const FIELD: HeaderName = HeaderName::from_static("server-timing");

/// When a client is told what its request used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Telling {
    /// Never.
    Never,
    /// In the head of the answer, as far as it is known by then.
    Head,
    /// There too, and all of it after the body where that ends later: the client reads what stands there.
    Trailers,
}

impl Telling {
    /// What the client of a request understands.
    pub(crate) fn of<B>(request: &Request<B>) -> Telling {
        let mut codings = request
            .headers()
            .get_all(TE)
            .iter()
            .flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
        let trailers = codings.any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"trailers"));
        if trailers && request.version() >= Version::HTTP_11 { Telling::Trailers } else { Telling::Head }
    }
}

/// Adds what is known of the usage of a request to the head of its answer. Gives whether there is more to tell after the
/// body: one that is `open` ends when the guest does.
pub(crate) fn tell(telling: Telling, open: bool, exchange: &Exchange, fields: &mut HeaderMap) -> bool {
    if telling == Telling::Never {
        return false;
    }
    // A guest may have something to tell there as well.
    fields.append(FIELD, timing(exchange));
    let later = telling == Telling::Trailers && open && exchange.fate.borrow().is_none();
    if later {
        fields.append(TRAILER, HeaderValue::from_static("server-timing"));
    }
    later
}

/// Adds the usage of a request to what stands after its body.
pub(crate) fn tell_after(exchange: &Exchange, fields: &mut HeaderMap) {
    fields.append(FIELD, timing(exchange));
}

fn timing(exchange: &Exchange) -> HeaderValue {
    let mut text = String::with_capacity(72);
    let wall = Instant::now().saturating_duration_since(exchange.started);
    // Writing to memory does not fail.
    let _ = write!(text, "wall;dur={}", Milliseconds(wall));
    if let Some(fate) = &*exchange.fate.borrow() {
        let (cpu, memory) = (Duration::from_nanos(fate.usage.cpu_ns), fate.usage.peak_memory_bytes);
        let _ = write!(text, ", cpu;dur={}, memory;desc=\"{memory}\"", Milliseconds(cpu));
    }
    // Digits and the words above: it is always one.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// A time in milliseconds, to the microsecond.
struct Milliseconds(Duration);

impl std::fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = self.0.as_micros();
        write!(f, "{}.{:03}", micros / 1000, micros % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_for_who_reads_them() {
        let of = |te: &str, version| {
            Telling::of(&Request::builder().version(version).header(TE, te).body(()).unwrap())
        };
        assert_eq!(of("trailers", Version::HTTP_11), Telling::Trailers);
        assert_eq!(of("gzip;q=0.5, Trailers ", Version::HTTP_2), Telling::Trailers);
        assert_eq!(of("trailers", Version::HTTP_10), Telling::Head);
        assert_eq!(of("no-trailers", Version::HTTP_11), Telling::Head);
        assert_eq!(Telling::of(&Request::new(())), Telling::Head);
    }

    #[test]
    fn times_are_to_the_microsecond() {
        for (micros, text) in [(0, "0.000"), (48, "0.048"), (1_002, "1.002"), (30_000_000, "30000.000")] {
            assert_eq!(Milliseconds(Duration::from_micros(micros)).to_string(), text);
        }
    }
}
