//! Job files as JSON values, by other readers than ours.

use serde_json::Value;

/// The value of a file; none where other readers can't read it: it is broken, or written more freely than they take.
pub(crate) fn value(bytes: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    let mut value: serde_yaml_ng::Value = serde_yaml_ng::from_slice(bytes).ok()?;
    value.apply_merge().ok()?;
    serde_json::to_value(value).ok()
}
