//! Which of two values is greater.

use std::cmp::Ordering;

use super::super::value::Value;
use super::{Answer, Problem};

/// Whether the first value is one of the others.
pub(super) fn equal(values: &[Value]) -> Answer {
    let Some((first, others)) = values.split_first() else { return Ok(Value::Bool(false)) };
    if others.is_empty() {
        return Err(Problem::new(
            "`eq` has nothing to compare with",
            "error calling eq: missing argument for comparison",
        ));
    }
    for other in others {
        if same("eq", first, other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(super) fn not_equal(values: &[Value]) -> Answer {
    pair(values, |a, b| same("ne", a, b).map(|same| !same))
}

pub(super) fn less(values: &[Value]) -> Answer {
    pair(values, |a, b| Ok(order("lt", a, b)? == Some(Ordering::Less)))
}

pub(super) fn less_or_equal(values: &[Value]) -> Answer {
    pair(values, |a, b| Ok(matches!(order("le", a, b)?, Some(Ordering::Less | Ordering::Equal))))
}

pub(super) fn greater(values: &[Value]) -> Answer {
    pair(values, |a, b| Ok(order("gt", a, b)? == Some(Ordering::Greater)))
}

pub(super) fn greater_or_equal(values: &[Value]) -> Answer {
    pair(values, |a, b| Ok(matches!(order("ge", a, b)?, Some(Ordering::Greater | Ordering::Equal))))
}

fn pair(values: &[Value], compare: impl Fn(&Value, &Value) -> Result<bool, Problem>) -> Answer {
    match values {
        [a, b] => compare(a, b).map(Value::Bool),
        _ => Ok(Value::Bool(false)),
    }
}

fn same(name: &str, a: &Value, b: &Value) -> Result<bool, Problem> {
    match (a, b) {
        (Value::Nil, Value::Nil) => Ok(true),
        (Value::Nil, _) | (_, Value::Nil) => Ok(false),
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        _ => Ok(order(name, a, b)? == Some(Ordering::Equal)),
    }
}

fn order(name: &str, a: &Value, b: &Value) -> Result<Option<Ordering>, Problem> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Ok(Some(a.cmp(b))),
        _ => {
            let (first, second) = (describe(a), describe(b));
            let (message, says) = if first == second {
                (format!("`{name}` can't compare {first}"), "invalid type for comparison")
            } else {
                (format!("`{name}` can't compare {first} with {second}"), "incompatible types for comparison")
            };
            Err(Problem::new(message, format!("error calling {name}: {says}")))
        }
    }
}

/// Go never compares a whole number with one that has a fraction.
fn describe(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        other => other.describe(),
    }
}
