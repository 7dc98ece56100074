//! What a core module imports and exports.

use std::collections::HashMap;

use wasmparser::types::TypesRef;
use wasmparser::{Error, ExportSectionReader, ExternalKind, ImportSectionReader, TypeRef};

use super::wasi::Versions;
use super::{ImportGroup, Inspection, Item, ItemKind, MAX_ITEMS, Role, bounds, types};

/// Imports in groups, as they are met.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Where a group is, by its whole name: what is kept of it may be cut.
    places: HashMap<String, usize>,
    groups: Vec<ImportGroup>,
    kept: usize,
    pub(super) count: u64,
}

impl Imports {
    /// Counts an import, and keeps it while there is room.
    pub(super) fn add(&mut self, module: &str, item: impl FnOnce() -> Item) {
        self.count += 1;
        let place = match self.places.get(module) {
            Some(&place) => place,
            None if self.groups.len() == MAX_ITEMS => return,
            None => {
                let group = ImportGroup { module: bounds::name(module), count: 0, items: Vec::new() };
                self.groups.push(group);
                self.places.insert(module.to_owned(), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        let group = &mut self.groups[place];
        group.count += 1;
        if self.kept < MAX_ITEMS {
            self.kept += 1;
            group.items.push(item());
        }
    }

    pub(super) fn into_groups(self) -> Vec<ImportGroup> {
        self.groups
    }
}

/// Reads what a core module imports.
pub(super) fn imports(
    found: &mut Inspection,
    imports: &mut Imports,
    versions: &mut Versions,
    section: ImportSectionReader<'_>,
    known: TypesRef<'_>,
) -> Result<(), Error> {
    for import in section.into_imports() {
        let import = import?;
        versions.see(import.module);
        match &import.ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => found.functions.imported += 1,
            TypeRef::Memory(ty) => found.memories.push(types::memory(ty, true)),
            TypeRef::Table(ty) => found.tables.push(types::table(ty, true)),
            TypeRef::Global(ty) => {
                found.globals.imported += 1;
                found.globals.mutable += u64::from(ty.mutable);
            }
            TypeRef::Tag(_) => {}
        }
        imports.add(import.module, || {
            let described = known.entity_type_from_import(&import).map(|ty| types::describe(known, &ty));
            let (kind, ty) = described.unwrap_or((ItemKind::Function, String::new()));
            Item { name: bounds::name(import.name), kind, ty }
        });
    }
    Ok(())
}

/// Reads what a core module exports.
pub(super) fn exports(
    found: &mut Inspection,
    section: ExportSectionReader<'_>,
    known: TypesRef<'_>,
) -> Result<(), Error> {
    for export in section {
        let export = export?;
        found.export_count += 1;
        match (export.name, export.kind) {
            ("_start", ExternalKind::Func) => found.role = Role::Command,
            ("_initialize", ExternalKind::Func) if found.role == Role::Library => found.role = Role::Reactor,
            _ => {}
        }
        if found.exports.len() < MAX_ITEMS {
            let described = known.entity_type_from_export(&export).map(|ty| types::describe(known, &ty));
            let (kind, ty) = described.unwrap_or((ItemKind::Function, String::new()));
            found.exports.push(Item { name: bounds::name(export.name), kind, ty });
        }
    }
    Ok(())
}
