//! Sizes of Bacalhau's legacy form.

use super::Fault;
use super::decimal::Decimal;
use super::size;
use super::spaces::without_spaces;

/// A size of the legacy form.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct LegacySize {
    /// Bytes.
    pub(crate) bytes: u64,
    /// Whether Bacalhau can read it too. It knows neither fractions nor `GiB`, and takes both for nothing.
    pub(crate) known: bool,
}

/// Bytes, from a number and a unit that counts in 1024s, whether it is written `Mb`, `MB`, `M`, `Mi` or `megabytes`;
/// no unit is bytes; case and space don't matter.
pub(crate) fn legacy_size(text: &str) -> Result<LegacySize, Fault> {
    without_spaces(text, bytes)
}

fn bytes(text: &str) -> Result<LegacySize, Fault> {
    let (number, end) = Decimal::cut(text)?;
    let unit = &text[end..];
    let Some((factor, known)) = factor(&unit.to_ascii_lowercase()) else {
        return Err(Fault::new(end..text.len(), size::no_unit(unit)));
    };
    match number.times(factor) {
        Some(bytes) => {
            let known = known && text[..end].bytes().all(|byte| byte.is_ascii_digit());
            Ok(LegacySize { bytes, known })
        }
        None => Err(Fault::new(0..text.len(), "larger than any size")),
    }
}

/// What a unit in lower case stands for, and whether Bacalhau knows it.
fn factor(unit: &str) -> Option<(u64, bool)> {
    const WORDS: [&str; 6] = ["kilo", "mega", "giga", "tera", "peta", "exa"];
    if matches!(unit, "" | "b") {
        return Some((1, true));
    }
    let power = |index: usize| 1024u64.checked_pow(u32::try_from(index).ok()? + 1);
    if let Some(index) = WORDS.iter().position(|word| unit.starts_with(word)) {
        let rest = unit.strip_prefix(WORDS.get(index)?)?;
        // Bacalhau reads every `i` as a `b`, and so spoils `kilobytes` and `gigabytes`.
        return matches!(rest, "byte" | "bytes").then_some((power(index)?, !unit.contains('i')));
    }
    let index = "kmgtpe".find(unit.chars().next()?)?;
    match unit.get(1..)? {
        "" | "b" | "i" => Some((power(index)?, true)),
        "ib" => Some((power(index)?, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_counts_in_1024s() {
        for (text, bytes) in [
            ("1Gb", 1 << 30),
            ("1GB", 1 << 30),
            ("1Gi", 1 << 30),
            ("256Mb", 268_435_456),
            ("512 m", 512 << 20),
            ("1 024 Mb", 1 << 30),
            ("2k", 2048),
            (" 3 terabytes ", 3 << 40),
            ("1Pb", 1 << 50),
            ("1e", 1 << 60),
            ("100", 100),
            ("7b", 7),
        ] {
            assert_eq!(legacy_size(text), Ok(LegacySize { bytes, known: true }), "{text}");
        }
    }

    #[test]
    fn what_bacalhau_takes_for_nothing_counts_and_is_told_apart() {
        for (text, bytes) in [
            ("1GiB", 1 << 30),
            ("1.5Gb", 3 << 29),
            ("1,024", 1024),
            ("4 Kilobytes", 4096),
            ("2gigabyte", 2 << 30),
        ] {
            assert_eq!(legacy_size(text), Ok(LegacySize { bytes, known: false }), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range) in [
            ("512Mx", 3..5),
            (" 10 loaves", 4..10),
            ("lots", 0..4),
            ("-5MB", 0..4),
            ("99eb", 0..4),
            ("", 0..0),
        ] {
            assert_eq!(legacy_size(text).unwrap_err().range, range, "{text}");
        }
    }
}
