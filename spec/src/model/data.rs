//! Free data that dayfly carries and does not interpret.

/// A JSON-like value, in the order of the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Data {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Data>),
    /// Names and values; names are unique.
    Map(Vec<(String, Data)>),
}
