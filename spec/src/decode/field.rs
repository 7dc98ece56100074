//! The tables of dialects: objects, and the fields that they have.

use super::shape::Shape;

/// An object of a dialect: what users call it, and its fields. Schemas and suggestions come from the same table.
#[derive(Debug)]
pub(crate) struct Object {
    /// What messages call it: `a task`.
    pub(crate) what: &'static str,
    pub(crate) fields: &'static [Field],
    /// What an unknown field is.
    pub(crate) unknown: Unknown,
}

impl Object {
    /// Whether it has a field of this name, in any case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.is_called(name))
    }

    /// What it can't do without, for people: `A` and `B`; nothing where there is no such field.
    pub(crate) fn needs(&self) -> Option<String> {
        let names = |wanted: fn(&Presence) -> bool| {
            let fields = self.fields.iter().filter(move |field| wanted(&field.presence));
            fields.map(|field| format!("`{}`", field.name)).collect::<Vec<_>>()
        };
        let either = names(|presence| matches!(presence, Presence::Either(_))).join(" or ");
        let mut needed = names(|presence| matches!(presence, Presence::Required));
        needed.extend(Some(either).filter(|either| !either.is_empty()));
        (!needed.is_empty()).then(|| needed.join(" and "))
    }
}

/// A field of an object.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name as documents write it. Any case matches.
    pub(crate) name: &'static str,
    /// Other names of the same field.
    pub(crate) also: &'static [&'static str],
    /// What it takes.
    pub(crate) shape: Shape,
    /// What it means, for people, in a sentence or two.
    pub(crate) doc: &'static str,
    /// What holds where it is missing, as it would be written.
    pub(crate) default: Option<&'static str>,
    /// Values as they would be written.
    pub(crate) examples: &'static [&'static str],
    /// Whether the object can do without it.
    pub(crate) presence: Presence,
    /// Whether an empty text counts as a missing field.
    pub(crate) blank: bool,
}

impl Field {
    /// A field that takes anything, until [`Field::shape`] says what.
    pub(crate) const fn new(name: &'static str) -> Field {
        Field {
            name,
            also: &[],
            shape: Shape::Any,
            doc: "",
            default: None,
            examples: &[],
            presence: Presence::Optional,
            blank: false,
        }
    }

    /// Says under what other names it is known.
    pub(crate) const fn also(mut self, also: &'static [&'static str]) -> Field {
        self.also = also;
        self
    }

    /// Says what it takes.
    pub(crate) const fn shape(mut self, shape: Shape) -> Field {
        self.shape = shape;
        self
    }

    /// Says what it means.
    pub(crate) const fn doc(mut self, doc: &'static str) -> Field {
        self.doc = doc;
        self
    }

    /// Says what holds where it is missing, as it would be written.
    pub(crate) const fn default(mut self, default: &'static str) -> Field {
        self.default = Some(default);
        self
    }

    /// Shows values as they would be written.
    pub(crate) const fn examples(mut self, examples: &'static [&'static str]) -> Field {
        self.examples = examples;
        self
    }

    /// Says that the object can't do without it.
    pub(crate) const fn required(mut self) -> Field {
        self.presence = Presence::Required;
        self
    }

    /// Says that the object can't do without it unless another field has one of these words.
    pub(crate) const fn required_unless(
        mut self,
        field: &'static str,
        words: &'static [&'static str],
    ) -> Field {
        self.presence = Presence::Unless(field, words);
        self
    }

    /// Says that the object has either this field or the other one.
    pub(crate) const fn either(mut self, other: &'static str) -> Field {
        self.presence = Presence::Either(other);
        self
    }

    /// Says that an empty text counts as a missing field.
    pub(crate) const fn blank(mut self) -> Field {
        self.blank = true;
        self
    }

    /// Whether a name is one of its own, in any case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.also.iter().any(|also| also.eq_ignore_ascii_case(name))
    }
}

/// Whether an object can do without a field. A field without a value (`null`) is missing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Presence {
    Optional,
    Required,
    /// It can, where another field has one of these words.
    Unless(&'static str, &'static [&'static str]),
    /// Either this or the other field is there, and not both.
    Either(&'static str),
}

/// What an unknown field of an object is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unknown {
    /// A warning.
    Skipped,
    /// An error; those of the list are known, and set only by the system.
    Refused { read_only: &'static [&'static str] },
}
