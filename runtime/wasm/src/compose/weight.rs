//! How much there is to compare in types: a type of a few bytes may say a million times what it is made of.

use std::collections::HashMap;

use wac_graph::types::{DefinedType, DefinedTypeId, FuncTypeId, ItemKind, Type, Types, ValueType};

/// Weighs types; what was weighed once is not looked at again.
pub(super) struct Scales<'a> {
    types: &'a Types,
    known: HashMap<DefinedTypeId, u64>,
}

impl<'a> Scales<'a> {
    pub(super) fn new(types: &'a Types) -> Scales<'a> {
        Scales { types, known: HashMap::new() }
    }

    /// How many types are met on the way through an item, each as often as it is met.
    pub(super) fn item(&mut self, item: ItemKind) -> u64 {
        match item {
            ItemKind::Func(id) => self.function(id),
            ItemKind::Instance(id) => self.all(self.types[id].exports.values().copied()),
            ItemKind::Component(id) => {
                let world = &self.types[id];
                self.all(world.imports.values().chain(world.exports.values()).copied())
            }
            ItemKind::Type(Type::Func(id)) => self.function(id),
            ItemKind::Type(Type::Value(ty)) | ItemKind::Value(ty) => self.value(ty),
            ItemKind::Type(Type::Interface(id)) => self.item(ItemKind::Instance(id)),
            ItemKind::Type(Type::World(id)) => self.item(ItemKind::Component(id)),
            ItemKind::Module(_) | ItemKind::Type(Type::Module(_) | Type::Resource(_)) => 1,
        }
    }

    fn all(&mut self, items: impl Iterator<Item = ItemKind>) -> u64 {
        items.fold(1, |sum, item| sum.saturating_add(self.item(item)))
    }

    fn function(&mut self, id: FuncTypeId) -> u64 {
        let function = &self.types[id];
        self.values(function.params.values().chain(&function.result).copied())
    }

    fn values(&mut self, all: impl Iterator<Item = ValueType>) -> u64 {
        all.fold(1, |sum, ty| sum.saturating_add(self.value(ty)))
    }

    fn value(&mut self, ty: ValueType) -> u64 {
        let ValueType::Defined(id) = ty else { return 1 };
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        let weight = match &self.types[id] {
            DefinedType::Tuple(all) => self.values(all.iter().copied()),
            DefinedType::List(ty)
            | DefinedType::FixedSizeList(ty, _)
            | DefinedType::Option(ty)
            | DefinedType::Alias(ty)
            | DefinedType::Stream(Some(ty))
            | DefinedType::Future(Some(ty)) => self.values([*ty].into_iter()),
            DefinedType::Map(key, value) => self.values([*key, *value].into_iter()),
            DefinedType::Result { ok, err } => self.values(ok.iter().chain(err).copied()),
            DefinedType::Variant(variant) => self.values(variant.cases.values().flatten().copied()),
            DefinedType::Record(record) => self.values(record.fields.values().copied()),
            DefinedType::Flags(flags) => flags.0.len() as u64,
            DefinedType::Enum(cases) => cases.0.len() as u64,
            DefinedType::Stream(None) | DefinedType::Future(None) => 1,
        };
        self.known.insert(id, weight);
        weight
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use wac_graph::types::Package;

    #[test]
    fn what_is_said_many_times_weighs_many_times_as_much() {
        let doubled: String =
            (1..17).map(|n| format!("(type $t{n} (tuple $t{} $t{}))", n - 1, n - 1)).collect();
        let text = format!(
            r#"(component (import "a:b/c" (instance
                (type $t0 (tuple u8)) {doubled}
                (export "f" (func (param "x" $t16))) (export "g" (func (result $t16))))))"#
        );
        let mut types = Types::default();
        let package = Package::from_bytes("x", None, wat::parse_str(text).unwrap(), &mut types).unwrap();
        let import = types[package.ty()].imports.values().next().copied().unwrap();
        // t0 weighs 2, each further one 1 more than twice the one before; two functions of it, and their interface.
        let weight = (1..17).fold(2, |weight, _| 2 * weight + 1);
        assert_eq!(Scales::new(&types).item(import), 2 * (weight + 1) + 1);
    }
}
