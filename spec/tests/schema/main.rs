//! The schema says what the reader says, as an independent validator sees it.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod agreement;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/files.rs"]
mod files;
mod mutations;
mod values;

use std::path::Path;
use std::sync::LazyLock;

use dayfly_spec::{Dialect, schema};
use jsonschema::Validator;
use serde_json::Value;

/// The schema, as a validator that has nothing to do with this crate reads it.
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::draft202012::options()
        .build(&serde_json::from_str(&schema(Dialect::Bacalhau)).unwrap())
        .unwrap()
});

#[test]
fn every_schema_keeps_the_rules_of_schemas() {
    for dialect in Dialect::ALL {
        let schema: Value = serde_json::from_str(&schema(*dialect)).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
    }
}

#[test]
fn the_copy_in_the_documents_is_this_schema() {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bacalhau.schema.json");
    let schema = schema(Dialect::Bacalhau);
    if std::env::var_os("DAYFLY_RENEW").is_some() {
        std::fs::write(&copy, &schema).unwrap();
    }
    let written = std::fs::read_to_string(&copy).unwrap_or_default();
    assert!(
        written == schema,
        "docs/bacalhau.schema.json is old; this test with DAYFLY_RENEW=1 in its environment writes it anew"
    );
}

#[test]
fn every_field_and_every_type_is_explained() {
    let schema: Value = serde_json::from_str(&schema(Dialect::Bacalhau)).unwrap();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition["title"].as_str().is_some_and(|title| !title.is_empty()), "{name} has no title");
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            let text = property["description"].as_str().unwrap_or("");
            assert!(text.ends_with('.'), "{name}.{field} is explained by {text:?}");
        }
    }
}
