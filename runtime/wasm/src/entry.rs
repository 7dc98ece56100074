//! What a module must export and may import.

use dayfly_core::Ending;
use dayfly_spec::model::Located;
use wasmtime::{ExternType, Module, UnknownImportError};

/// The start of a command.
const COMMAND: &str = "_start";
/// What a module that is no command wants to be called before all else.
const INITIALIZE: &str = "_initialize";

/// The most names that a message lists.
const MAX_NAMES: usize = 12;

/// Which exports are called, and in which order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    /// Called first, where the module has it and is not started as a command.
    pub(crate) initialize: Option<&'static str>,
    /// The entry point.
    pub(crate) name: String,
    /// How many results it has; they are ignored.
    pub(crate) results: usize,
}

impl Entry {
    /// Finds a module's entry point.
    ///
    /// # Errors
    /// How the execution ends: it is not there, is no function, or takes parameters.
    pub(crate) fn of(module: &Module, file: &str, entry_point: &Located<String>) -> Result<Entry, Ending> {
        let name = &entry_point.value;
        let change = &entry_point.origin.change;
        let Some(export) = module.get_export(name) else {
            return Err(Ending::Invalid(format!(
                "unable to find the entrypoint '{name}' in the WASM module `{file}`: {}; `{change}` names it",
                exported_functions(module)
            )));
        };
        let ExternType::Func(function) = export else {
            return Err(Ending::Invalid(format!(
                "the entry point `{name}` of `{file}` is a {}, not a function; `{change}` names it",
                kind(&export)
            )));
        };
        let parameters = function.params().len();
        if parameters > 0 {
            return Err(Ending::Invalid(format!(
                "the entry point `{name}` of `{file}` takes {parameters} parameters, and an entry point can't have any: \
                 arguments reach a program through WASI; `{change}` names it"
            )));
        }
        let initialize = name != COMMAND && name != INITIALIZE && is_procedure(module, INITIALIZE);
        Ok(Entry {
            initialize: initialize.then_some(INITIALIZE),
            name: name.clone(),
            results: function.results().len(),
        })
    }
}

/// Whether a module exports a function of that name without parameters and results.
fn is_procedure(module: &Module, name: &str) -> bool {
    let export = module.get_export(name);
    matches!(export, Some(ExternType::Func(ty)) if ty.params().len() + ty.results().len() == 0)
}

/// Why a module can't be linked: an import that nothing satisfies, or one of another type.
pub(crate) fn link_failure(error: &wasmtime::Error, file: &str) -> Ending {
    let Some(unknown) = error.downcast_ref::<UnknownImportError>() else {
        return Ending::Invalid(format!("`{file}` can't be linked: {error:#}"));
    };
    let (from, name) = (unknown.module(), unknown.name());
    let wanted = format!("`{file}` imports the {} `{name}` of it", describe(&unknown.ty()));
    Ending::Invalid(match from {
        "wasi_snapshot_preview1" => format!(
            "unknown function `{name}` of `{from}`: WASI preview 1 has nothing of that name, and `{file}` imports it"
        ),
        "wasi_unstable" => format!(
            "unknown module \"{from}\": {wanted}; that is WASI of 2019, and only `wasi_snapshot_preview1` is provided: \
             build the module with a newer toolchain"
        ),
        _ => format!(
            "unknown module \"{from}\": {wanted}, and nothing provides it; what guests may call is \
             `wasi_snapshot_preview1`"
        ),
    })
}

/// The functions that a module exports, for who looks for one.
fn exported_functions(module: &Module) -> String {
    let functions = module.exports().filter(|export| matches!(export.ty(), ExternType::Func(_)));
    let mut names: Vec<_> =
        functions.take(MAX_NAMES + 1).map(|export| format!("`{}`", export.name())).collect();
    if names.len() > MAX_NAMES {
        names[MAX_NAMES] = "…".to_owned();
    }
    if names.is_empty() {
        "it exports no function".to_owned()
    } else {
        format!("it exports {}", names.join(", "))
    }
}

fn kind(ty: &ExternType) -> &'static str {
    match ty {
        ExternType::Func(_) => "function",
        ExternType::Global(_) => "global",
        ExternType::Table(_) => "table",
        ExternType::Memory(_) => "memory",
        ExternType::Tag(_) => "tag",
    }
}

fn describe(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(function) => format!("function {function}"),
        other => kind(other).to_owned(),
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use dayfly_spec::model::Origin;
    use wasmtime::{Engine, Linker};

    fn module(text: &str) -> Module {
        Module::new(&Engine::default(), wat::parse_str(text).unwrap()).unwrap()
    }

    fn entry(text: &str, name: &str) -> Result<Entry, String> {
        let name = Located::new(name.to_owned(), Origin::unwritten("--entry"));
        match Entry::of(&module(text), "m.wasm", &name) {
            Ok(entry) => Ok(entry),
            Err(Ending::Invalid(why)) => Err(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_entry_point_is_a_function_without_parameters() {
        let text = r#"(module (func (export "go") (result i32) i32.const 1) (func (export "two") (param i32)) (global (export "g") i32 (i32.const 0)))"#;
        assert_eq!(entry(text, "go").unwrap(), Entry { initialize: None, name: "go".into(), results: 1 });
        let missing = entry(text, "_start").unwrap_err();
        assert!(missing.contains("unable to find the entrypoint '_start' in the WASM module"), "{missing}");
        assert!(missing.contains("it exports `go`, `two`") && missing.contains("--entry"), "{missing}");
        assert!(entry(text, "two").unwrap_err().contains("takes 1 parameters"));
        assert!(entry(text, "g").unwrap_err().contains("is a global, not a function"));
        assert!(entry("(module)", "x").unwrap_err().contains("exports no function"));
    }

    #[test]
    fn a_module_that_is_no_command_is_initialized_first() {
        let text = r#"(module (func (export "_initialize")) (func (export "go")) (func (export "_start")))"#;
        assert_eq!(entry(text, "go").unwrap().initialize, Some("_initialize"));
        assert_eq!(entry(text, "_start").unwrap().initialize, None);
        assert_eq!(entry(text, "_initialize").unwrap().initialize, None);
    }

    #[test]
    fn an_import_that_nothing_satisfies_is_named_with_its_type() {
        let module = module(r#"(module (import "observe" "enter" (func (param i32) (result i64))))"#);
        let linker: Linker<()> = Linker::new(module.engine());
        let error = linker.instantiate_pre(&module).map(drop).unwrap_err();
        let Ending::Invalid(why) = link_failure(&error, "m.wasm") else { panic!() };
        assert!(why.contains("unknown module \"observe\""), "{why}");
        assert!(why.contains("(param i32) (result i64)") && why.contains("`enter`"), "{why}");
    }
}
