//! What is said about modules that can't be linked.

use dayfly_core::{Denied, Ending, Error, Module};

use super::{HostModule, Node, PREVIEW1};
use crate::interface::{Import, ItemType};
use crate::words;

/// The most names that a message lists.
const MAX_NAMES: usize = 12;

/// Modules that import each other.
pub(super) fn circle(modules: Vec<String>) -> Ending {
    let first = modules.first().cloned().unwrap_or_default();
    if modules.len() == 1 {
        return Ending::Invalid(format!(
            "`{first}` imports itself; a module can't be instantiated before itself, so that none of it can be linked"
        ));
    }
    let (count, way) = (modules.len(), way(modules));
    Ending::Invalid(format!(
        "{count} modules import each other in a circle, so that none of them can be instantiated first: {way}"
    ))
}

/// The way from the first one around to it.
pub(crate) fn way(modules: Vec<String>) -> String {
    let first = modules.first().cloned().unwrap_or_default();
    let count = modules.len();
    let mut names: Vec<String> = modules.into_iter().map(|name| format!("`{name}`")).collect();
    if count > MAX_NAMES {
        // The last ones close the circle, and so are worth their room.
        names.splice(MAX_NAMES - 2..count - 2, [format!("… {} more …", count - MAX_NAMES)]);
    }
    format!("{} → `{first}`", names.join(" → "))
}

/// An import from a module that nobody knows.
pub(super) fn unknown(
    user: &Module,
    name: &str,
    import: Option<&Import>,
    listed: &[&Node],
    places: &[String],
) -> Ending {
    let (wanted, name) = (wanted(user, import), words::name(name));
    if name == "wasi_unstable" {
        return Ending::Invalid(format!(
            "unknown module \"{name}\": {wanted}; that is WASI of 2019, and only `{PREVIEW1}` is provided: build the \
             module with a newer toolchain"
        ));
    }
    let listed = listed.iter().map(|node| {
        let names: Vec<_> = node.names.iter().map(|name| format!("\"{}\"", words::name(name))).collect();
        format!("`{}` (as {})", node.module.name, names.join(", "))
    });
    let mut looked = vec![format!("what dayfly provides (`{PREVIEW1}`)")];
    looked.push(list("the import modules", listed, "no import modules"));
    let places = places.iter().map(|place| format!("`{place}`"));
    looked.push(list("the inputs", places, "no inputs"));
    Ending::Invalid(format!(
        "unknown module \"{name}\": {wanted}, and nothing provides it; looked at {}; `ImportModules` names modules that do",
        looked.join(", at ")
    ))
}

/// An import from a module that the guest has not been granted.
pub(super) fn refused(user: &Module, name: &str, import: Option<&Import>, denied: &Denied) -> Ending {
    let (wanted, Denied { what, remedy }) = (wanted(user, import), denied);
    let remedy = remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
    Ending::Invalid(format!("unknown module \"{name}\": {wanted}, and {what}{remedy}"))
}

/// What a module wants of another one.
fn wanted(user: &Module, import: Option<&Import>) -> String {
    match import {
        Some(import) => {
            let (name, ty) = (words::name(&import.name), words::ty(&import.ty));
            format!("`{}` imports the {} `{name}` of it, {ty}", user.name, import.ty.kind())
        }
        None => format!("`{}` imports it", user.name),
    }
}

/// An import from a module that does not have it.
pub(super) fn not_exported(user: &Module, import: &Import, other: &Node) -> Ending {
    let exports = &other.interface.exports;
    let names =
        exports.iter().map(|export| format!("`{}` {}", words::name(&export.name), words::ty(&export.ty)));
    Ending::Invalid(format!(
        "`{}` imports the {} `{}` of \"{}\", {}, and `{}`, which is meant by that, does not export it: {}",
        user.name,
        import.ty.kind(),
        words::name(&import.name),
        words::name(&import.module),
        words::ty(&import.ty),
        other.module.name,
        list("it exports", names, "it exports nothing")
    ))
}

/// A function that a module of dayfly's own does not have.
pub(super) fn no_such_function(user: &Module, import: &Import, host: HostModule) -> Ending {
    Ending::Invalid(format!(
        "unknown {} `{}` of `{}`: {} has nothing of that name, and `{}` imports it",
        import.ty.kind(),
        words::name(&import.name),
        host.name(),
        host.what(),
        user.name
    ))
}

/// An import that is of another type than what it would be satisfied by.
pub(super) fn mismatch(user: &Module, import: &Import, other: &str, given: &ItemType) -> Ending {
    Ending::Invalid(format!(
        "incompatible import type: `{}` imports `{}` of \"{}\" as {}, and {other} has it as {}",
        user.name,
        words::name(&import.name),
        words::name(&import.module),
        words::ty(&import.ty),
        words::ty(given)
    ))
}

/// An import module that calls dayfly and has nothing to exchange data through.
pub(super) fn no_memory(module: &Module, function: &str, host: HostModule) -> Ending {
    Ending::Invalid(format!(
        "the import module `{}` imports `{}` of `{}` and exports no memory of the name `memory`: {} reads and writes \
         the memory of the module that calls it, so that it has to export one",
        module.name,
        words::name(function),
        host.name(),
        host.what()
    ))
}

/// A module that was found and can't be read.
pub(super) fn unreadable(user: &Module, name: &str, error: &Error) -> Ending {
    Ending::Invalid(format!("`{}` imports the module \"{}\": {error}", user.name, words::name(name)))
}

/// Several modules of one name.
pub(super) fn duplicate<'a>(name: &str, modules: impl Iterator<Item = &'a Module>) -> String {
    let modules: Vec<_> = modules.map(|module| format!("`{}`", module.name)).collect();
    format!(
        "the import modules {} share the name \"{name}\": the first one listed satisfies imports of it",
        modules.join(" and ")
    )
}

/// The first names of many: those that are not listed are counted, and not made.
pub(crate) fn list(what: &str, mut all: impl ExactSizeIterator<Item = String>, nothing: &str) -> String {
    if all.len() == 0 {
        return nothing.to_owned();
    }
    let mut names: Vec<String> = all.by_ref().take(MAX_NAMES).collect();
    if all.len() > 0 {
        names.push(format!("{} more", all.len()));
    }
    format!("{what} {}", names.join(", "))
}
