//! Reading what a component imports and exports. Of the core modules in it only the sizes of their sections are looked at,
//! so that this is quick however large it is.

use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentDefinedType, ComponentExternalKind, ComponentType,
    ComponentTypeRef, Error, Payload, TypeBounds,
};

use super::instance;
use crate::inspect::ItemKind;
use crate::nesting::{self, Unreadable};
use crate::payloads::{Payloads, Section};

/// The most imports, and the most exports, that a component may have.
const MAX_ITEMS: usize = 10_000;

/// What a component imports and exports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// In the component's order.
    pub(crate) imports: Vec<Import>,
    /// In the component's order.
    pub(crate) exports: Vec<Export>,
    /// Whether it has tasks that wait for each other: it takes an engine that has them.
    pub(crate) concurrent: bool,
    /// What an instance of a core module in it takes at the most of the host's memory, in bytes.
    pub(crate) instance_bytes: u64,
}

/// Something that a component needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Import {
    /// Its name: `wasi:cli/environment@0.2.0`, or a plain one.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: ItemKind,
    /// It is another name for a type that the component knows already: there is nothing to provide.
    pub(crate) alias: bool,
}

/// Something that a component gives to others.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Export {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: ItemKind,
}

impl Shape {
    /// The imports that somebody has to satisfy, with their places.
    pub(crate) fn needs(&self) -> impl Iterator<Item = (usize, &Import)> {
        self.imports.iter().enumerate().filter(|(_, import)| !import.alias)
    }

    /// Reads a component in binary form. That the rest of it is valid is not said.
    ///
    /// # Errors
    /// What is not as the binary format has it, and where; or it has more imports or exports than are read.
    pub(crate) fn read(binary: &[u8]) -> Result<Shape, String> {
        let mut shape = Shape::default();
        let said = |error: Error| Unreadable::from(error).to_string();
        for section in Payloads::new(binary) {
            let Section { outermost, payload } = section.map_err(said)?;
            match payload {
                Payload::ComponentImportSection(section) if outermost => {
                    for import in section {
                        let import = import.map_err(said)?;
                        shape.concurrent |= is_wasi_03(import.name.name);
                        shape.imports.push(Import {
                            name: import.name.name.to_owned(),
                            kind: kind(import.ty.kind()),
                            alias: matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_))),
                        });
                        bounded(shape.imports.len(), "imports")?;
                    }
                }
                Payload::ComponentExportSection(section) if outermost => {
                    for export in section {
                        let export = export.map_err(said)?;
                        shape.concurrent |= is_wasi_03(export.name.name);
                        shape
                            .exports
                            .push(Export { name: export.name.name.to_owned(), kind: kind(export.kind) });
                        bounded(shape.exports.len(), "exports")?;
                    }
                }
                Payload::ModuleSection { unchecked_range, .. } => {
                    let module = binary.get(unchecked_range).unwrap_or_default();
                    shape.instance_bytes = shape.instance_bytes.max(instance::bytes(module));
                }
                Payload::ComponentTypeSection(section) => {
                    let mut look = |ty: &ComponentType<'_>| {
                        shape.concurrent |= is_of_tasks(ty);
                    };
                    nesting::each(binary, &section, &mut look).map_err(|why| why.to_string())?;
                }
                Payload::ComponentCanonicalSection(section) if !shape.concurrent => {
                    for function in section {
                        shape.concurrent |= has_tasks(&function.map_err(said)?);
                    }
                }
                _ => {}
            }
        }
        Ok(shape)
    }
}

fn bounded(count: usize, what: &str) -> Result<(), String> {
    if count > MAX_ITEMS { Err(format!("it has more than {MAX_ITEMS} {what}")) } else { Ok(()) }
}

/// Whether an interface is one of WASI 0.3, most functions of which are tasks.
fn is_wasi_03(name: &str) -> bool {
    name.starts_with("wasi:") && name.contains("@0.3.")
}

/// Whether a type has to do with tasks: functions that are `async`, streams and futures.
fn is_of_tasks(ty: &ComponentType<'_>) -> bool {
    match ty {
        ComponentType::Func(function) => function.async_,
        ComponentType::Defined(ty) => {
            matches!(ty, ComponentDefinedType::Future(_) | ComponentDefinedType::Stream(_))
        }
        ComponentType::Component(_) | ComponentType::Instance(_) | ComponentType::Resource { .. } => false,
    }
}

/// Whether a function that the component defines has to do with tasks.
fn has_tasks(function: &CanonicalFunction) -> bool {
    match function {
        CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => options
            .iter()
            .any(|option| matches!(option, CanonicalOption::Async | CanonicalOption::Callback(_))),
        CanonicalFunction::ResourceNew { .. }
        | CanonicalFunction::ResourceDrop { .. }
        | CanonicalFunction::ResourceRep { .. } => false,
        _ => true,
    }
}

fn kind(kind: ComponentExternalKind) -> ItemKind {
    match kind {
        ComponentExternalKind::Module => ItemKind::Module,
        ComponentExternalKind::Func => ItemKind::Function,
        ComponentExternalKind::Value => ItemKind::Value,
        ComponentExternalKind::Type => ItemKind::Type,
        ComponentExternalKind::Instance => ItemKind::Instance,
        ComponentExternalKind::Component => ItemKind::Component,
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        Shape::read(&wat::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn only_what_the_outermost_component_has_is_read() {
        let shape = shape(
            r#"(component
                (import "a:b/c@1.0.0" (instance (export "f" (func))))
                (import "g" (func $g (param "x" u32)))
                (type $t (record (field "a" u32)))
                (import "t" (type (eq $t)))
                (import "r" (type (sub resource)))
                (component (import "inner" (func)))
                (core module (func (export "f")) (func (export "g")))
                (export "out" (func $g)))"#,
        );
        let import = |name: &str, kind, alias| Import { name: name.to_owned(), kind, alias };
        assert_eq!(
            shape.imports,
            [
                import("a:b/c@1.0.0", ItemKind::Instance, false),
                import("g", ItemKind::Function, false),
                import("t", ItemKind::Type, true),
                import("r", ItemKind::Type, false)
            ]
        );
        assert_eq!(shape.exports, [Export { name: "out".to_owned(), kind: ItemKind::Function }]);
        assert!(!shape.concurrent);
    }

    #[test]
    fn the_largest_module_is_found_wherever_it_is() {
        let shape = shape(
            r#"(component (core module (func nop)) (component (core module (func nop)))
                (component (component (core module $large (func nop) (func nop) (func nop)))) (core module))"#,
        );
        assert_eq!(shape.instance_bytes, 96);
    }

    /// What needs tasks, wherever in a component it is.
    #[test]
    fn tasks_are_found_wherever_they_are() {
        for text in [
            r#"(component (import "f" (func async)))"#,
            r#"(component (import "wasi:cli/types@0.3.0" (instance)))"#,
            r#"(component (type (stream u8)))"#,
            r#"(component (component (type (future))))"#,
            r#"(component (import "i" (instance (type $s (stream u8)) (export "f" (func (param "s" $s))))))"#,
            r#"(component (type (component (import "f" (func async)))))"#,
            r#"(component (core func (canon waitable-set.new)))"#,
            r#"(component (import "f" (func $f)) (core func (canon lower (func $f) async)))"#,
        ] {
            assert!(shape(text).concurrent, "{text}");
        }
        for text in [
            r#"(component (import "wasi:cli/stdin@0.2.0" (instance)))"#,
            r#"(component (import "f" (func)) (import "r" (type (sub resource))))"#,
            r#"(component (type $r (resource (rep i32))) (core func (canon resource.new $r)))"#,
            r#"(component (import "f" (func $f)) (core func (canon lower (func $f))))"#,
        ] {
            assert!(!shape(text).concurrent, "{text}");
        }
    }

    #[test]
    fn what_is_cut_off_anywhere_is_an_error_and_never_a_panic() {
        let whole = wat::parse_str(
            r#"(component (import "f" (func)) (core module (func (export "f") nop)) (component (core module)))"#,
        );
        let whole = whole.unwrap();
        assert!(Shape::read(&whole).is_ok());
        for end in 0..whole.len() {
            // Between two sections it may end.
            let _ = Shape::read(&whole[..end]);
        }
        assert!(Shape::read(&whole[..whole.len() - 1]).is_err());
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 0xff;
            let _ = Shape::read(&other);
        }
    }
}
