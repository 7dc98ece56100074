//! From arguments as they are written to values.

use wasmtime::component::wasm_wave::parser::ParserError;
use wasmtime::component::wasm_wave::untyped::UntypedFuncCall;
use wasmtime::component::{Type, Val};

use super::signature;
use crate::words;

/// The most characters of the arguments that a message quotes.
const MAX_QUOTED: usize = 60;

/// Values of these types from their WAVE, which stands in parentheses.
///
/// # Errors
/// It is no WAVE, there are too few or too many, or one is of another type; and where.
pub(super) fn of(text: &str, types: &[Type]) -> Result<Vec<Val>, String> {
    // The parser wants a name before the parentheses.
    let call = format!("f{text}");
    let read = UntypedFuncCall::parse(&call).and_then(|call| call.to_wasm_params(types));
    read.map_err(|error| why(&call, types, &error))
}

fn why(call: &str, types: &[Type], error: &ParserError) -> String {
    let span = error.span();
    let (start, end) = (span.start.clamp(1, call.len()), span.end.clamp(1, call.len()));
    let column = call.get(1..start).map_or(0, |before| before.chars().count()) + 1;
    let there = call.get(start..end.max(start)).unwrap_or_default();
    let quoted = match there.is_empty() {
        true => String::new(),
        false => format!(", at `{}`", words::short(MAX_QUOTED, format_args!("{there}"))),
    };
    let types: Vec<_> = types.iter().map(|ty| format!("`{}`", signature::ty(ty))).collect();
    let expected = match types.is_empty() {
        true => "no arguments are expected".to_owned(),
        false => format!("{} is expected", types.join(", ")),
    };
    format!("{} in column {column} of its arguments{quoted}: {expected}", words::why(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_of_the_types() {
        let values = of("(1, \"a\", true)", &[Type::U8, Type::String, Type::Bool]).unwrap();
        assert_eq!(values, [Val::U8(1), Val::String("a".to_owned()), Val::Bool(true)]);
        assert_eq!(of("()", &[]).unwrap(), []);
        assert_eq!(of("(-0.5)", &[Type::Float64]).unwrap(), [Val::Float64(-0.5)]);
    }

    #[test]
    fn what_does_not_fit_says_where() {
        let error = of("(1, 300)", &[Type::U8, Type::U8]).unwrap_err();
        assert!(error.contains("column 5") && error.contains("`300`"), "{error}");
        assert!(error.contains("`u8`, `u8` is expected"), "{error}");
        assert!(of("(1)", &[Type::U8, Type::U8]).is_err());
        assert!(of("(1, 2, 3)", &[Type::U8]).is_err());
        assert!(of("(1)", &[]).unwrap_err().contains("no arguments are expected"));
        assert!(of("(ä", &[Type::U8]).is_err());
        assert!(of("(\"ä\", ä)", &[Type::String, Type::U8]).is_err());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = format!("({}{})", "[".repeat(100_000), "]".repeat(100_000));
        assert!(of(&deep, &[Type::U8]).is_err());
        let many = format!("({})", "some(".repeat(100_000));
        assert!(of(&many, &[Type::U8]).is_err());
    }
}
