//! Values of the component model as JSON.
//!
//! Numbers, truth and texts are JSON's own; a float that JSON has no number for is `"nan"`, `"inf"` or `"-inf"`. Lists and
//! tuples are arrays, records objects, flags an array of those that are set. A case of an enum, and one of a variant that
//! holds nothing, is its name; one that holds something is an object of its name and that. An option is `null` or what it
//! holds; where that is an option too, `{"some": …}`. A result is `{"ok": …}` or `{"err": …}`.

use serde_json::{Map, Value, json};
use wasmtime::component::Val;

pub(super) fn of(value: &Val) -> Value {
    match value {
        Val::Bool(value) => json!(value),
        Val::S8(value) => json!(value),
        Val::U8(value) => json!(value),
        Val::S16(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::S32(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::S64(value) => json!(value),
        Val::U64(value) => json!(value),
        Val::Float32(value) => float(f64::from(*value), &value.to_string()),
        Val::Float64(value) => float(*value, &value.to_string()),
        Val::Char(value) => json!(value),
        Val::String(value) => json!(value),
        Val::List(values) | Val::Tuple(values) | Val::FixedLengthList(values) => {
            values.iter().map(of).collect()
        }
        Val::Record(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), of(value))).collect())
        }
        Val::Variant(case, None) | Val::Enum(case) => json!(case),
        Val::Variant(case, Some(value)) => one(case, of(value)),
        Val::Option(None) => Value::Null,
        Val::Option(Some(value)) => match &**value {
            Val::Option(_) => one("some", of(value)),
            value => of(value),
        },
        Val::Result(Ok(value)) => one("ok", value.as_deref().map_or(Value::Null, of)),
        Val::Result(Err(value)) => one("err", value.as_deref().map_or(Value::Null, of)),
        Val::Flags(names) => json!(names),
        // Functions that return these are not called.
        Val::Map(_) | Val::Resource(_) | Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => {
            Value::Null
        }
    }
}

fn one(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// A number as `text` has it in its own precision.
fn float(value: f64, text: &str) -> Value {
    if value.is_nan() {
        return json!("nan");
    }
    if value.is_infinite() {
        return json!(if value > 0.0 { "inf" } else { "-inf" });
    }
    // 0.1 of 32 bits is 0.1, and not the nearest number of 64 bits.
    json!(text.parse::<f64>().unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_has_its_form() {
        let some = |value| Val::Option(Some(Box::new(value)));
        for (value, expected) in [
            (Val::Bool(true), json!(true)),
            (Val::U64(u64::MAX), json!(18_446_744_073_709_551_615_u64)),
            (Val::S8(-1), json!(-1)),
            (Val::Float32(0.1), json!(0.1)),
            (Val::Float64(f64::NAN), json!("nan")),
            (Val::Float32(f32::NEG_INFINITY), json!("-inf")),
            (Val::Char('ä'), json!("ä")),
            (Val::List(vec![Val::U8(1), Val::U8(2)]), json!([1, 2])),
            (Val::Record(vec![("a".to_owned(), Val::U8(1))]), json!({"a": 1})),
            (Val::Variant("c".to_owned(), None), json!("c")),
            (Val::Variant("c".to_owned(), Some(Box::new(Val::U8(1)))), json!({"c": 1})),
            (Val::Option(None), json!(null)),
            (some(Val::U8(1)), json!(1)),
            (some(Val::Option(None)), json!({"some": null})),
            (Val::Result(Ok(None)), json!({"ok": null})),
            (Val::Result(Err(Some(Box::new(Val::U8(1))))), json!({"err": 1})),
            (Val::Flags(vec!["r".to_owned()]), json!(["r"])),
        ] {
            assert_eq!(of(&value), expected, "{value:?}");
        }
    }
}
