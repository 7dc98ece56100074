//! The schemas that are published.

use serde_json::Value;

/// A schema, without its tolerance for fields of later versions: what is written has to be described.
pub(crate) fn schema(text: &str) -> Value {
    let mut schema = serde_json::from_str(text).unwrap();
    tighten(&mut schema);
    schema
}

fn tighten(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.get("properties").is_some_and(Value::is_object) {
            object.insert("additionalProperties".to_owned(), false.into());
        }
        object.values_mut().for_each(tighten);
    }
}
