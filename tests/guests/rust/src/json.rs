//! JSON texts, read into a tree and written again, for programs that are measured.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::noise::Noise;

/// What a text says.
#[derive(Debug, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
}

/// The value that a text written by [`write`] says.
pub fn read(text: &str) -> Value {
    Reader { text, at: 0 }.value()
}

/// So many records, always the same ones.
pub fn records(count: usize) -> Value {
    let mut noise = Noise::new(4);
    let record = |id| {
        let tags = (0..noise.below(6)).map(|tag| Value::Text(format!("tag \"{tag}\"\n"))).collect();
        let fields = [
            ("id", Value::Number(id as f64)),
            ("name", Value::Text(format!("record {}", noise.next()))),
            ("weight", Value::Number(noise.below(1_000_000) as f64 / 64.0)),
            ("active", Value::Bool(noise.below(2) == 0)),
            ("parent", Value::Null),
            ("tags", Value::List(tags)),
        ];
        Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    Value::List((0..count).map(record).collect())
}

/// Writes a value behind a text.
pub fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => {
            let _ = write!(text, "{value}");
        }
        Value::Text(value) => write_text(value, text),
        Value::List(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(value, text);
            }
            text.push(']');
        }
        Value::Map(values) => {
            text.push('{');
            for (index, (name, value)) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_text(name, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

fn write_text(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// A reader of JSON that was written by `write`.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, word: &str) {
        if !self.text[self.at..].starts_with(word) {
            crate::fail(format_args!("expected `{word}` at {}", self.at));
        }
        self.at += word.len();
    }

    fn value(&mut self) -> Value {
        match self.peek() {
            b'n' => {
                self.skip("null");
                Value::Null
            }
            b't' => {
                self.skip("true");
                Value::Bool(true)
            }
            b'f' => {
                self.skip("false");
                Value::Bool(false)
            }
            b'"' => Value::Text(self.string()),
            b'[' => {
                let mut values = Vec::new();
                self.items(b'[', b']', |reader| values.push(reader.value()));
                Value::List(values)
            }
            b'{' => {
                let mut values = BTreeMap::new();
                self.items(b'{', b'}', |reader| {
                    let name = reader.string();
                    reader.skip(":");
                    values.insert(name, reader.value());
                });
                Value::Map(values)
            }
            _ => self.number(),
        }
    }

    fn items(&mut self, open: u8, close: u8, mut item: impl FnMut(&mut Self)) {
        let mut before = open;
        loop {
            if self.peek() == close {
                break;
            }
            self.skip(if before == open && open == b'[' {
                "["
            } else if before == open {
                "{"
            } else {
                ","
            });
            before = b',';
            if self.peek() == close {
                break;
            }
            item(self);
        }
        self.at += 1;
    }

    fn string(&mut self) -> String {
        self.skip("\"");
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(['"', '\\']) else { crate::fail("a string has no end") };
            value.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                return value;
            }
            value.push(if self.peek() == b'n' { '\n' } else { char::from(self.peek()) });
            self.at += 1;
        }
    }

    fn number(&mut self) -> Value {
        let rest = &self.text[self.at..];
        let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
        self.at += end;
        match rest[..end].parse() {
            Ok(number) => Value::Number(number),
            Err(_) => crate::fail(format_args!("`{}` is no number", &rest[..end])),
        }
    }
}
