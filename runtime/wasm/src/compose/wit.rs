//! Types in the words of WIT.

use std::fmt::{self, Display, Formatter};

use wac_graph::types::{DefinedType, FuncTypeId, ItemKind, Type, Types, ValueType};

/// Something of a component with its name, as a line of WIT: `read: func(from: string) -> list<u8>`. Who shows it cuts it:
/// a type may be very long.
pub(super) struct Shown<'a> {
    pub(super) types: &'a Types,
    pub(super) name: &'a str,
    pub(super) kind: ItemKind,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Shown { types, name, .. } = *self;
        match self.kind {
            ItemKind::Func(id) => write!(f, "{name}: {}", Function(types, id)),
            ItemKind::Type(Type::Resource(_)) => write!(f, "resource {name}"),
            ItemKind::Type(Type::Value(ty)) | ItemKind::Value(ty) => {
                write!(f, "type {name} = {}", Value(types, ty))
            }
            ItemKind::Type(ty) => write!(f, "type {name}, {} {}", article(ty.desc(types)), ty.desc(types)),
            ItemKind::Instance(id) => {
                write!(f, "{name}: interface {{")?;
                for (name, kind) in &types[id].exports {
                    write!(f, " {};", Shown { types, name, kind: *kind })?;
                }
                f.write_str(" }")
            }
            ItemKind::Component(_) | ItemKind::Module(_) => {
                let what = self.kind.desc(types);
                write!(f, "{name}, {} {what}", article(what))
            }
        }
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

struct Function<'a>(&'a Types, FuncTypeId);

impl Display for Function<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let function = &self.0[self.1];
        f.write_str(if function.is_async { "async func(" } else { "func(" })?;
        for (index, (name, ty)) in function.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {}", Value(self.0, *ty))?;
        }
        f.write_str(")")?;
        match function.result {
            Some(ty) => write!(f, " -> {}", Value(self.0, ty)),
            None => Ok(()),
        }
    }
}

struct Value<'a>(&'a Types, ValueType);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Value(types, ty) = *self;
        match ty {
            ValueType::Primitive(ty) => f.write_str(ty.desc()),
            ValueType::Borrow(id) => write!(f, "borrow<{}>", types[id].name),
            ValueType::Own(id) => f.write_str(&types[id].name),
            ValueType::Defined(id) => defined(f, types, &types[id]),
        }
    }
}

fn defined(f: &mut Formatter<'_>, types: &Types, ty: &DefinedType) -> fmt::Result {
    let of = |ty: &ValueType| Value(types, *ty);
    match ty {
        DefinedType::Tuple(all) => {
            f.write_str("tuple<")?;
            for (index, ty) in all.iter().enumerate() {
                write!(f, "{}{}", if index == 0 { "" } else { ", " }, of(ty))?;
            }
            f.write_str(">")
        }
        DefinedType::List(ty) => write!(f, "list<{}>", of(ty)),
        DefinedType::FixedSizeList(ty, length) => write!(f, "list<{}, {length}>", of(ty)),
        DefinedType::Map(key, value) => write!(f, "map<{}, {}>", of(key), of(value)),
        DefinedType::Option(ty) => write!(f, "option<{}>", of(ty)),
        DefinedType::Result { ok: None, err: None } => f.write_str("result"),
        DefinedType::Result { ok: Some(ok), err: None } => write!(f, "result<{}>", of(ok)),
        DefinedType::Result { ok: None, err: Some(error) } => write!(f, "result<_, {}>", of(error)),
        DefinedType::Result { ok: Some(ok), err: Some(error) } => {
            write!(f, "result<{}, {}>", of(ok), of(error))
        }
        DefinedType::Stream(None) => f.write_str("stream"),
        DefinedType::Stream(Some(ty)) => write!(f, "stream<{}>", of(ty)),
        DefinedType::Future(None) => f.write_str("future"),
        DefinedType::Future(Some(ty)) => write!(f, "future<{}>", of(ty)),
        DefinedType::Alias(ty) => write!(f, "{}", of(ty)),
        DefinedType::Record(record) => {
            let fields = record.fields.iter();
            braces(f, "record", fields, |f, (name, ty)| write!(f, "{name}: {}", of(ty)))
        }
        DefinedType::Variant(variant) => {
            braces(f, "variant", variant.cases.iter(), |f, (name, ty)| match ty {
                Some(ty) => write!(f, "{name}({})", of(ty)),
                None => f.write_str(name),
            })
        }
        DefinedType::Flags(flags) => braces(f, "flags", flags.0.iter(), |f, name| f.write_str(name)),
        DefinedType::Enum(cases) => braces(f, "enum", cases.0.iter(), |f, name| f.write_str(name)),
    }
}

/// `record { a: u32, b: string }`
fn braces<T>(
    f: &mut Formatter<'_>,
    what: &str,
    all: impl Iterator<Item = T>,
    each: impl Fn(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{what} {{")?;
    for (index, one) in all.enumerate() {
        f.write_str(if index == 0 { " " } else { ", " })?;
        each(f, one)?;
    }
    f.write_str(" }")
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use wac_graph::types::Package;

    #[test]
    fn types_are_written_as_in_wit() {
        let text = r#"(component (import "a:b/c" (instance
            (export "r" (type $r (sub resource)))
            (type $rec' (record (field "a" u32) (field "b" (list string))))
            (export "rec" (type $rec (eq $rec')))
            (type $v' (variant (case "x") (case "y" (tuple u8 bool)))) (export "v" (type $v (eq $v')))
            (type $e' (enum "one" "two")) (export "e" (type (eq $e')))
            (export "f" (func (param "p" (own $r)) (param "q" (borrow $r)) (result (result $rec (error $v)))))
            (export "g" (func async (result (option (result (error string)))))))))"#;
        let mut types = Types::default();
        let package = Package::from_bytes("x", None, wat::parse_str(text).unwrap(), &mut types).unwrap();
        let (name, kind) = types[package.ty()].imports.first().unwrap();
        assert_eq!(
            Shown { types: &types, name, kind: *kind }.to_string(),
            "a:b/c: interface { resource r; type rec = record { a: u32, b: list<string> }; \
             type v = variant { x, y(tuple<u8, bool>) }; type e = enum { one, two }; \
             f: func(p: r, q: borrow<r>) -> result<record { a: u32, b: list<string> }, \
             variant { x, y(tuple<u8, bool>) }>; g: async func() -> option<result<_, string>>; }"
        );
    }
}
