//! Sizes in bytes.

use super::Fault;
use super::decimal::Decimal;
use super::spaces::without_spaces;

/// Bytes, from a number and a unit: `kB`, `MB` and so on count in 1000s, `KiB`, `MiB` and so on in 1024s, single
/// letters in 1000s, no unit in bytes; case and space don't matter.
pub(crate) fn size(text: &str) -> Result<u64, Fault> {
    without_spaces(text, bytes)
}

fn bytes(text: &str) -> Result<u64, Fault> {
    let (number, end) = Decimal::cut(text)?;
    let unit = &text[end..];
    let Some(factor) = factor(unit) else {
        return Err(Fault::new(end..text.len(), no_unit(unit)));
    };
    number.times(factor).ok_or_else(|| Fault::new(0..text.len(), "larger than any size"))
}

/// What is wrong with a unit that is none.
pub(super) fn no_unit(unit: &str) -> String {
    format!("`{unit}` is no unit of size")
}

fn factor(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_lowercase();
    if matches!(unit.as_str(), "" | "b") {
        return Some(1);
    }
    let power = "kmgtpe".find(unit.chars().next()?)?;
    let base: u64 = match unit.get(1..)? {
        "" | "b" => 1000,
        "i" | "ib" => 1024,
        _ => return None,
    };
    base.checked_pow(u32::try_from(power).ok()? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_count_in_thousands_or_in_1024s() {
        for (text, bytes) in [
            ("512Mb", 512_000_000),
            ("1GB", 1_000_000_000),
            ("1Gi", 1 << 30),
            ("1GiB", 1 << 30),
            ("1.5GB", 1_500_000_000),
            ("1,024", 1024),
            ("36mb", 36_000_000),
            ("1 g", 1_000_000_000),
            ("1 000 M B", 1_000_000_000),
            ("0.5kib", 512),
            ("100", 100),
            ("7b", 7),
            ("2e", 2_000_000_000_000_000_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range) in
            [("512Mx", 3..5), ("10 giga", 3..7), ("", 0..0), ("-5MB", 0..4), ("GB", 0..2), ("99EiB", 0..5)]
        {
            assert_eq!(size(text).unwrap_err().range, range, "{text}");
        }
        assert!(size("1ä").is_err());
        assert!(size("1.000000000000000000000000000001GB").is_err());
    }
}
