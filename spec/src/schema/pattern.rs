//! Regular expressions that match names as the reader does. They mean the same to ECMA-262 and to Rust's crates.

/// Matches exactly the names that differ from these by case at most.
pub(super) fn any_case<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("^{}$", alternatives(names))
}

/// The same, without the one that is written just so.
pub(super) fn any_other_case<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    format!("^(?!{}$){}$", literal(name), alternatives(names))
}

/// Matches words in any case, with space around them or not.
pub(super) fn word<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    format!("^\\s*{}\\s*$", alternatives(words))
}

fn alternatives<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(fold).collect();
    match names.as_slice() {
        [only] => only.clone(),
        several => format!("(?:{})", several.join("|")),
    }
}

/// Every letter in both cases.
fn fold(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c.is_ascii_alphabetic() {
            true => out.extend(['[', c.to_ascii_lowercase(), c.to_ascii_uppercase(), ']']),
            false => push_literal(c, &mut out),
        }
    }
    out
}

fn literal(name: &str) -> String {
    let mut out = String::new();
    name.chars().for_each(|c| push_literal(c, &mut out));
    out
}

fn push_literal(c: char, out: &mut String) {
    // `-` and `=` and their like need no escape, and have none in expressions of the `u` kind.
    if matches!(c, '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' | '\\' | '/') {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_in_both_cases_and_signs_for_themselves() {
        assert_eq!(any_case(["Go"]), "^[gG][oO]$");
        assert_eq!(any_other_case("Go", ["Go", "a.b"]), "^(?!Go$)(?:[gG][oO]|[aA]\\.[bB])$");
        assert_eq!(word(["!=", "in"]), "^\\s*(?:!=|[iI][nN])\\s*$");
    }
}
