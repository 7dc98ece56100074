//! Reading a module's interface: nothing behind its exports is looked at, so that this is quick however large the
//! module is.

use std::fmt;

use wasmparser::{
    CompositeInnerType, ExternalKind, FuncType, GlobalType, MemoryType, Parser, Payload, TableType, TypeRef,
};

use super::{Export, Import, Interface, ItemType};

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
                    for group in section {
                        for ty in group?.into_types() {
                            spaces.types.push(match ty.composite_type.inner {
                                CompositeInnerType::Func(function) => Some(function),
                                _ => None,
                            });
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports_with_offsets() {
                        let (offset, import) = import?;
                        let ty = spaces.import(import.ty, offset)?;
                        let (module, name) = (import.module.to_owned(), import.name.to_owned());
                        interface.imports.push(Import { module, name, ty });
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        spaces.functions.push(ty?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        spaces.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        spaces.memories.push(memory?);
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
                        let ty = spaces.item(export.kind, export.index, offset)?;
                        interface.exports.push(Export { name: export.name.to_owned(), ty });
                    }
                }
                // What follows the exports is code and data.
                Payload::CodeSectionStart { .. } | Payload::DataSection(_) | Payload::End(_) => break,
                _ => {}
            }
        }
        Ok(interface)
    }
}

/// What indices refer to.
#[derive(Default)]
struct Spaces {
    types: Vec<Option<FuncType>>,
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

    fn function(&self, ty: u32, offset: usize) -> Result<FuncType> {
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
