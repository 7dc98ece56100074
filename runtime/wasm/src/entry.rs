//! What a module must export and may import.

use dayfly_core::Ending;
use dayfly_spec::model::Located;

use crate::interface::{Interface, ItemType};
use crate::words;

/// The start of a command.
const COMMAND: &str = "_start";
/// What a module that is no command wants to be called before all else.
pub(crate) const INITIALIZE: &str = "_initialize";

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
    pub(crate) fn of(module: &Interface, file: &str, entry_point: &Located<String>) -> Result<Entry, Ending> {
        let name = &entry_point.value;
        let change = entry_point.origin.quoted();
        if name.ends_with(')') && module.export(name).is_none() {
            return Err(Ending::Invalid(format!(
                "`{file}` is a core module, and only functions of components are called with values; {change} names what \
                 is called"
            )));
        }
        let Some(export) = module.export(name) else {
            return Err(Ending::Invalid(format!(
                "unable to find the entrypoint '{name}' in the WASM module `{file}`: {}; {change} names it",
                exported_functions(module)
            )));
        };
        let ItemType::Function(function) = export else {
            return Err(Ending::Invalid(format!(
                "the entry point `{name}` of `{file}` is a {}, not a function; {change} names it",
                export.kind()
            )));
        };
        let parameters = function.params().len();
        if parameters > 0 {
            return Err(Ending::Invalid(format!(
                "the entry point `{name}` of `{file}` takes {parameters} parameters, and an entry point can't have any: \
                 arguments reach a program through WASI; {change} names it"
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
fn is_procedure(module: &Interface, name: &str) -> bool {
    matches!(module.export(name), Some(ItemType::Function(ty)) if ty.params().len() + ty.results().len() == 0)
}

/// The functions that a module exports, for who looks for one.
pub(crate) fn exported_functions(module: &Interface) -> String {
    let functions = module.exports.iter().filter(|export| matches!(export.ty, ItemType::Function(_)));
    let mut names: Vec<_> =
        functions.take(MAX_NAMES + 1).map(|export| format!("`{}`", words::name(&export.name))).collect();
    if names.len() > MAX_NAMES {
        names[MAX_NAMES] = "…".to_owned();
    }
    if names.is_empty() {
        "it exports no function".to_owned()
    } else {
        format!("it exports {}", names.join(", "))
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use dayfly_spec::model::Origin;

    fn entry(text: &str, name: &str) -> Result<Entry, String> {
        let name = Located::new(name.to_owned(), Origin::unwritten("--entry"));
        match Entry::of(&Interface::read(&wat::parse_str(text).unwrap()).unwrap(), "m.wasm", &name) {
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
}
