//! Parts of texts and of the map of variables.

use super::super::value::Value;
use super::{Answer, Problem};

pub(super) fn not(values: &[Value]) -> Answer {
    Ok(Value::Bool(!values.first().is_some_and(Value::is_true)))
}

/// Go calls functions that are values; a template of a job file has none.
pub(super) fn call(values: &[Value]) -> Answer {
    let found = values.first().unwrap_or(&Value::Nil);
    let says = format!("error calling call: non-function {} of type {}", found.print(), found.type_name());
    Err(Problem::new("`call` takes a function, and no variable is one", says))
}

/// The length in bytes, or the number of variables.
pub(super) fn length(values: &[Value]) -> Answer {
    let length = match values.first() {
        Some(Value::Text(text)) => text.len(),
        Some(Value::Variables(variables)) => variables.len(),
        other => {
            let other = other.unwrap_or(&Value::Nil);
            let message = format!("{} has no length", other.describe());
            return Err(Problem::new(
                message,
                format!("error calling len: len of type {}", other.type_name()),
            ));
        }
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// `index . "name"`: a variable, or an empty text; `index "text" 1`: a byte.
pub(super) fn index(values: &[Value]) -> Answer {
    let Some((first, indices)) = values.split_first() else { return Ok(Value::Nil) };
    let mut value = first.clone();
    for index in indices {
        value = match (&value, index) {
            (Value::Variables(variables), Value::Text(name)) => {
                Value::text(variables.get(name.as_ref()).map_or("", String::as_str))
            }
            (Value::Text(text), Value::Int(at)) => {
                let byte = usize::try_from(*at).ok().and_then(|at| text.as_bytes().get(at));
                let Some(byte) = byte else {
                    let message = format!("{at} is outside a text of {} bytes", text.len());
                    return Err(Problem::new(
                        message,
                        format!("error calling index: index out of range: {at}"),
                    ));
                };
                Value::Int(i64::from(*byte))
            }
            (Value::Variables(_), other) => {
                let message = format!("a variable is found by its name, not by {}", other.describe());
                let says =
                    format!("error calling index: value has type {}; should be string", other.type_name());
                return Err(Problem::new(message, says));
            }
            (Value::Text(_), other) => {
                let message = format!("a byte of a text is found by its number, not by {}", other.describe());
                let says =
                    format!("error calling index: cannot index slice/array with type {}", other.type_name());
                return Err(Problem::new(message, says));
            }
            (other, _) => {
                let message = format!("{} has no parts", other.describe());
                let says = format!("error calling index: can't index item of type {}", other.type_name());
                return Err(Problem::new(message, says));
            }
        };
    }
    Ok(value)
}

/// `slice "text" 1 2`: the bytes from one place to another.
pub(super) fn slice(values: &[Value]) -> Answer {
    let text = match values.first() {
        Some(Value::Text(text)) if values.len() < 4 => text,
        Some(Value::Text(_)) => {
            let message = "a text is cut at two places at most";
            return Err(Problem::new(message, "error calling slice: cannot 3-index slice a string"));
        }
        other => {
            let other = other.unwrap_or(&Value::Nil);
            let says = format!("error calling slice: can't slice item of type {}", other.type_name());
            return Err(Problem::new(format!("{} can't be cut", other.describe()), says));
        }
    };
    let mut places = [0, text.len()];
    for (place, value) in places.iter_mut().zip(&values[1..]) {
        let Value::Int(at) = value else {
            let message = format!("a text is cut at a number, not at {}", value.describe());
            let says =
                format!("error calling slice: cannot index slice/array with type {}", value.type_name());
            return Err(Problem::new(message, says));
        };
        *place = match usize::try_from(*at) {
            Ok(at) if at <= text.len() => at,
            _ => {
                let message = format!("{at} is outside a text of {} bytes", text.len());
                return Err(Problem::new(message, format!("error calling slice: index out of range: {at}")));
            }
        };
    }
    let [start, end] = places;
    if start > end {
        let message = format!("{start} is behind {end}");
        let says = format!("error calling slice: invalid slice index: {start} > {end}");
        return Err(Problem::new(message, says));
    }
    match text.get(start..end) {
        Some(part) => Ok(Value::text(part)),
        None => {
            let message = format!("{start} or {end} is in the middle of a character: places count bytes");
            Err(Problem::new(message, "invalid UTF-8"))
        }
    }
}
