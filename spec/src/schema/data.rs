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

/// `{"anyOf": […]}`; the only one itself where there is one. Choices that are such lists themselves become a part of
/// it.
pub(super) fn any_of(choices: Vec<Data>) -> Data {
    let mut choices: Vec<_> = choices.into_iter().flat_map(inner_choices).collect();
    match choices.len() {
        1 => choices.remove(0),
        _ => map([("anyOf", Data::List(choices))]),
    }
}

/// `{"$ref": …}` to a definition.
pub(super) fn reference(name: &str) -> Data {
    map([("$ref", text(format!("#/$defs/{name}")))])
}

/// The choices of a schema that is nothing but choices; itself otherwise.
fn inner_choices(schema: Data) -> Vec<Data> {
    match schema {
        Data::Map(mut entries)
            if entries.len() == 1 && entries.first().is_some_and(|(key, _)| key == "anyOf") =>
        {
            match entries.pop() {
                Some((_, Data::List(choices))) => choices,
                _ => Vec::new(),
            }
        }
        other => vec![other],
    }
}

fn types_of(types: &[&str]) -> Data {
    match types {
        [only] => text(*only),
        several => list(several.iter().map(|name| text(*name))),
    }
}
