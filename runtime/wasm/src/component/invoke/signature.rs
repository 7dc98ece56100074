//! Functions and types in WIT's words.

use std::fmt::Write as _;

use wasmtime::component::Type;
use wasmtime::component::types::ComponentFunc;

/// The longest type that is written out, in bytes, or little more.
const MAX_BYTES: usize = 2_000;

/// A function: `add: func(a: u32, b: u32) -> u32`.
pub(super) fn of(name: &str, function: &ComponentFunc) -> String {
    let asynchronous = if function.async_() { "async " } else { "" };
    let parameters: Vec<_> = function.params().map(|(name, of)| format!("{name}: {}", ty(&of))).collect();
    let results: String = function.results().map(|of| format!(" -> {}", ty(&of))).collect();
    format!("{name}: {asynchronous}func({}){results}", parameters.join(", "))
}

/// A type: `list<u8>`, `record { x: f32 }`.
pub(super) fn ty(ty: &Type) -> String {
    let mut text = String::new();
    write(&mut text, ty);
    text
}

/// Fails if one of the types has something in it that no value stands for.
///
/// # Errors
/// What that is.
pub(super) fn only_values<'a>(types: impl IntoIterator<Item = &'a Type>) -> Result<(), String> {
    types.into_iter().try_for_each(|ty| match other_than_value(ty) {
        None => Ok(()),
        Some(what) => Err(format!("it takes or gives a {what}, which only components can hold")),
    })
}

fn other_than_value(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Own(_) | Type::Borrow(_) => Some("resource"),
        Type::Future(_) => Some("future"),
        Type::Stream(_) => Some("stream"),
        Type::ErrorContext => Some("error context"),
        Type::Map(_) => Some("map"),
        _ => inner(ty).iter().find_map(other_than_value),
    }
}

/// The types that a type is made of.
fn inner(ty: &Type) -> Vec<Type> {
    match ty {
        Type::List(list) => vec![list.ty()],
        Type::FixedLengthList(list) => vec![list.ty()],
        Type::Record(record) => record.fields().map(|field| field.ty).collect(),
        Type::Tuple(tuple) => tuple.types().collect(),
        Type::Variant(variant) => variant.cases().filter_map(|case| case.ty).collect(),
        Type::Option(option) => vec![option.ty()],
        Type::Result(result) => result.ok().into_iter().chain(result.err()).collect(),
        _ => Vec::new(),
    }
}

fn write(text: &mut String, ty: &Type) {
    if text.len() > MAX_BYTES {
        if !text.ends_with('…') {
            text.push('…');
        }
        return;
    }
    match ty {
        Type::Bool => text.push_str("bool"),
        Type::S8 => text.push_str("s8"),
        Type::U8 => text.push_str("u8"),
        Type::S16 => text.push_str("s16"),
        Type::U16 => text.push_str("u16"),
        Type::S32 => text.push_str("s32"),
        Type::U32 => text.push_str("u32"),
        Type::S64 => text.push_str("s64"),
        Type::U64 => text.push_str("u64"),
        Type::Float32 => text.push_str("f32"),
        Type::Float64 => text.push_str("f64"),
        Type::Char => text.push_str("char"),
        Type::String => text.push_str("string"),
        Type::List(list) => of_types(text, "list", &[Some(list.ty())]),
        Type::FixedLengthList(list) => of_types(text, "list", &[Some(list.ty())]),
        Type::Option(option) => of_types(text, "option", &[Some(option.ty())]),
        Type::Tuple(tuple) => of_types(text, "tuple", &tuple.types().map(Some).collect::<Vec<_>>()),
        Type::Result(result) => match (result.ok(), result.err()) {
            (None, None) => text.push_str("result"),
            (Some(ok), None) => of_types(text, "result", &[Some(ok)]),
            (ok, err) => of_types(text, "result", &[ok, err]),
        },
        Type::Record(record) => {
            of_parts(text, "record", record.fields().map(|field| (field.name, Some((": ", field.ty, "")))));
        }
        Type::Variant(variant) => {
            let cases = variant.cases().map(|case| (case.name, case.ty.map(|ty| ("(", ty, ")"))));
            of_parts(text, "variant", cases);
        }
        Type::Enum(cases) => of_parts(text, "enum", cases.names().map(|name| (name, None))),
        Type::Flags(flags) => of_parts(text, "flags", flags.names().map(|name| (name, None))),
        Type::Own(_) => text.push_str("resource"),
        Type::Borrow(_) => text.push_str("borrow<resource>"),
        Type::Future(_) => text.push_str("future"),
        Type::Stream(_) => text.push_str("stream"),
        Type::ErrorContext => text.push_str("error-context"),
        Type::Map(_) => text.push_str("map"),
    }
}

/// A type that is made of others; `_` stands for one that is not there.
fn of_types(text: &mut String, name: &str, types: &[Option<Type>]) {
    // Writing to a String can't fail.
    let _ = write!(text, "{name}<");
    for (index, ty) in types.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        match ty {
            Some(ty) => write(text, ty),
            None => text.push('_'),
        }
    }
    text.push('>');
}

/// A type of named parts, each with what may follow its name.
fn of_parts<'a>(
    text: &mut String,
    name: &str,
    parts: impl Iterator<Item = (&'a str, Option<(&'a str, Type, &'a str)>)>,
) {
    let _ = write!(text, "{name} {{ ");
    for (index, (name, ty)) in parts.enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        text.push_str(name);
        if let Some((before, ty, after)) = ty {
            text.push_str(before);
            write(text, &ty);
            text.push_str(after);
        }
        if text.len() > MAX_BYTES {
            break;
        }
    }
    text.push_str(" }");
}
