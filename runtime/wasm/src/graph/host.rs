//! What dayfly itself provides.

use std::sync::Arc;

use dayfly_core::{Ending, Module};
use dayfly_host_api::fs::preview1;
use wasmparser::{FuncType, ValType};

use super::message;
use crate::interface::{Import, ItemType};

/// The type of a function of WASI preview 1; none where there is no such function.
pub(crate) fn preview1(name: &str) -> Option<ItemType> {
    let function = preview1::FUNCTIONS.iter().find(|function| function.name == name)?;
    let parameters = function.parameters.iter().map(|&parameter| match parameter {
        "u32" => ValType::I32,
        _ => ValType::I64,
    });
    let ty = FuncType::new(parameters, function.returns.then_some(ValType::I32));
    Some(ItemType::Function(Arc::new(ty)))
}

/// Checks an import of WASI preview 1.
///
/// # Errors
/// How the execution ends: there is no such function, or it is of another type.
pub(super) fn check(user: &Module, import: &Import) -> Result<(), Ending> {
    match preview1(&import.name) {
        None => Err(message::no_such_function(user, import)),
        Some(given) if !import.ty.is_satisfied_by(&given) => {
            Err(message::mismatch(user, import, "dayfly", &given))
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use wasmtime::{Engine, Linker};

    struct Nothing(preview1::Context);

    /// A module that imports all of it links: what is described is what is defined.
    #[test]
    fn the_described_functions_are_those_that_are_there() {
        let imports: String = preview1::FUNCTIONS
            .iter()
            .map(|function| {
                let ty = preview1(function.name).unwrap().to_string();
                let ty = ty.trim_start_matches("(func").trim_end_matches(')');
                let close = ")".repeat(ty.matches('(').count() - ty.matches(')').count());
                format!("(import \"wasi_snapshot_preview1\" \"{}\" (func {ty}{close}))", function.name)
            })
            .collect();
        let engine = Engine::default();
        let module =
            wasmtime::Module::new(&engine, wat::parse_str(format!("(module {imports})")).unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, |nothing: &mut Nothing| &mut nothing.0).unwrap();
        linker.instantiate_pre(&module).unwrap();
        assert_eq!(preview1::FUNCTIONS.len(), 46);
        assert!(preview1("fd_write").is_some() && preview1("fd_writ").is_none());
    }
}
