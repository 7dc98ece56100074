//! YAML.

use super::json;
use crate::model::Data;

/// Writes YAML in blocks. Texts stand in quotes wherever any reader might take them for something else.
///
/// YAML's keys are at most 1024 characters long; data with longer ones is written as JSON, which every reader of YAML
/// reads too.
pub(crate) fn yaml(data: &Data) -> String {
    if has_long_key(data) {
        return json::json(data);
    }
    let mut out = String::new();
    match data {
        Data::Map(entries) if !entries.is_empty() => map(entries, 0, &mut out),
        Data::List(items) if !items.is_empty() => list(items, 0, &mut out),
        other => {
            scalar(other, &mut out);
            out.push('\n');
        }
    }
    out
}

/// The longest key, in bytes: with room for its escapes.
const KEY: usize = 160;

fn has_long_key(data: &Data) -> bool {
    match data {
        Data::List(items) => items.iter().any(has_long_key),
        Data::Map(entries) => entries.iter().any(|(key, value)| key.len() > KEY || has_long_key(value)),
        _ => false,
    }
}

/// Writes the entries of an object; the first line is indented already.
fn map(entries: &[(String, Data)], level: usize, out: &mut String) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            indent(level, out);
        }
        text(key, out);
        out.push(':');
        match value {
            Data::Map(inner) if !inner.is_empty() => {
                out.push('\n');
                indent(level + 1, out);
                map(inner, level + 1, out);
            }
            Data::List(items) if !items.is_empty() => {
                out.push('\n');
                indent(level + 1, out);
                list(items, level + 1, out);
            }
            other => {
                out.push(' ');
                scalar(other, out);
                out.push('\n');
            }
        }
    }
}

/// Writes the elements of a list; the first line is indented already.
fn list(items: &[Data], level: usize, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent(level, out);
        }
        out.push_str("- ");
        match item {
            Data::Map(entries) if !entries.is_empty() => map(entries, level + 1, out),
            Data::List(inner) if !inner.is_empty() => list(inner, level + 1, out),
            other => {
                scalar(other, out);
                out.push('\n');
            }
        }
    }
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

fn scalar(data: &Data, out: &mut String) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(number),
        Data::Text(value) => text(value, out),
        Data::List(_) => out.push_str("[]"),
        Data::Map(_) => out.push_str("{}"),
    }
}

fn text(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { json::quoted(text, out) }
}

/// Whether a text means itself without quotes, to readers of YAML 1.1 and 1.2.
fn is_plain(text: &str) -> bool {
    /// What stands for something else, in any case.
    const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '+' | '=' | ' ');
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'));
    first
        && !text.ends_with(' ')
        && text.chars().all(inner)
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_below_their_keys() {
        let word = |text: &str| Data::Text(text.to_owned());
        let data = Data::Map(vec![
            ("Name".into(), word("a b")),
            (
                "List".into(),
                Data::List(vec![
                    Data::Map(vec![("A".into(), word("no")), ("B".into(), Data::Map(Vec::new()))]),
                    Data::List(vec![word("1"), Data::Number("1".into())]),
                    Data::Null,
                ]),
            ),
            ("{x".into(), Data::Bool(true)),
        ]);
        let expected =
            "Name: a b\nList:\n  - A: \"no\"\n    B: {}\n  - - \"1\"\n    - 1\n  - null\n\"{x\": true\n";
        assert_eq!(yaml(&data), expected);
    }

    #[test]
    fn a_long_key_makes_it_json() {
        let data = Data::Map(vec![("k".repeat(2000), Data::Null)]);
        assert!(yaml(&data).starts_with("{\n"));
    }

    #[test]
    fn texts_that_mean_something_else_are_quoted() {
        for plain in ["hello", "/in/a.txt", "a=b", "A_B c", "v1.2", "x-y"] {
            assert!(is_plain(plain), "{plain}");
        }
        for quoted in [
            "", " a", "a ", "yes", "Null", "1", "-1", ".5", "~", "a: b", "a #b", "ä", "- a", "0x1", "=", "<<",
        ] {
            assert!(!is_plain(quoted), "{quoted}");
        }
    }
}
