//! The schema of Bacalhau's job files.

use super::Writer;
use super::data::{map, text};
use crate::dialects;
use crate::model::Data;

/// Everything that a job file of Bacalhau may be.
pub(super) fn schema() -> Data {
    let mut writer = Writer::default();
    let job = writer.object(dialects::current());
    let Data::Map(mut entries) = map([
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("title", text("A job file of Bacalhau")),
        (
            "description",
            text(
                "What dayfly reads. Names of fields match in any case. Written by `dayfly schema bacalhau`.",
            ),
        ),
        ("type", text("object")),
    ]) else {
        return Data::Null;
    };
    if let Data::Map(root) = job {
        entries.extend(root);
    }
    entries.push(("$defs".to_owned(), writer.into_definitions()));
    Data::Map(entries)
}
