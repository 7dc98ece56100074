//! What the fields of a table take: for the schema, and for suggestions.

use std::fmt::Debug;

use super::{Field, Object, Unknown};

/// What a value may be. The reader's functions of the same names take exactly this.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// A text; a number counts as it is written.
    Text,
    /// The same, not empty.
    Name,
    /// The same, with more than space in it.
    Filled,
    /// The same, or a truth value that surely means the word; nothing is an empty text.
    Argument,
    /// A text that others insist on being one; numbers, truth values and nothing are taken.
    StrictText,
    /// A whole number, also in quotes.
    Whole {
        /// The least that is taken.
        least: i64,
        /// The most that is taken.
        most: i64,
    },
    /// A number of at least 0, also with a fraction, also in quotes.
    Number,
    /// `true` or `false`, also in quotes.
    Boolean,
    /// One of a few words, in any case, with space around it or not.
    Words(&'static dyn Words),
    /// One of a few words, exactly.
    ExactWords(&'static dyn Words),
    /// A share of processor cores, `0.5` or `500m`.
    Cpu,
    /// A number of bytes with a unit.
    Size,
    /// A number of graphics processors.
    Gpu,
    /// A path of the guest; the leading `/` is supplied where it is missing.
    Path,
    /// A path of the guest that starts with `/` and is not the root.
    AbsolutePath,
    /// A folder of the guest that starts with `/`; an empty text is none.
    Folder,
    /// The path of a module; numbers are no paths.
    ModulePath,
    /// An address that starts with `http://` or `https://`.
    WebAddress,
    /// A data URL.
    DataUrl,
    /// A domain, an address or an address range.
    Domain,
    /// An IP address.
    Address,
    /// A port that may be written as a text.
    PortText,
    /// A port of the host: 0, or 1024 and more.
    HostPort,
    /// A name that becomes a part of variables' names.
    PortName,
    /// `NAME=value`.
    Assignment,
    /// An object of environment variables.
    Environment,
    /// An object whose keys users choose.
    Map(&'static Shape),
    /// A list.
    List(&'static Shape),
    /// A list of at least one element.
    FilledList(&'static Shape),
    /// An object of another table.
    Object(&'static Object),
    /// A type and its parameters.
    Config(&'static Config),
    /// One of a few words, or a number up to this that stands for one.
    Numbered(&'static dyn Words, i64),
    /// A value, or one that says nothing: what Go writes for a field that was never set.
    Set(&'static Shape),
    /// Anything, because another field says what: this most often.
    Hint(&'static Shape),
    /// Any of several.
    OneOf(&'static [Shape]),
}

/// The words that a field takes; the tables that readers look them up in are such lists.
pub(crate) trait Words: Debug + Sync {
    /// The words, in the order of the table.
    fn words(&self) -> Vec<&'static str>;
}

impl<T: Debug + Sync, const N: usize> Words for [(&'static str, T); N] {
    fn words(&self) -> Vec<&'static str> {
        self.iter().map(|(word, _)| *word).collect()
    }
}

impl<T: Debug + Sync> Words for &'static [(&'static str, T)] {
    fn words(&self) -> Vec<&'static str> {
        self.iter().map(|(word, _)| *word).collect()
    }
}

impl<const N: usize> Words for [&'static str; N] {
    fn words(&self) -> Vec<&'static str> {
        self.to_vec()
    }
}

/// `{Type, Params}`: the form of engines, sources and publishers.
#[derive(Debug)]
pub(crate) struct Config {
    /// The two fields.
    pub(crate) object: Object,
    /// The types that there are.
    pub(crate) kinds: &'static [Kind],
    /// Whether an object without a type is accepted, and means that there is none.
    pub(crate) optional: bool,
}

/// One type of a [`Config`].
#[derive(Debug)]
pub(crate) struct Kind {
    /// What `Type` says, in any case.
    pub(crate) name: &'static str,
    /// What it means, for people.
    pub(crate) doc: &'static str,
    /// The fields of `Params`; none where nobody looks at them.
    pub(crate) params: Option<&'static Object>,
}

/// The fields of every [`Config`]; what messages call the object differs.
pub(crate) static CONFIG_FIELDS: [Field; 2] = [
    Field::new("Type").doc("What kind it is, in any case."),
    Field::new("Params").doc("The parameters of this type."),
];

impl Config {
    /// A type that can't be missing, and its parameters.
    pub(crate) const fn new(what: &'static str, kinds: &'static [Kind]) -> Config {
        let object = Object { what, fields: &CONFIG_FIELDS, unknown: Unknown::Skipped };
        Config { object, kinds, optional: false }
    }

    /// Accepts an object without a type.
    pub(crate) const fn optional(mut self) -> Config {
        self.optional = true;
        self
    }

    /// The types that there are.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.kinds.iter().map(|kind| kind.name)
    }
}

impl Kind {
    /// A type whose parameters nobody looks at.
    pub(crate) const fn new(name: &'static str, doc: &'static str) -> Kind {
        Kind { name, doc, params: None }
    }

    /// Names the parameters.
    pub(crate) const fn params(mut self, params: &'static Object) -> Kind {
        self.params = Some(params);
        self
    }
}
