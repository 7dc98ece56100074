//! Core modules that are linked into one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, ExportKind, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, NameMap, NameSection, StartSection, TableSection,
    TagSection, TypeSection,
};
use wasmparser::{DataSectionReader, ElementSectionReader, Name};

use super::parts::{Parts, SPACES, space};
use super::{Error, UNUSUAL, Unfit};
use crate::engine::pool;

/// Whether a module may be linked to others: one that has more memories or tables than a module of a pool may is of no use,
/// and a start function of one before the last would run before the rest is in its place.
pub(super) fn may_join<'a>(parts: &Parts<'_>, others: impl Iterator<Item = &'a Parts<'a>> + Clone) -> bool {
    let with = |space: usize| {
        let counts = others.clone().map(|other| other.defined()[space]);
        counts.fold(parts.defined()[space], u32::saturating_add)
    };
    with(2) <= 1 && with(1) <= pool::TABLES && others.clone().all(|other| other.start.is_none())
}

/// The kind of what is in this index space.
pub(super) fn kind(space: usize) -> ExportKind {
    match space {
        0 => ExportKind::Func,
        1 => ExportKind::Table,
        2 => ExportKind::Memory,
        3 => ExportKind::Global,
        _ => ExportKind::Tag,
    }
}

/// Where an import comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum From<'a> {
    /// From outside: the number of what is imported there.
    Outside(u32),
    /// From another module before it, under this name.
    Module(usize, &'a str),
}

/// An export of the linked module.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Export<'a> {
    /// The module that exports it, and its name there.
    pub(super) module: usize,
    pub(super) name: &'a str,
}

impl Export<'_> {
    /// Its name in the linked module.
    pub(super) fn linked_name(&self) -> String {
        format!("{}:{}", self.module, self.name)
    }
}

/// Modules that are to be one.
pub(super) struct Link<'a> {
    pub(super) modules: Vec<Parts<'a>>,
    /// Where the imports of each come from, in their order.
    pub(super) imports: Vec<Vec<From<'a>>>,
    /// The index spaces of what comes from outside, in the order of their numbers.
    pub(super) outside: Vec<usize>,
}

/// Where in the linked module the things of one module are.
#[derive(Default)]
struct Places {
    spaces: [Vec<u32>; SPACES],
    types: u32,
    elements: u32,
    data: u32,
}

impl Link<'_> {
    /// The module that they are together, with these exports. What comes from outside it imports from the module ``, by
    /// its number.
    ///
    /// # Errors
    /// They can't be linked.
    pub(super) fn module(&self, exports: &[Export<'_>]) -> Result<Vec<u8>, Error> {
        let mut places = self.places()?;
        let mut module = Module::new();
        let mut linked = Linked::default();
        self.import(&mut places, &mut linked.imports)?;
        for (parts, places) in self.modules.iter().zip(&mut places) {
            linked.add(parts, places)?;
        }
        for export in exports {
            let (space, place) = self.exported(&places, export.module, export.name)?;
            linked.exports.export(&export.linked_name(), kind(space), place);
        }
        // Only the last may have one: it is run when everything is in its place.
        if let (Some(last), Some(places)) = (self.modules.last(), places.last_mut())
            && let Some(start) = last.start
        {
            linked.start = Some(places.function_index(start)?);
        }
        linked.names(&self.modules, &mut places)?;
        linked.write(&mut module);
        Ok(module.finish())
    }

    /// Where everything is going to be.
    fn places(&self) -> Result<Vec<Places>, Error> {
        let mut next = [0; SPACES];
        let mut outside = Vec::new();
        for &space in &self.outside {
            outside.push((space, next[space]));
            next[space] += 1;
        }
        let (mut all, mut types, mut elements, mut data) = (Vec::<Places>::new(), 0, 0, 0);
        for (parts, imports) in self.modules.iter().zip(&self.imports) {
            let mut places = Places { types, elements, data, ..Places::default() };
            for from in imports {
                let (space, place) = match *from {
                    From::Outside(number) => *outside.get(number as usize).ok_or(UNUSUAL)?,
                    From::Module(module, name) => self.exported(&all, module, name)?,
                };
                places.spaces[space].push(place);
            }
            for (space, count) in parts.defined().into_iter().enumerate() {
                places.spaces[space].extend(next[space]..next[space] + count);
                next[space] += count;
            }
            types += parts.count_types()?;
            elements += parts.elements.as_ref().map_or(0, ElementSectionReader::count);
            data += parts.data.as_ref().map_or(0, DataSectionReader::count);
            all.push(places);
        }
        Ok(all)
    }

    /// What a module exports under a name: its index space and where it is.
    fn exported(&self, places: &[Places], module: usize, name: &str) -> Result<(usize, u32), Error> {
        let exports = &self.modules.get(module).ok_or(UNUSUAL)?.exports;
        let &(kind, index) = exports.get(name).ok_or(UNUSUAL)?;
        Ok((space(kind), places.get(module).ok_or(UNUSUAL)?.place(space(kind), index)?))
    }

    /// Imports what comes from outside, as the first module that wants it has it.
    fn import(&self, places: &mut [Places], section: &mut ImportSection) -> Result<(), Error> {
        let mut types = vec![None; self.outside.len()];
        for ((parts, imports), places) in self.modules.iter().zip(&self.imports).zip(places) {
            for (import, from) in parts.imports.iter().zip(imports) {
                let From::Outside(number) = *from else { continue };
                let wanted = types.get_mut(number as usize).ok_or(UNUSUAL)?;
                if wanted.is_none() {
                    *wanted = Some(places.entity_type(import.ty)?);
                }
            }
        }
        for (number, wanted) in types.into_iter().enumerate() {
            section.import("", &number.to_string(), wanted.ok_or(UNUSUAL)?);
        }
        Ok(())
    }
}

/// The sections of the linked module.
#[derive(Default)]
struct Linked {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: TableSection,
    memories: MemorySection,
    tags: TagSection,
    globals: GlobalSection,
    exports: ExportSection,
    start: Option<u32>,
    elements: ElementSection,
    counts_data: bool,
    code: CodeSection,
    data: DataSection,
    name: NameSection,
}

impl Linked {
    /// Adds what a module defines.
    fn add(&mut self, parts: &Parts<'_>, places: &mut Places) -> Result<(), Error> {
        if let Some(types) = parts.types.clone() {
            places.parse_type_section(&mut self.types, types)?;
        }
        if let Some(functions) = parts.functions.clone() {
            places.parse_function_section(&mut self.functions, functions)?;
        }
        if let Some(tables) = parts.tables.clone() {
            places.parse_table_section(&mut self.tables, tables)?;
        }
        if let Some(memories) = parts.memories.clone() {
            places.parse_memory_section(&mut self.memories, memories)?;
        }
        if let Some(tags) = parts.tags.clone() {
            places.parse_tag_section(&mut self.tags, tags)?;
        }
        if let Some(globals) = parts.globals.clone() {
            places.parse_global_section(&mut self.globals, globals)?;
        }
        if let Some(elements) = parts.elements.clone() {
            places.parse_element_section(&mut self.elements, elements)?;
        }
        if let Some(code) = parts.code.clone() {
            places.parse_code_section(&mut self.code, code)?;
        }
        if let Some(data) = parts.data.clone() {
            places.parse_data_section(&mut self.data, data)?;
        }
        self.counts_data |= parts.counts_data;
        Ok(())
    }

    /// Names its functions as they are named in the modules, or else by their numbers there, and itself as the largest of
    /// them is: the program, to whoever reads of them when it fails.
    fn names(&mut self, modules: &[Parts<'_>], places: &mut [Places]) -> Result<(), Error> {
        let (mut functions, mut name, mut largest) = (BTreeMap::<u32, Cow<'_, str>>::new(), None, 0);
        for (parts, places) in modules.iter().zip(places) {
            let size = parts.code.as_ref().map_or(0, |code| code.range().len());
            if size >= largest {
                (name, largest) = (None, size);
            }
            let imported = places.spaces[0].len() - parts.defined()[0] as usize;
            for subsection in parts.names.iter().flat_map(|names| names.clone()) {
                match subsection {
                    Ok(Name::Module { name: found, .. }) if size == largest => name = Some(found),
                    Ok(Name::Function(map)) => {
                        for naming in map.into_iter().map_while(Result::ok) {
                            let is_own = naming.index as usize >= imported;
                            if let (true, Ok(place)) = (is_own, places.function_index(naming.index)) {
                                functions.insert(place, naming.name.into());
                            }
                        }
                    }
                    // Names are for people: where they are not valid there are none.
                    Ok(_) | Err(_) => {}
                }
            }
            // The number that it has in the linked module is of no use to anybody.
            for (number, &place) in places.spaces[0].iter().enumerate().skip(imported) {
                functions.entry(place).or_insert_with(|| format!("function {number}").into());
            }
        }
        if let Some(name) = name {
            self.name.module(name);
        }
        let mut map = NameMap::new();
        for (place, name) in functions {
            map.append(place, &name);
        }
        self.name.functions(&map);
        Ok(())
    }

    fn write(&self, module: &mut Module) {
        module.section(&self.types).section(&self.imports).section(&self.functions).section(&self.tables);
        module.section(&self.memories);
        if !self.tags.is_empty() {
            module.section(&self.tags);
        }
        module.section(&self.globals).section(&self.exports);
        if let Some(function_index) = self.start {
            module.section(&StartSection { function_index });
        }
        module.section(&self.elements);
        if self.counts_data {
            module.section(&DataCountSection { count: self.data.len() });
        }
        module.section(&self.code).section(&self.data).section(&self.name);
    }
}

impl Places {
    fn place(&self, space: usize, index: u32) -> Result<u32, Error> {
        self.spaces[space].get(index as usize).copied().ok_or(UNUSUAL)
    }
}

impl Reencode for Places {
    type Error = Unfit;

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        self.types.checked_add(index).ok_or(UNUSUAL)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        self.place(0, index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error> {
        self.place(1, index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Error> {
        self.place(2, index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error> {
        self.place(3, index)
    }

    fn tag_index(&mut self, index: u32) -> Result<u32, Error> {
        self.place(4, index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, Error> {
        self.elements.checked_add(index).ok_or(UNUSUAL)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error> {
        self.data.checked_add(index).ok_or(UNUSUAL)
    }
}
