//! Numbers and names as people read them.

use dayfly::Refusal;

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

/// `1 function`, `2 functions`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// What was refused, and how often: `… (2 times)`.
pub(crate) fn refused(refusal: &Refusal) -> String {
    match refusal.count {
        0 | 1 => refusal.what.clone(),
        count => format!("{} ({count} times)", refusal.what),
    }
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
    fn numbers_are_grouped_and_things_counted() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1_000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
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
