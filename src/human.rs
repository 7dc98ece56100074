//! Quantities as people read them: a few digits and a unit.

use std::time::{Duration, SystemTime};

/// The last second of the year 9999, in seconds after 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// Bytes, in units of 1000 as everywhere in dayfly: `512 B`, `1.2 MB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (value, unit) = scaled(bytes as f64, "B", &UNITS);
    format!("{} {unit}", digits(value))
}

/// Something a second, in units of 1000: `1.2 GB/s`, `45 GFLOP/s`.
pub(crate) fn rate(amount: f64, unit: &str) -> String {
    const PREFIXES: [&str; 6] = ["k", "M", "G", "T", "P", "E"];
    let (value, prefix) = scaled(amount, "", &PREFIXES);
    format!("{} {prefix}{unit}/s", digits(value))
}

/// A value in the unit of which there are 1 to 1000, and that.
fn scaled<'a>(mut value: f64, mut unit: &'a str, larger: &[&'a str]) -> (f64, &'a str) {
    for larger in larger {
        if value < 999.5 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    (value, unit)
}

/// A time that something took: `850 ns`, `1.2 ms`, `12 s`, `3 min 20 s`, `26 h 5 min`.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 3600 {
        return format!("{} h {} min", seconds / 3600, seconds / 60 % 60);
    }
    if seconds >= 60 {
        return format!("{} min {} s", seconds / 60, seconds % 60);
    }
    let nanos = time.as_nanos() as f64;
    let (value, unit) = match nanos {
        _ if nanos < 999.5 => return format!("{} ns", time.as_nanos()),
        _ if nanos < 999.5e3 => (nanos / 1e3, "µs"),
        _ if nanos < 999.5e6 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

/// How long ago something was: `3 minutes ago`.
pub(crate) fn ago(then: SystemTime, now: SystemTime) -> String {
    let Ok(time) = now.duration_since(then) else { return "in the future".to_owned() };
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0 => return "just now".to_owned(),
        1..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// A moment as RFC 3339 has it, to the second or to the nanosecond. Anybody may give a file any time: what lies before
/// 1970 or after 9999, which can't be written so, is shown as the first or the last moment that can.
pub(crate) fn moment(moment: SystemTime, nanos: bool) -> String {
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND);
    let moment = moment.clamp(SystemTime::UNIX_EPOCH, last);
    if nanos {
        humantime::format_rfc3339_nanos(moment).to_string()
    } else {
        humantime::format_rfc3339_seconds(moment).to_string()
    }
}

/// Two or three digits: more would be noise.
fn digits(value: f64) -> String {
    if value < 9.995 { format!("{value:.1}") } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_a_unit_that_fits() {
        let shown = [0, 999, 1000, 1_234, 12_345, 999_499, 999_500, 65_536, u64::MAX].map(bytes);
        assert_eq!(
            shown,
            ["0 B", "999 B", "1.0 kB", "1.2 kB", "12 kB", "999 kB", "1.0 MB", "66 kB", "18 EB"]
        );
    }

    #[test]
    fn times_have_a_unit_that_fits() {
        let nanos = |nanos| time(Duration::from_nanos(nanos));
        assert_eq!(nanos(0), "0 ns");
        assert_eq!(nanos(1_234), "1.2 µs");
        assert_eq!(nanos(12_345_678), "12 ms");
        assert_eq!(nanos(999_999_999), "1.0 s");
        assert_eq!(time(Duration::from_secs(200)), "3 min 20 s");
        assert_eq!(time(Duration::from_secs(93_900)), "26 h 5 min");
    }

    #[test]
    fn every_moment_can_be_written() {
        let (then, much) = (SystemTime::UNIX_EPOCH, Duration::from_secs(1 << 40));
        assert_eq!(moment(then + Duration::from_nanos(1), true), "1970-01-01T00:00:00.000000001Z");
        assert_eq!(moment(then - Duration::from_secs(1), false), "1970-01-01T00:00:00Z");
        assert_eq!(moment(then + much, true), "9999-12-31T23:59:59.000000000Z");
    }

    #[test]
    fn the_past_is_told_in_whole_units() {
        let then = SystemTime::UNIX_EPOCH;
        let shown = |seconds| ago(then, then + Duration::from_secs(seconds));
        assert_eq!(shown(0), "just now");
        assert_eq!(shown(1), "1 second ago");
        assert_eq!(shown(150), "2 minutes ago");
        assert_eq!(shown(90_000), "25 hours ago");
        assert_eq!(shown(200_000), "2 days ago");
        assert_eq!(ago(then + Duration::from_secs(1), then), "in the future");
    }
}
