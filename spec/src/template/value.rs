//! What templates compute with.

use std::collections::BTreeMap;
use std::rc::Rc;

/// The variables that a template is rendered with.
pub(super) type Variables = BTreeMap<String, String>;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// `nil`
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    /// All variables: what `.` and `$` are at first.
    Variables(Rc<Variables>),
}

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// Whether `if` takes it for true: all but nothing, zero and what is empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(value) => *value,
            Value::Int(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Variables(variables) => !variables.is_empty(),
        }
    }

    /// What Go calls its type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float64",
            Value::Text(_) => "string",
            Value::Variables(_) => "map[string]string",
        }
    }

    /// What users call it.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Value::Nil => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::Text(_) => "a text",
            Value::Variables(_) => "the map of all variables",
        }
    }

    /// The bytes that have to be looked at to use it.
    pub(super) fn weight(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::Variables(variables) => {
                variables.iter().map(|(name, value)| name.len() + value.len() + 2).sum()
            }
            _ => 8,
        }
    }

    /// How Go's `%v` prints it.
    pub(super) fn print(&self) -> String {
        match self {
            Value::Nil => "<nil>".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => float(*number),
            Value::Text(text) => text.to_string(),
            Value::Variables(variables) => {
                let entries: Vec<_> =
                    variables.iter().map(|(name, value)| format!("{name}:{value}")).collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }
}

/// The shortest digits that give the number back; with an exponent below 1e-4 and from 1e21 on.
fn float(number: f64) -> String {
    let exponent = format!("{number:e}");
    let (digits, power) = exponent.split_once('e').unwrap_or((&exponent, "0"));
    match power.parse::<i32>() {
        Ok(power) if number != 0.0 && !(-4..21).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_in_go() {
        for (number, expected) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-07"),
            (-0.0, "-0"),
        ] {
            assert_eq!(float(number), expected);
        }
    }
}
