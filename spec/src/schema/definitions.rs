//! What a schema keeps under `$defs`.

use crate::model::Data;

/// What a schema collects under `$defs` while it is written.
#[derive(Default)]
pub(super) struct Definitions {
    all: Vec<Definition>,
}

/// A definition, under `$defs`.
struct Definition {
    /// The table that it is made from.
    table: *const (),
    name: String,
    /// Nothing while it is being written.
    schema: Option<Data>,
}

impl Definitions {
    /// The name of a table's definition: `Ok` where there is one, `Err` with the name of the one to write.
    pub(super) fn define(&mut self, table: *const (), what: &str) -> Result<String, String> {
        if let Some(known) = self.all.iter().find(|known| known.table == table) {
            return Ok(known.name.clone());
        }
        let base = slug(what);
        let taken = |name: &str| self.all.iter().any(|known| known.name == name);
        let numbered = (2..).map(|number| format!("{base}{number}"));
        let name =
            std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base.clone());
        self.all.push(Definition { table, name: name.clone(), schema: None });
        Err(name)
    }

    /// Puts a definition where [`Definitions::define`] left its place.
    pub(super) fn finish(&mut self, name: &str, schema: Data) {
        if let Some(definition) = self.all.iter_mut().find(|definition| definition.name == name) {
            definition.schema = Some(schema);
        }
    }

    /// Everything for `$defs`, by name.
    pub(super) fn into_data(self) -> Data {
        let mut definitions: Vec<_> = self
            .all
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
