//! From free data to text: JSON and YAML that every reader takes the same way.

mod json;
mod yaml;

pub(crate) use json::json;
pub(crate) use yaml::yaml;
