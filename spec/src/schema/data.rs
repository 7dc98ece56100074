//! Short ways to write the parts of a schema.

use crate::model::Data;

/// A text.
pub(super) fn text(text: impl Into<String>) -> Data {
    Data::Text(text.into())
}

/// A whole number.
pub(super) fn number(number: i64) -> Data {
    Data::Number(number.to_string())
}

/// An object.
pub(super) fn map<const N: usize>(entries: [(&str, Data); N]) -> Data {
    Data::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Data>) -> Data {
    Data::List(items.into_iter().collect())
}

/// `{"type": …}` of one or several types.
pub(super) fn typed(types: &[&str]) -> Data {
    map([("type", types_of(types))])
}

/// A text, or a value of another type, whose text matches a pattern.
pub(super) fn matching(types: &[&str], pattern: &str) -> Data {
    map([("type", types_of(types)), ("pattern", text(pattern))])
}

/// `{"anyOf": […]}`; the only one itself where there is one.
pub(super) fn any_of(mut choices: Vec<Data>) -> Data {
    match choices.len() {
        1 => choices.remove(0),
        _ => map([("anyOf", Data::List(choices))]),
    }
}

/// `{"$ref": …}` to a definition.
pub(super) fn reference(name: &str) -> Data {
    map([("$ref", text(format!("#/$defs/{name}")))])
}

fn types_of(types: &[&str]) -> Data {
    match types {
        [only] => text(*only),
        several => list(several.iter().map(|name| text(*name))),
    }
}
