//! Modules in the place of those that nobody provides while a snapshot is made: their functions trap.
//!
//! What a module needs when it runs is not what it needs to be initialised: requests, say, or other modules.

use std::fmt::Write as _;

use dayfly_core::{Ending, ImportModule, Module};
use wasmparser::{FuncType, ValType};

use super::instrument::unfit;
use crate::graph::{Granted, HostModule};
use crate::interface::{Import, Interface, ItemType};
use crate::words;

/// The most functions that others stand in for.
const MAX_FUNCTIONS: usize = 10_000;

/// A module for each that is imported and not provided.
///
/// # Errors
/// How the execution ends: they are too many, or of types that only their own modules have.
pub(super) fn of(
    module: &Module,
    interface: &Interface,
    granted: &Granted,
) -> Result<Vec<ImportModule>, Ending> {
    let is_provided = |name: &str| HostModule::of(name).is_some_and(|host| granted.check(host).is_ok());
    let mut missing: Vec<(&str, Vec<&Import>)> = Vec::new();
    let imports = interface.imports.iter().filter(|import| !is_provided(&import.module));
    for (count, import) in imports.enumerate() {
        if count == MAX_FUNCTIONS {
            let why = format_args!("it imports more than {MAX_FUNCTIONS} functions that nobody provides");
            return Err(unfit(module, &why));
        }
        match missing.iter_mut().find(|(name, _)| *name == &*import.module) {
            // What is imported twice is exported once.
            Some((_, imports)) if imports.iter().any(|other| other.name == import.name) => {}
            Some((_, imports)) => imports.push(import),
            None => missing.push((&import.module, vec![import])),
        }
    }
    missing.into_iter().map(|(name, imports)| stand_in(module, name, &imports)).collect()
}

fn stand_in(user: &Module, name: &str, imports: &[&Import]) -> Result<ImportModule, Ending> {
    let mut text = format!("(module ${}", quoted(&words::name(name)));
    for import in imports {
        let ItemType::Function(ty) = &import.ty else { continue };
        let Some(ty) = signature(ty) else {
            let what = format!(
                "it imports `{}` of \"{}\", whose type is of its own: {}",
                words::name(&import.name),
                words::name(name),
                words::ty(&**ty)
            );
            return Err(unfit(user, &what));
        };
        // The name is what a trap tells.
        let shown = format!("{}, which nobody provides while a snapshot is made,", words::name(&import.name));
        let _ =
            write!(text, "\n(func ${} (export {}) {ty} unreachable)", quoted(&shown), quoted(&import.name));
    }
    text.push(')');
    let binary = wat::parse_str(&text).map_err(|error| {
        Ending::Fault(format!("nothing can stand in for \"{}\": {error}", words::name(name)))
    })?;
    Ok(ImportModule { module: Module::new(words::name(name), binary), names: vec![name.to_owned()] })
}

/// A function's type in the text format; none where it refers to types of its module.
fn signature(ty: &FuncType) -> Option<String> {
    let mut text = String::new();
    for (word, values) in [("param", ty.params()), ("result", ty.results())] {
        for value in values {
            if let ValType::Ref(reference) = value
                && reference.is_concrete_type_ref()
            {
                return None;
            }
            let _ = write!(text, "({word} {value}) ");
        }
    }
    Some(text)
}

/// A name as the text format writes it.
fn quoted(name: &str) -> String {
    let mut text = String::from("\"");
    for byte in name.bytes() {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\{byte:02x}");
            }
        }
    }
    text.push('"');
    text
}
