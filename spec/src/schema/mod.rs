//! JSON Schemas for editors, made from the tables that the reader itself reads by.

mod bacalhau;
mod data;
mod object;
mod pattern;
mod shape;

use crate::model::Data;
use crate::print;

/// The dialects that [`schema`] knows.
pub const SCHEMAS: &[&str] = &["bacalhau"];

/// The JSON Schema (2020-12) of a dialect's job files, as JSON text; none where the dialect isn't known.
///
/// It takes what the reader takes: names of fields in any case, and nothing unknown at the top of a job. What it
/// can't say (two things at one path, two keys that differ by case) only [`crate::read()`] finds.
///
/// ```
/// let schema = dayfly_spec::schema("bacalhau").unwrap_or_default();
/// assert!(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
/// assert!(dayfly_spec::schema("cobol").is_none());
/// ```
pub fn schema(dialect: &str) -> Option<String> {
    match dialect {
        "bacalhau" => Some(print::json(&bacalhau::schema())),
        _ => None,
    }
}

/// What a schema collects while it is written.
#[derive(Default)]
struct Writer {
    definitions: Vec<Definition>,
}

/// A definition, under `$defs`.
struct Definition {
    /// The table that it is made from.
    table: *const (),
    name: String,
    /// Nothing while it is being written.
    schema: Option<Data>,
}

impl Writer {
    /// The name of a table's definition: `Ok` where there is one, `Err` with the name of the one to write.
    fn define(&mut self, table: *const (), what: &str) -> Result<String, String> {
        if let Some(known) = self.definitions.iter().find(|known| known.table == table) {
            return Ok(known.name.clone());
        }
        let base = slug(what);
        let taken = |name: &str| self.definitions.iter().any(|known| known.name == name);
        let numbered = (2..).map(|number| format!("{base}{number}"));
        let name =
            std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base.clone());
        self.definitions.push(Definition { table, name: name.clone(), schema: None });
        Err(name)
    }

    /// Puts a definition where [`Writer::define`] left its place.
    fn finish(&mut self, name: &str, schema: Data) {
        if let Some(definition) = self.definitions.iter_mut().find(|definition| definition.name == name) {
            definition.schema = Some(schema);
        }
    }

    /// Everything for `$defs`, by name.
    fn into_definitions(self) -> Data {
        let mut definitions: Vec<_> = self
            .definitions
            .into_iter()
            .filter_map(|definition| Some((definition.name, definition.schema?)))
            .collect();
        definitions.sort_by(|(one, _), (other, _)| one.cmp(other));
        Data::Map(definitions)
    }
}

/// `a source of type `s3`` as a name: `sourceOfTypeS3`.
fn slug(what: &str) -> String {
    let words = what.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.skip_while(|word| matches!(*word, "a" | "an" | "the"));
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        match (name.is_empty(), letters.next()) {
            (false, Some(first)) => {
                name.push(first.to_ascii_uppercase());
                name.push_str(letters.as_str());
            }
            _ => name.push_str(word),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_named_after_what_messages_call_them() {
        assert_eq!(slug("a source of type `s3`"), "sourceOfTypeS3");
        assert_eq!(slug("the job"), "job");
    }
}
