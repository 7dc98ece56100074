//! Lengths of time.

use super::Fault;
use super::decimal::Decimal;
use super::spaces::without_spaces;
use crate::decode::shorten;

/// Milliseconds, from numbers with units: `500ms`, `90s`, `1m 30s`, `1.5h`; without a unit it is seconds. What is smaller
/// than a millisecond counts as one.
pub(crate) fn time(text: &str) -> Result<u64, Fault> {
    without_spaces(text, milliseconds)
}

fn milliseconds(text: &str) -> Result<u64, Fault> {
    let (mut sum, mut at, mut is_zero) = (0_u64, 0, true);
    loop {
        let place = |fault: Fault| Fault { range: fault.range.start + at..fault.range.end + at, ..fault };
        let (number, end) = Decimal::cut(&text[at..]).map_err(place)?;
        let rest = &text[at + end..];
        let unit = &rest[..rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len())];
        let after = at + end + unit.len();
        let factor = match unit.to_ascii_lowercase().as_str() {
            "ms" => 1,
            // A number without a unit is one alone.
            "" if at == 0 && after == text.len() => 1_000,
            "" => return Err(Fault::new(at..after, format!("`{}` has no unit", shorten(&text[at..after])))),
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => {
                let message = format!("`{}` is no unit of time", shorten(unit));
                return Err(Fault::new(at + end..after, message));
            }
        };
        let part = number.times(factor).and_then(|part| sum.checked_add(part));
        sum = part.ok_or_else(|| Fault::new(0..text.len(), "longer than any time"))?;
        is_zero &= number.is_zero();
        at = after;
        if at == text.len() {
            break;
        }
    }
    match sum {
        0 if is_zero => Err(Fault::new(0..text.len(), "no time at all")),
        0 => Ok(1),
        sum => Ok(sum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_sums_of_numbers_with_units() {
        for (text, milliseconds) in [
            ("90", 90_000),
            ("0.5", 500),
            ("500ms", 500),
            ("90s", 90_000),
            ("1m 30s", 90_000),
            ("1h2min3S4ms", 3_723_004),
            ("1.5h", 5_400_000),
            ("0.1ms", 1),
        ] {
            assert_eq!(time(text), Ok(milliseconds), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range, message) in [
            ("5 days", 2..6, "`days` is no unit of time"),
            ("1m 5", 3..4, "`5` has no unit"),
            ("-1s", 0..3, "`-1s` is below 0"),
            ("soon", 0..4, "`soon` is no number"),
            ("", 0..0, "expected a number"),
            ("0s", 0..2, "no time at all"),
            ("99999999999999999999h", 0..21, "longer than any time"),
        ] {
            let fault = time(text).unwrap_err();
            assert_eq!((fault.range, fault.message.as_str()), (range, message), "{text}");
        }
    }
}
