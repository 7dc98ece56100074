//! What a conversion collects.

use super::Format;
use crate::model::{Data, Element, Located, Origin, Reference, Value};
use crate::reader::is_json_number;
use crate::{Code, Diagnostic, Span};

/// What a conversion collects on its way.
pub(super) struct Conversion {
    format: Format,
    faults: Vec<Diagnostic>,
}

impl Conversion {
    pub(super) fn new(format: Format) -> Conversion {
        Conversion { format, faults: Vec::new() }
    }

    /// Nothing, or all that has no equivalent, in the order of the file.
    pub(super) fn finish(mut self) -> Result<(), Vec<Diagnostic>> {
        self.faults.sort_by_key(|fault| fault.span.start);
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }

    /// Reports what can't be written. What no line of a file says has the file's start for its place.
    pub(super) fn no_equivalent(&mut self, origin: &Origin, message: &str) {
        let span = origin.span.unwrap_or(Span::new(0, 0));
        self.faults.push(Diagnostic::error(Code::NoEquivalent, span, message));
    }

    /// A text that must be known already.
    pub(super) fn value(&mut self, value: &Value, origin: &Origin) -> Data {
        match value.as_text() {
            Some(text) => Data::Text(text.to_owned()),
            None => {
                self.no_equivalent(origin, "a value that is known only when the job runs can't be written");
                Data::Null
            }
        }
    }

    /// A text that a variable of the host may stand for, as `env:NAME`.
    pub(super) fn of_host(&mut self, value: &Value, origin: &Origin) -> Data {
        match value {
            Value::Reference(Located { value: Reference::HostVariable(name), .. }) => {
                Data::Text(format!("env:{name}"))
            }
            Value::Text(text) if text.starts_with("env:") => {
                self.no_equivalent(origin, &format!("`{text}` would be taken from the host's environment"));
                Data::Null
            }
            other => self.value(other, origin),
        }
    }

    /// The elements of a list, all of them known already.
    pub(super) fn elements(&mut self, elements: &[Element<Value>], origin: &Origin) -> Data {
        let items = elements.iter().map(|element| match element {
            Element::One(value) => self.value(value, origin),
            Element::RemoveIfEmpty | Element::Spread { .. } => {
                self.no_equivalent(origin, "a list that is known only when the job runs can't be written");
                Data::Null
            }
        });
        Data::List(items.collect())
    }

    /// Free data. JSON has fewer ways to write a number than YAML.
    pub(super) fn data(&mut self, data: &Data, origin: &Origin) -> Data {
        match data {
            Data::Number(written) if self.format == Format::Json && !is_json_number(written) => {
                match number(written) {
                    Some(number) => Data::Number(number),
                    None => {
                        self.no_equivalent(origin, &format!("JSON can't write the number `{written}`"));
                        Data::Null
                    }
                }
            }
            Data::List(items) => Data::List(items.iter().map(|item| self.data(item, origin)).collect()),
            Data::Map(entries) => Data::Map(
                entries.iter().map(|(key, value)| (key.clone(), self.data(value, origin))).collect(),
            ),
            other => other.clone(),
        }
    }
}

/// A number of YAML as JSON writes it, if it can.
fn number(written: &str) -> Option<String> {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.strip_prefix('+').unwrap_or(written)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return Some(format!("{sign}{}", u128::from_str_radix(digits, radix).ok()?));
        }
    }
    let number: f64 = written.parse().ok()?;
    number.is_finite().then(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_what_only_yaml_writes() {
        for yes in ["0", "-1", "1.5", "10e3", "1.0E-7", "123"] {
            assert!(is_json_number(yes), "{yes}");
        }
        for no in ["", "+1", "01", ".5", "5.", "0x1F", ".inf", "1e", "1e+", "--1", "1_000"] {
            assert!(!is_json_number(no), "{no}");
        }
        assert_eq!(number("0x1F").as_deref(), Some("31"));
        assert_eq!(number("+.5").as_deref(), Some("0.5"));
        assert_eq!(number(".inf"), None);
        assert_eq!(number(".nan"), None);
    }
}
