//! Objects on their way into a file.

use crate::model::Data;

/// The fields of an object, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(String, Data)>);

impl Members {
    /// Adds a field.
    pub(super) fn put(&mut self, name: &str, value: Data) {
        self.0.push((name.to_owned(), value));
    }

    /// Adds a field where there is something to say.
    pub(super) fn put_some(&mut self, name: &str, value: Option<Data>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds a list that isn't empty.
    pub(super) fn put_list(&mut self, name: &str, items: Vec<Data>) {
        if !items.is_empty() {
            self.put(name, Data::List(items));
        }
    }

    /// Adds an object that isn't empty.
    pub(super) fn put_object(&mut self, name: &str, fields: Members) {
        if !fields.0.is_empty() {
            self.put(name, Data::Map(fields.0));
        }
    }

    /// The object itself.
    pub(super) fn into_data(self) -> Data {
        Data::Map(self.0)
    }
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Data {
    Data::Text(text.into())
}

/// A whole number.
pub(super) fn number(number: impl ToString) -> Data {
    Data::Number(number.to_string())
}

/// `{Type, Params}`; without parameters, `{Type}`.
pub(super) fn config(kind: &str, params: Members) -> Data {
    let mut fields = Members::default();
    fields.put("Type", text(kind));
    fields.put_object("Params", params);
    fields.into_data()
}
