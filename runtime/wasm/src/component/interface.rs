//! What a component imports and exports, read without compiling it.

use wasmparser::{
    BinaryReaderError, CanonicalFunction, CanonicalOption, ComponentDefinedType, ComponentType, Parser,
    Payload,
};

/// A component's imports and exports, by name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Interface {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
    /// Something in it waits in tasks: functions that are `async`, streams and futures of WASI 0.3.
    pub(crate) concurrent: bool,
}

impl Interface {
    /// Reads a component in binary form. What is not valid in it is for the compiler to say.
    ///
    /// # Errors
    /// It is not in the form of a component.
    pub(crate) fn read(binary: &[u8]) -> Result<Interface, BinaryReaderError> {
        let mut interface = Interface::default();
        // Whether each of the modules and components around this place is a component.
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(binary) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(imports) if depth == 0 => {
                    for import in imports {
                        interface.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 0 => {
                    for export in exports {
                        interface.exports.push(export?.name.name.to_owned());
                    }
                }
                Payload::ComponentTypeSection(types) if !interface.concurrent => {
                    for ty in types {
                        interface.concurrent |= is_concurrent_type(&ty?);
                    }
                }
                Payload::ComponentCanonicalSection(functions) if !interface.concurrent => {
                    for function in functions {
                        interface.concurrent |= is_concurrent(&function?);
                    }
                }
                _ => {}
            }
        }
        Ok(interface)
    }

    /// The export of an interface, with any version of a generation: `wasi:cli/run` and `0.2.`.
    pub(crate) fn exported(&self, name: &str, generation: &str) -> Option<&str> {
        let is_it = |export: &&String| {
            export.split_once('@').is_some_and(|(of, version)| of == name && version.starts_with(generation))
        };
        self.exports.iter().find(is_it).map(String::as_str)
    }
}

fn is_concurrent_type(ty: &ComponentType<'_>) -> bool {
    use wasmparser::{ComponentTypeDeclaration, InstanceTypeDeclaration};
    match ty {
        ComponentType::Defined(defined) => {
            matches!(defined, ComponentDefinedType::Future(_) | ComponentDefinedType::Stream(_))
        }
        ComponentType::Func(function) => function.async_,
        ComponentType::Component(declarations) => declarations
            .iter()
            .any(|one| matches!(one, ComponentTypeDeclaration::Type(ty) if is_concurrent_type(ty))),
        ComponentType::Instance(declarations) => declarations
            .iter()
            .any(|one| matches!(one, InstanceTypeDeclaration::Type(ty) if is_concurrent_type(ty))),
        ComponentType::Resource { .. } => false,
    }
}

fn is_concurrent(function: &CanonicalFunction) -> bool {
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

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    fn read(text: &str) -> Interface {
        Interface::read(&wat::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn imports_and_exports_are_those_of_the_component_itself() {
        let interface = read(
            r#"(component
                (import "wasi:cli/environment@0.2.3" (instance))
                (component (import "inner" (func)) (core module (import "m" "f" (func)) (func (export "g"))))
                (core module (import "other" "f" (func)))
                (instance (export "wasi:cli/run@0.2.3"))
                (import "after" (func)))"#,
        );
        assert_eq!(interface.imports, ["wasi:cli/environment@0.2.3", "after"]);
        assert_eq!(interface.exports, ["wasi:cli/run@0.2.3"]);
        assert!(!interface.concurrent);
        assert_eq!(interface.exported("wasi:cli/run", "0.2."), Some("wasi:cli/run@0.2.3"));
        assert_eq!(interface.exported("wasi:cli/run", "0.3."), None);
        assert_eq!(interface.exported("wasi:cli/ru", "0.2."), None);
    }

    /// What needs tasks, wherever in a component it is.
    #[test]
    fn tasks_are_found_wherever_they_are() {
        for text in [
            r#"(component (import "f" (func async)))"#,
            r#"(component (type (stream u8)))"#,
            r#"(component (component (type (future))))"#,
            r#"(component (import "i" (instance (type $s (stream u8)) (export "f" (func (param "s" $s))))))"#,
            r#"(component (type (component (import "f" (func async)))))"#,
            r#"(component (core func (canon waitable-set.new)))"#,
            r#"(component (import "f" (func $f)) (core func (canon lower (func $f) async)))"#,
        ] {
            assert!(read(text).concurrent, "{text}");
        }
        for text in [
            r#"(component (import "f" (func)) (import "r" (type (sub resource))))"#,
            r#"(component (type $r (resource (rep i32))) (core func (canon resource.new $r)))"#,
            r#"(component (import "f" (func $f)) (core func (canon lower (func $f))))"#,
        ] {
            assert!(!read(text).concurrent, "{text}");
        }
    }

    /// Where exactly is for the validator to say; here nothing panics, and nothing is made up.
    #[test]
    fn what_ends_too_soon_has_nothing_that_the_whole_has_not() {
        let whole =
            wat::parse_str(r#"(component (component (import "inner" (func))) (import "f" (func)))"#).unwrap();
        let imports = Interface::read(&whole).unwrap().imports;
        for length in 0..whole.len() {
            let read = Interface::read(&whole[..length]);
            assert!(read.is_err() || read.is_ok_and(|read| imports.starts_with(&read.imports)), "{length}");
        }
    }
}
