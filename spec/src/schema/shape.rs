//! What a field takes, as a schema.

use super::Definitions;
use super::data::{any_of, list, map, matching, number, text, typed};
use super::pattern;
use crate::decode::Shape;
use crate::model::Data;

/// `..` as a part of a path.
const NO_PARENT: &str = "^(?!(?:[\\s\\S]*/)?\\.\\.(?:/|$))";

/// A fraction as quantities are written, with space anywhere.
const FRACTION: &str = "\\.\\s*[0-9][0-9\\s]*";

impl Definitions {
    /// The schema of a value that is there.
    pub(super) fn shape(&mut self, shape: &Shape) -> Data {
        match shape {
            Shape::Any => map([]),
            Shape::Text => typed(&["string", "number"]),
            Shape::Name => map([("type", list([text("string"), text("number")])), ("minLength", number(1))]),
            Shape::Filled => matching(&["string", "number"], "\\S"),
            Shape::Argument => typed(&["string", "number", "boolean", "null"]),
            Shape::StrictText => typed(&["string", "number", "boolean", "null"]),
            Shape::Whole { least, most } => whole(*least, *most),
            Shape::Number => any_of(vec![
                map([("type", text("number")), ("minimum", number(0))]),
                matching(&["string"], "^\\s*\\+?[0-9]+(?:\\.[0-9]*)?\\s*$"),
            ]),
            Shape::Boolean => any_of(vec![
                typed(&["boolean"]),
                matching(&["string"], &pattern::any_case(["true", "false"])),
            ]),
            Shape::Words(words) => {
                let words = words.words();
                any_of(vec![one_of(&words), matching(&["string"], &pattern::word(words))])
            }
            Shape::ExactWords(words) => one_of(&words.words()),
            Shape::Cpu => quantity(&format!("^\\s*(?:[0-9][0-9\\s]*(?:\\.[0-9\\s]*)?|{FRACTION})m?\\s*$")),
            Shape::Size => {
                let number = format!("(?:[0-9][0-9,\\s]*(?:\\.[0-9\\s]*)?|{FRACTION})");
                let unit = "(?:[kKmMgGtTpPeE]\\s*(?:(?:[iI]\\s*)?[bB]|[iI])?|[bB])?";
                quantity(&format!("^\\s*{number}{unit}\\s*$"))
            }
            Shape::Gpu => any_of(vec![
                map([("type", text("integer")), ("minimum", number(0))]),
                matching(&["string"], "^\\s*\\+?\\s*[0-9][0-9\\s]*$"),
            ]),
            Shape::Path => matching(&["string", "number"], &format!("{NO_PARENT}[\\s\\S]*\\S")),
            Shape::AbsolutePath => {
                matching(&["string"], &format!("{NO_PARENT}/(?:[\\s\\S]*/)?(?!\\.?(?:/|$))"))
            }
            Shape::Folder => matching(&["string"], "^(?:/|$)"),
            Shape::ModulePath => matching(&["string"], "^(?![\\s\\S]*://)[\\s\\S]*\\S"),
            Shape::WebAddress => matching(&["string"], "^\\s*[hH][tT][tT][pP][sS]?://[^/\\s]"),
            Shape::DataUrl => matching(&["string"], "^\\s*[dD][aA][tT][aA]:[^,]*,"),
            Shape::Domain => matching(&["string"], DOMAIN),
            Shape::Address => matching(&["string"], "^\\s*[0-9a-fA-F:.]+\\s*$"),
            Shape::PortText => any_of(vec![
                map([("type", text("integer")), ("minimum", number(1)), ("maximum", number(65_535))]),
                matching(&["string"], "^\\s*\\+?0*[1-9][0-9]{0,4}\\s*$"),
            ]),
            Shape::HostPort => any_of(vec![whole(1024, 65_535), map([("const", number(0))])]),
            Shape::PortName => matching(&["string"], "^[A-Za-z_][A-Za-z0-9_]{0,63}$"),
            Shape::Assignment => matching(&["string"], "^[^=]+="),
            Shape::Environment => map([
                ("type", text("object")),
                ("propertyNames", map([("pattern", text("^[^=]+$"))])),
                ("additionalProperties", self.shape(&Shape::StrictText)),
            ]),
            Shape::Map(values) => {
                map([("type", text("object")), ("additionalProperties", self.shape(values))])
            }
            Shape::List(items) => map([("type", text("array")), ("items", self.shape(items))]),
            Shape::FilledList(items) => {
                map([("type", text("array")), ("items", self.shape(items)), ("minItems", number(1))])
            }
            Shape::Object(object) => self.object(object),
            Shape::Config(config) => self.config(config),
            Shape::Numbered(words, most) => any_of(vec![
                self.shape(&Shape::Words(*words)),
                map([("type", text("integer")), ("minimum", number(0)), ("maximum", number(*most))]),
            ]),
            Shape::Set(shape) => any_of(vec![self.shape(shape), self.blank()]),
            Shape::Hint(shape) => any_of(vec![self.shape(shape), map([])]),
            Shape::OneOf(shapes) => any_of(shapes.iter().map(|shape| self.shape(shape)).collect()),
        }
    }

    /// An example or default as it would be written, by the type that the field takes.
    pub(super) fn written(shape: &Shape, written: &str) -> Data {
        match shape {
            Shape::Whole { .. } | Shape::Number | Shape::HostPort => Data::Number(written.to_owned()),
            Shape::Boolean => Data::Bool(written == "true"),
            _ => text(written),
        }
    }
}

/// Names with a dot, the same below `*.` or `.`, addresses and address ranges.
const DOMAIN: &str = "^\\s*(?:[0-9.]+(?:/[0-9]+)?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:/[0-9]+)?|\
                      (?:[^/?#]*://)?(?:[^/?#]*@)?\
                      (?:(?:\\*?\\.)?(?:[^\\x00-,./:-@\\[-`{-\\x7f]+\\.)+[^\\x00-,./:-@\\[-`{-\\x7f]{2,}\\.?|\
                      [0-9.]+|\\[[0-9a-fA-F:.]+\\])(?::[0-9]+)?(?:[/?#].*)?)\\s*$";

/// One of a few words as they are.
fn one_of(words: &[&str]) -> Data {
    map([("enum", list(words.iter().map(|word| text(*word))))])
}

/// A number that may have a unit behind it.
fn quantity(pattern: &str) -> Data {
    any_of(vec![matching(&["string"], pattern), map([("type", text("number")), ("minimum", number(0))])])
}

fn whole(least: i64, most: i64) -> Data {
    let mut entries = vec![("type".to_owned(), text("integer"))];
    if least > i64::MIN {
        entries.push(("minimum".to_owned(), number(least)));
    }
    if most < i64::MAX {
        entries.push(("maximum".to_owned(), number(most)));
    }
    let sign = if least < 0 { "[+-]?" } else { "\\+?" };
    let quoted = format!("^\\s*(?:{sign}[0-9]+(?:\\.0*)?|0x[0-9a-fA-F]+|0o[0-7]+)\\s*$");
    any_of(vec![Data::Map(entries), matching(&["string"], &quoted)])
}
