//! Numbers and names as people read them.

use crate::say::visible_line;

/// The longest name that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// A number in groups of three digits: `12,345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size that is easily compared: `1.1 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1_000 {
        return format!("{bytes} bytes");
    }
    // One digit after the point; what is cut off is below that.
    let (mut tenths, mut unit) = (u128::from(bytes) / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// `1 function`, `2 functions`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A name that a module gives, on one line and of bounded length; in quotes where it would not look like a name.
pub(crate) fn name(name: &str) -> String {
    let mut shown: String = name.chars().take(MAX_SHOWN).collect();
    if shown.len() < name.len() && !shown.ends_with('…') {
        shown.push('…');
    }
    let shown = visible_line(&shown);
    let plain = !shown.is_empty() && !shown.contains(char::is_whitespace);
    if plain { shown } else { format!("\"{shown}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_sizes_are_short() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1_000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!([size(999), size(1_000), size(41_239)], ["999 bytes", "1.0 kB", "41.2 kB"]);
        assert_eq!([size(999_999), size(1_000_000), size(u64::MAX)], ["999.9 kB", "1.0 MB", "18446.7 PB"]);
        assert_eq!([count(1, "function"), count(0, "function")], ["1 function", "0 functions"]);
    }

    #[test]
    fn a_name_stays_on_one_line_and_in_bounds() {
        assert_eq!(name("fd_write"), "fd_write");
        assert_eq!(name("two results"), "\"two results\"");
        assert_eq!(name(""), "\"\"");
        assert_eq!(name("a\x1b[31m\nb"), "a\\u{1b}[31m\\nb");
        assert_eq!(name(&"x".repeat(300)).chars().count(), 201);
    }
}
