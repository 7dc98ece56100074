//! From free data to text: JSON and YAML that every reader takes the same way.

mod json;

pub(crate) use json::json;
