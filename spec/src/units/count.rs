//! Whole numbers of things.

use super::Fault;
use super::decimal::Decimal;
use super::spaces::without_spaces;
use crate::decode::shorten;

/// A whole number of at least 1; commas may divide thousands.
pub(crate) fn count(text: &str) -> Result<u64, Fault> {
    without_spaces(text, |text| {
        let (number, end) = Decimal::cut(text)?;
        let all = 0..text.len();
        if end < text.len() || text.contains('.') {
            return Err(Fault::new(all, format!("`{}` is no whole number", shorten(text))));
        }
        match number.times(1) {
            Some(0) => Err(Fault::new(all, "expected at least 1")),
            Some(count) => Ok(count),
            None => Err(Fault::new(all, "too large a number")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_and_not_nothing() {
        for (text, number) in [("1", 1), ("1,000,000", 1_000_000), (" 5 000 ", 5_000)] {
            assert_eq!(count(text), Ok(number), "{text}");
        }
        for (text, message) in [
            ("0", "expected at least 1"),
            ("1.5", "`1.5` is no whole number"),
            ("5k", "`5k` is no whole number"),
            ("x", "`x` is no number"),
            ("99999999999999999999", "too large a number"),
        ] {
            assert_eq!(count(text).unwrap_err().message, message, "{text}");
        }
    }
}
