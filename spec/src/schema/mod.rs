//! JSON Schemas for editors, made from the tables that the reader itself reads by.

mod bacalhau;
mod data;
mod definitions;
mod object;
mod pattern;
mod shape;

use definitions::Definitions;

use crate::{Dialect, print};

/// The JSON Schema (2020-12) of a dialect's job files, as JSON text.
///
/// It takes what the reader takes: names of fields in any case, and nothing unknown at the top of a job. What it
/// can't say (two things at one path, two keys that differ by case) only [`crate::read()`] finds.
///
/// ```
/// use dayfly_spec::{Dialect, schema};
///
/// let schema = schema(Dialect::Bacalhau);
/// assert!(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
/// ```
pub fn schema(dialect: Dialect) -> String {
    match dialect {
        Dialect::Bacalhau => print::json(&bacalhau::schema()),
    }
}
