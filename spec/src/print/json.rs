//! JSON.

use std::fmt::Write;

use crate::model::Data;

/// What a list on one line may take, in bytes.
const LINE: usize = 80;

/// Writes JSON with two spaces a level and a line end after it. Numbers stand as they are in the data.
pub(crate) fn json(data: &Data) -> String {
    let mut out = String::new();
    value(data, 0, &mut out);
    out.push('\n');
    out
}

fn value(data: &Data, level: usize, out: &mut String) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(number),
        Data::Text(text) => quoted(text, out),
        Data::List(items) if fits_a_line(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                value(item, level, out);
            }
            out.push(']');
        }
        Data::List(items) => {
            block('[', ']', items, level, out, |item, out| value(item, level + 1, out));
        }
        Data::Map(entries) => block('{', '}', entries, level, out, |(key, item), out| {
            quoted(key, out);
            out.push_str(": ");
            value(item, level + 1, out);
        }),
    }
}

/// Whether a list is a few words or numbers.
fn fits_a_line(items: &[Data]) -> bool {
    let mut length = 0;
    for item in items {
        length += match item {
            Data::Null | Data::Bool(_) => 6,
            Data::Number(number) => number.len() + 2,
            Data::Text(text) => text.len() + 4,
            Data::List(_) | Data::Map(_) => return false,
        };
        if length > LINE {
            return false;
        }
    }
    true
}

fn block<T>(
    open: char,
    close: char,
    items: &[T],
    level: usize,
    out: &mut String,
    mut each: impl FnMut(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n("  ", level + 1));
        each(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level));
    }
    out.push(close);
}

/// Writes a text in double quotes, as both JSON and YAML read it.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut before = ' ';
    for c in text.chars() {
        match c {
            // Two of them would start a placeholder of a template.
            '{' if before == '{' => out.push_str("\\u007b"),
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // What YAML takes for the end of a line, or a reader for no part of the text.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                // Writing into a String can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
        before = c;
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_written() {
        let data = Data::Map(vec![
            ("none".into(), Data::Null),
            ("a \"b\"".into(), Data::List(vec![Data::Bool(true), Data::Number("1e3".into())])),
            ("empty".into(), Data::Map(Vec::new())),
            ("text".into(), Data::Text("\\ \n\u{1}\u{85}ä{{{".into())),
        ]);
        let expected = "{\n  \"none\": null,\n  \"a \\\"b\\\"\": [true, 1e3],\n  \"empty\": {},\n  \
                        \"text\": \"\\\\ \\n\\u0001\\u0085ä{\\u007b\\u007b\"\n}\n";
        assert_eq!(json(&data), expected);
    }
}
