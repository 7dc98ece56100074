//! Shares of processor cores.

use super::Fault;
use super::decimal::Decimal;
use super::spaces::without_spaces;
use crate::decode::shorten;

/// More cores than any machine has.
const MOST_CORES: u64 = 1_000_000;

/// Thousandths of a core, from `500m`, `0.5` or `2`. What is smaller than a thousandth counts as one.
pub(crate) fn cpu(text: &str) -> Result<u64, Fault> {
    without_spaces(text, cores)
}

fn cores(text: &str) -> Result<u64, Fault> {
    let (number, end) = Decimal::cut(text)?;
    // `1,5` is one and a half to many, and never fifteen cores.
    if text[..end].contains(',') {
        let message =
            format!("`{}` is no number of cores; write a point for the comma", shorten(&text[..end]));
        return Err(Fault::new(0..end, message));
    }
    let factor = match &text[end..] {
        "" => 1000,
        "m" => 1,
        unit => {
            return Err(Fault::new(end..text.len(), format!("`{unit}` is no unit of processor cores")));
        }
    };
    match number.times(factor) {
        Some(0) if !number.is_zero() => Ok(1),
        Some(share) if share <= MOST_CORES * 1000 => Ok(share),
        _ => Err(Fault::new(0..text.len(), "more cores than any machine has")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_counted_in_thousandths() {
        for (text, share) in [
            ("500m", 500),
            ("0.5", 500),
            ("2", 2000),
            (" 1.5 ", 1500),
            ("1 000m", 1000),
            ("0.0001", 1),
            ("0", 0),
            ("128", 128_000),
        ] {
            assert_eq!(cpu(text), Ok(share), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range) in [
            ("500x", 3..4),
            ("", 0..0),
            ("-1", 0..2),
            (" two", 1..4),
            ("1,5", 0..3),
            ("1 000x", 5..6),
            ("1.2.3", 0..5),
        ] {
            assert_eq!(cpu(text).unwrap_err().range, range, "{text}");
        }
        assert_eq!(cpu("-1").unwrap_err().message, "`-1` is below 0");
        assert_eq!(cpu("abc").unwrap_err().message, "`abc` is no number");
        assert_eq!(cpu("1.2.3m").unwrap_err().message, "`1.2.3` is no number");
        assert!(cpu("99999999999999999999999").is_err());
        assert!(cpu(&"9".repeat(1000)).is_err());
    }
}
