//! What a core module consists of.

use std::collections::HashMap;

use wasmparser::{
    CodeSectionReader, DataSectionReader, ElementSectionReader, ExternalKind, FunctionSectionReader,
    GlobalSectionReader, Import, KnownCustom, MemorySectionReader, NameSectionReader, Parser, Payload,
    TableSectionReader, TagSectionReader, TypeRef, TypeSectionReader,
};

use super::{Error, UNUSUAL};

/// The index spaces of a core module: functions, tables, memories, globals, tags.
pub(super) const SPACES: usize = 5;

/// The index space that things of this kind are in.
pub(super) fn space(kind: ExternalKind) -> usize {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => 0,
        ExternalKind::Table => 1,
        ExternalKind::Memory => 2,
        ExternalKind::Global => 3,
        ExternalKind::Tag => 4,
    }
}

/// The index space of what is imported.
pub(super) fn space_of_import(import: &Import<'_>) -> usize {
    match import.ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => 0,
        TypeRef::Table(_) => 1,
        TypeRef::Memory(_) => 2,
        TypeRef::Global(_) => 3,
        TypeRef::Tag(_) => 4,
    }
}

/// What a core module consists of.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub(super) types: Option<TypeSectionReader<'a>>,
    pub(super) imports: Vec<Import<'a>>,
    pub(super) functions: Option<FunctionSectionReader<'a>>,
    pub(super) tables: Option<TableSectionReader<'a>>,
    pub(super) memories: Option<MemorySectionReader<'a>>,
    pub(super) globals: Option<GlobalSectionReader<'a>>,
    pub(super) tags: Option<TagSectionReader<'a>>,
    /// By their names.
    pub(super) exports: HashMap<&'a str, (ExternalKind, u32)>,
    pub(super) start: Option<u32>,
    pub(super) elements: Option<ElementSectionReader<'a>>,
    pub(super) counts_data: bool,
    pub(super) code: Option<CodeSectionReader<'a>>,
    pub(super) data: Option<DataSectionReader<'a>>,
    pub(super) names: Option<NameSectionReader<'a>>,
}

impl<'a> Parts<'a> {
    /// Takes a module apart.
    ///
    /// # Errors
    /// It is not valid, or has something unusual.
    pub(super) fn of(module: &'a [u8]) -> Result<Parts<'a>, Error> {
        let mut parts = Parts::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => parts.types = Some(section),
                Payload::ImportSection(section) => {
                    parts.imports = section.into_imports().collect::<Result<_, _>>()?;
                }
                Payload::FunctionSection(section) => parts.functions = Some(section),
                Payload::TableSection(section) => parts.tables = Some(section),
                Payload::MemorySection(section) => parts.memories = Some(section),
                Payload::GlobalSection(section) => parts.globals = Some(section),
                Payload::TagSection(section) => parts.tags = Some(section),
                Payload::ExportSection(section) => {
                    for export in section {
                        let wasmparser::Export { name, kind, index } = export?;
                        parts.exports.insert(name, (kind, index));
                    }
                }
                Payload::StartSection { func, .. } => parts.start = Some(func),
                Payload::ElementSection(section) => parts.elements = Some(section),
                Payload::DataCountSection { .. } => parts.counts_data = true,
                Payload::CodeSectionStart { range, .. } => {
                    let bytes = module.get(range.clone()).ok_or(UNUSUAL)?;
                    parts.code =
                        Some(CodeSectionReader::new(wasmparser::BinaryReader::new(bytes, range.start))?);
                }
                Payload::DataSection(section) => parts.data = Some(section),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(names) = section.as_known() {
                        parts.names = Some(names);
                    }
                }
                Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_) => {}
                _ => return Err(UNUSUAL),
            }
        }
        Ok(parts)
    }

    /// How many things it defines, in each index space.
    pub(super) fn defined(&self) -> [u32; SPACES] {
        [
            self.functions.as_ref().map_or(0, FunctionSectionReader::count),
            self.tables.as_ref().map_or(0, TableSectionReader::count),
            self.memories.as_ref().map_or(0, MemorySectionReader::count),
            self.globals.as_ref().map_or(0, GlobalSectionReader::count),
            self.tags.as_ref().map_or(0, TagSectionReader::count),
        ]
    }

    /// How many types it has.
    pub(super) fn count_types(&self) -> Result<u32, Error> {
        let mut count = 0;
        for group in self.types.iter().flat_map(|types| types.clone()) {
            count += u32::try_from(group?.types().len()).map_err(|_| UNUSUAL)?;
        }
        Ok(count)
    }
}
