//! Shares of processor cores.

use super::Fault;
use super::decimal::Decimal;

/// More cores than any machine has.
const MOST_CORES: u64 = 1_000_000;

/// Thousandths of a core, from `500m`, `0.5` or `2`. What is smaller than a thousandth counts as one.
pub(crate) fn cpu(text: &str) -> Result<u64, Fault> {
    let leading = text.len() - text.trim_start().len();
    let trimmed = text.trim();
    let whole = leading..leading + trimmed.len();
    let (number, end) = Decimal::cut(trimmed).map_err(|fault| shift(fault, leading))?;
    let factor = match trimmed[end..].trim() {
        "" => 1000,
        "m" => 1,
        unit => {
            let start = whole.end - unit.len();
            return Err(Fault::new(start..whole.end, format!("`{unit}` is no unit of processor cores")));
        }
    };
    match number.times(factor) {
        Some(0) if !number.is_zero() => Ok(1),
        Some(share) if share <= MOST_CORES * 1000 => Ok(share),
        _ => Err(Fault::new(whole, "more cores than any machine has")),
    }
}

pub(super) fn shift(fault: Fault, by: usize) -> Fault {
    Fault { range: fault.range.start + by..fault.range.end + by, ..fault }
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
            ("0.0001", 1),
            ("0", 0),
            ("128", 128_000),
        ] {
            assert_eq!(cpu(text), Ok(share), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range) in [("500x", 3..4), ("", 0..0), ("-1", 0..2), (" two", 1..4), ("1.2.3", 0..5)] {
            assert_eq!(cpu(text).unwrap_err().range, range, "{text}");
        }
        assert_eq!(cpu("-1").unwrap_err().message, "`-1` is below 0");
        assert_eq!(cpu("abc").unwrap_err().message, "`abc` is no number");
        assert_eq!(cpu("1.2.3m").unwrap_err().message, "`1.2.3` is no number");
        assert!(cpu("99999999999999999999999").is_err());
        assert!(cpu(&"9".repeat(1000)).is_err());
    }
}
