//! Reading a module's interface: nothing behind its exports is looked at, so that this is quick however large the
//! module is.

use std::fmt;
use std::sync::Arc;

use wasmparser::{
    CompositeInnerType, ExternalKind, FuncType, GlobalType, MemoryType, Parser, Payload, TableType, TypeRef,
};

use super::{Export, Import, Interface, ItemType};
use crate::memory::TABLE_ELEMENT;

type Result<T> = std::result::Result<T, Malformed>;

/// What is not as the binary format has it, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Malformed {
    what: String,
    /// In bytes, from the beginning of the module.
    offset: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at offset {:#x})", self.what, self.offset)
    }
}

impl From<wasmparser::Error> for Malformed {
    fn from(error: wasmparser::Error) -> Malformed {
        Malformed { what: error.message().to_owned(), offset: error.offset() }
    }
}

/// The most types, functions, imports and exports of a module, each: a valid one has no more.
const MAX_ITEMS: usize = 1_000_000;

/// Refuses what is more than a valid module has. Reading goes on before a module is validated, and what is read takes
/// many times the room that it takes in a module.
fn bounded(count: usize, what: &str, offset: usize) -> Result<()> {
    if count > MAX_ITEMS {
        return Err(Malformed { what: format!("more than {MAX_ITEMS} {what}"), offset });
    }
    Ok(())
}

impl Interface {
    /// Reads what a core module in binary form imports and exports. That the rest of it is valid is not said.
    ///
    /// # Errors
    /// What is not as the binary format has it, and where.
    pub(crate) fn read(binary: &[u8]) -> Result<Interface> {
        let mut spaces = Spaces::default();
        let mut interface = Interface::default();
        for payload in Parser::new(0).parse_all(binary) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section.into_iter_with_offsets() {
                        let (offset, group) = group?;
                        for ty in group.into_types() {
                            bounded(spaces.types.len() + 1, "types", offset)?;
                            spaces.types.push(match ty.composite_type.inner {
                                CompositeInnerType::Func(function) => Some(Arc::new(function)),
                                _ => None,
                            });
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports_with_offsets() {
                        let (offset, import) = import?;
                        bounded(interface.imports.len() + 1, "imports", offset)?;
                        let ty = spaces.import(import.ty, offset)?;
                        // A group of imports has the name of their module once.
                        let module = match interface.imports.last() {
                            Some(last) if *last.module == *import.module => last.module.clone(),
                            _ => import.module.into(),
                        };
                        interface.imports.push(Import { module, name: import.name.to_owned(), ty });
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section.into_iter_with_offsets() {
                        let (offset, ty) = ty?;
                        bounded(spaces.functions.len() + 1, "functions", offset)?;
                        spaces.functions.push(ty);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        let table = table?.ty;
                        let bytes = table.initial.saturating_mul(TABLE_ELEMENT as u64);
                        interface.own.tables += 1;
                        interface.own.bytes = interface.own.bytes.saturating_add(bytes);
                        spaces.tables.push(table);
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        let memory = memory?;
                        let bytes = memory
                            .initial
                            .saturating_mul(1_u64 << memory.page_size_log2.unwrap_or(16).min(16));
                        interface.own.memories += 1;
                        interface.own.bytes = interface.own.bytes.saturating_add(bytes);
                        spaces.memories.push(memory);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        spaces.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section.into_iter_with_offsets() {
                        let (offset, export) = export?;
                        bounded(interface.exports.len() + 1, "exports", offset)?;
                        let ty = spaces.item(export.kind, export.index, offset)?;
                        interface.exports.push(Export { name: export.name.to_owned(), ty });
                    }
                }
                // What follows the exports is code and data.
                Payload::CodeSectionStart { .. } | Payload::DataSection(_) | Payload::End(_) => break,
                _ => {}
            }
        }
        interface.index();
        Ok(interface)
    }
}

/// What indices refer to.
#[derive(Default)]
struct Spaces {
    types: Vec<Option<Arc<FuncType>>>,
    functions: Vec<u32>,
    tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    globals: Vec<GlobalType>,
}

impl Spaces {
    fn import(&mut self, ty: TypeRef, offset: usize) -> Result<ItemType> {
        Ok(match ty {
            TypeRef::Func(index) | TypeRef::FuncExact(index) => {
                self.functions.push(index);
                ItemType::Function(self.function(index, offset)?)
            }
            TypeRef::Table(table) => {
                self.tables.push(table);
                ItemType::Table(table)
            }
            TypeRef::Memory(memory) => {
                self.memories.push(memory);
                ItemType::Memory(memory)
            }
            TypeRef::Global(global) => {
                self.globals.push(global);
                ItemType::Global(global)
            }
            TypeRef::Tag(_) => ItemType::Tag,
        })
    }

    fn function(&self, ty: u32, offset: usize) -> Result<Arc<FuncType>> {
        let function = self.types.get(ty as usize).cloned().flatten();
        function.ok_or_else(|| Malformed { what: format!("type {ty} is no function's"), offset })
    }

    fn item(&self, kind: ExternalKind, index: u32, offset: usize) -> Result<ItemType> {
        let at = index as usize;
        let item = match kind {
            ExternalKind::Func | ExternalKind::FuncExact => match self.functions.get(at) {
                Some(&ty) => Some(ItemType::Function(self.function(ty, offset)?)),
                None => None,
            },
            ExternalKind::Table => self.tables.get(at).copied().map(ItemType::Table),
            ExternalKind::Memory => self.memories.get(at).copied().map(ItemType::Memory),
            ExternalKind::Global => self.globals.get(at).copied().map(ItemType::Global),
            ExternalKind::Tag => Some(ItemType::Tag),
        };
        item.ok_or_else(|| Malformed { what: format!("there is no item {index} to export"), offset })
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    fn interface(text: &str) -> Interface {
        Interface::read(&wat::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn imports_and_exports_have_their_types() {
        let interface = interface(
            r#"(module
                (import "a" "f" (func $f (param i32) (result i64)))
                (import "a" "m" (memory 1 2))
                (import "b" "t" (table 3 funcref))
                (import "b" "g" (global $g (mut i32)))
                (func $own (result f64) f64.const 0)
                (memory $second 4)
                (export "f" (func $f)) (export "own" (func $own))
                (export "second" (memory $second)) (export "g" (global $g)))"#,
        );
        let imports: Vec<_> =
            interface.imports.iter().map(|i| format!("{}.{} {}", i.module, i.name, i.ty)).collect();
        assert_eq!(
            imports,
            [
                "a.f (func (param i32) (result i64))",
                "a.m (memory 1 2)",
                "b.t (table 3 funcref)",
                "b.g (global (mut i32))"
            ]
        );
        let exports: Vec<_> = interface.exports.iter().map(|e| format!("{} {}", e.name, e.ty)).collect();
        assert_eq!(
            exports,
            [
                "f (func (param i32) (result i64))",
                "own (func (result f64))",
                "second (memory 4)",
                "g (global (mut i32))"
            ]
        );
        assert!(interface.export("own").is_some() && interface.export("other").is_none());
    }

    #[test]
    fn functions_of_one_type_share_it() {
        let parameters = "i32 ".repeat(1000);
        let exports: String = (0..100).map(|n| format!("(export \"e{n}\" (func 0))")).collect();
        let interface = interface(&format!(
            r#"(module (type $t (func (param {parameters})))
                (import "a" "f" (func (type $t))) (import "a" "g" (func (type $t))) {exports})"#
        ));
        let function = |ty: &ItemType| match ty {
            ItemType::Function(function) => function.clone(),
            other => panic!("{other}"),
        };
        let first = function(&interface.imports[0].ty);
        assert!(interface.exports.iter().all(|export| Arc::ptr_eq(&function(&export.ty), &first)));
        assert!(Arc::ptr_eq(&function(&interface.imports[1].ty), &first));
        assert!(Arc::ptr_eq(&interface.imports[0].module, &interface.imports[1].module));
    }

    #[test]
    fn more_than_a_valid_module_has_is_not_read() {
        // A million and one empty exports' worth of functions of type 0, a byte each.
        let count = MAX_ITEMS + 1;
        let leb = |mut value: usize| {
            let mut bytes = Vec::new();
            while value > 0x7f {
                bytes.push((value & 0x7f) as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
            bytes
        };
        let number = leb(count);
        let size = leb(number.len() + count);
        let module = [b"\0asm\x01\0\0\0\x03", &size[..], &number, &vec![0; count]].concat();
        let error = Interface::read(&module).unwrap_err().to_string();
        assert!(error.contains("more than 1000000 functions"), "{error}");
    }

    #[test]
    fn a_hundred_thousand_exports_are_found_by_name_at_once() {
        let exports: String = (0..100_000).map(|n| format!("(export \"e{n}\" (func 0))")).collect();
        let interface = interface(&format!("(module (func) {exports})"));
        let began = std::time::Instant::now();
        assert!((0..100_000).all(|n| interface.export(&format!("e{n}")).is_some()));
        assert!(interface.export("e").is_none() && interface.export("f").is_none());
        // One after the other takes half a minute.
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
    }

    #[test]
    fn what_a_module_takes_at_first_is_its_memories_and_tables() {
        let own = interface("(module (memory 2) (memory 1) (table 10 funcref))").own;
        assert_eq!((own.memories, own.tables, own.bytes), (2, 1, 3 * 65536 + 10 * TABLE_ELEMENT as u64));
    }

    #[test]
    fn what_satisfies_what_is_as_the_specification_says() {
        let (wanted, given) = (
            r#"(import "" "f" (func (param i32))) (import "" "m" (memory 2 10)) (import "" "t" (table 1 funcref))
               (import "" "g" (global i32))"#,
            [
                (r#"(func (export "x") (param i32))"#, [true, false, false, false]),
                (r#"(func (export "x") (param i64))"#, [false; 4]),
                (r#"(memory (export "x") 2 10)"#, [false, true, false, false]),
                (r#"(memory (export "x") 1 10)"#, [false; 4]),
                (r#"(memory (export "x") 2)"#, [false; 4]),
                (r#"(memory (export "x") 2 11)"#, [false; 4]),
                (r#"(table (export "x") 5 funcref)"#, [false, false, true, false]),
                (r#"(table (export "x") 5 externref)"#, [false; 4]),
                (r#"(global (export "x") i32 (i32.const 0))"#, [false, false, false, true]),
                (r#"(global (export "x") (mut i32) (i32.const 0))"#, [false; 4]),
            ],
        );
        let wanted = interface(&format!("(module {wanted})"));
        for (text, expected) in given {
            let given = interface(&format!("(module {text})"));
            let satisfied: Vec<_> =
                wanted.imports.iter().map(|import| import.ty.is_satisfied_by(&given.exports[0].ty)).collect();
            assert_eq!(satisfied, expected, "{text}");
        }
    }

    #[test]
    fn what_is_malformed_says_where() {
        let header = b"\0asm\x01\0\0\0";
        // An export section: one export `x` of function 7.
        let export = [&header[..], &[7, 5, 1, 1, b'x', 0, 7]].concat();
        let error = Interface::read(&export).unwrap_err().to_string();
        assert_eq!(error, "there is no item 7 to export (at offset 0xb)");
        assert!(Interface::read(&export[..12]).is_err());
    }
}
