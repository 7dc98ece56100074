//! What is said about components that can't be put together.

use dayfly_core::{Denied, Ending, Error, Module};
use dayfly_host_api::component::Interface;

use super::resolve::is_component;
use super::{Import, Part, name};
use crate::graph::message::{list, way};
use crate::words;

/// The most names that are said to be like the one that is missing.
const MAX_ALIKE: usize = 3;

/// A component that can't be read.
pub(super) fn invalid(module: &Module, why: &str) -> Ending {
    Ending::Invalid(format!("`{}` is not a valid WebAssembly component: {}", module.name, words::why(why)))
}

/// A core module and a component in one program. One of them is `user`, the entry or what imports `other`.
pub(super) fn mixed(user: &Module, other: &Module) -> Ending {
    let (component, core) = if is_component(other) { (other, user) } else { (user, other) };
    let is = match is_component(component) {
        true => "is a component",
        false => "becomes a component, by its section `component-type`,",
    };
    Ending::Invalid(format!(
        "`{}` {is} and `{}` is a core module, and a program is made of one kind alone: make a component of the \
         core module, as `wasm-tools component new` does (with an adapter where it is for WASI preview 1), or name the core \
         module that the component was made of",
        component.name, core.name
    ))
}

/// Components that import each other.
pub(super) fn circle(components: &[String], import: &Import) -> Ending {
    let (count, way) = (components.len(), way(components.to_vec()));
    Ending::Invalid(format!(
        "{count} components import each other in a circle, so that none of them can be instantiated first: {way}, which \
         the import of {} closes",
        what(import)
    ))
}

/// An import that nobody satisfies.
pub(super) fn unknown(part: &Part, import: &Import, others: &[&Part], places: &[String]) -> Ending {
    let mut said = vec![format!("nothing provides {}, which `{}` imports", what(import), part.module.name)];
    if part.shape.exports.iter().any(|export| name::fit(&export.name, &import.name).is_some()) {
        said.push(format!(
            "`{}` exports it itself, and a component can't be instantiated before itself",
            part.module.name
        ));
    }
    said.extend(other_versions(import, others));
    said.extend(alike(import, others));
    let listed = others.iter().map(|other| {
        let exports = other.shape.exports.iter().map(|export| format!("`{}`", words::name(&export.name)));
        format!("`{}` ({})", other.module.name, list("it exports", exports, "it exports nothing"))
    });
    let mut looked = vec!["what dayfly provides".to_owned()];
    looked.push(list("the import modules", listed, "no import modules"));
    let places = places.iter().map(|place| format!("`{place}`"));
    looked.push(list("the inputs", places, "no inputs"));
    said.push(format!("looked at {}", looked.join(", at ")));
    said.push("`ImportModules` names components that export it".to_owned());
    Ending::Invalid(said.join("; "))
}

/// Who has what is imported in a version that will not do.
fn other_versions(import: &Import, others: &[&Part]) -> Option<String> {
    let wanted = name::unversioned(&import.name);
    let host = host_version(&import.name).map(|version| format!("dayfly has {version}"));
    let of_others = others.iter().filter_map(|other| {
        let mut exports = other.shape.exports.iter();
        let export = exports.find(|export| name::unversioned(&export.name) == wanted)?;
        Some(format!("`{}` exports `{}`", other.module.name, words::name(&export.name)))
    });
    let all: Vec<_> = host.into_iter().chain(of_others).collect();
    if all.is_empty() {
        return None;
    }
    Some(format!(
        "{}, which is not compatible: versions are where the first number that is not zero is the same, and none of them \
         is from before a release",
        list("there is another version", all.into_iter(), "")
    ))
}

/// The versions of an interface that dayfly has.
fn host_version(name: &str) -> Option<String> {
    let wanted = name::unversioned(name);
    let there: Vec<_> = Interface::versions(wanted).map(|version| format!("`{wanted}@{version}`")).collect();
    (!there.is_empty()).then(|| there.join(" and "))
}

/// Names that may have been meant.
fn alike(import: &Import, others: &[&Part]) -> Option<String> {
    let wanted = name::unversioned(&import.name);
    if wanted.len() > words::MAX_NAME {
        return None;
    }
    let allowed = (wanted.chars().count() / 5).max(1);
    let exports = others.iter().flat_map(|other| &other.shape.exports);
    let mut alike: Vec<(usize, &str)> = exports
        .map(|export| export.name.as_str())
        .filter(|name| name.len() <= words::MAX_NAME && name::unversioned(name) != wanted)
        .map(|name| (strsim::osa_distance(wanted, name::unversioned(name)), name))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    alike.sort_unstable();
    alike.dedup();
    alike.truncate(MAX_ALIKE);
    let alike: Vec<_> = alike.iter().map(|(_, name)| format!("`{}`", words::name(name))).collect();
    (!alike.is_empty()).then(|| format!("there is {}", alike.join(", and ")))
}

/// An import that the guest has not been granted.
pub(super) fn refused(user: &Module, import: &Import, denied: &Denied) -> Ending {
    let Denied { what: why, remedy } = denied;
    let remedy = remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
    Ending::Invalid(format!("`{}` imports {}, and {why}{remedy}", user.name, what(import)))
}

/// A component that was found by the name of an import, and does not have it.
pub(super) fn not_exported(user: &Module, import: &Import, found: &Part) -> Ending {
    let exports = found.shape.exports.iter().map(|export| format!("`{}`", words::name(&export.name)));
    Ending::Invalid(format!(
        "`{}` imports {}, and `{}`, which is found by that name among the inputs, does not export it: {}",
        user.name,
        what(import),
        found.module.name,
        list("it exports", exports, "it exports nothing")
    ))
}

/// A module that was found and can't be read.
pub(super) fn unreadable(user: &Module, name: &str, error: &Error) -> Ending {
    Ending::Invalid(format!("`{}` imports \"{}\": {error}", user.name, words::name(name)))
}

/// Several components that export what is imported.
pub(super) fn several<'a>(user: &Module, import: &Import, all: impl Iterator<Item = &'a Module>) -> String {
    let all: Vec<_> = all.map(|module| format!("`{}`", module.name)).collect();
    format!(
        "the import modules {} all export what `{}` imports as {}: the first of them satisfies it",
        all.join(" and "),
        user.name,
        what(import)
    )
}

/// Several components of a name that is imported.
pub(super) fn namesakes<'a>(import: &Import, all: impl Iterator<Item = &'a Module>) -> String {
    let all: Vec<_> = all.map(|module| format!("`{}`", module.name)).collect();
    format!(
        "the import modules {} share the name \"{}\": the first one listed satisfies imports of it",
        all.join(" and "),
        words::name(&import.name)
    )
}

/// An export that is not what the component expects that imports it. Each is a line of WIT.
pub(super) fn mismatch(user: &Module, import: &Import, other: &Module, wanted: &str, given: &str) -> Ending {
    Ending::Invalid(format!(
        "incompatible import type: `{}` imports {} with `{wanted}`, and `{}` has {given}",
        user.name,
        what(import),
        other.name
    ))
}

/// Components that are not valid together, for a reason that shows in the whole alone.
pub(super) fn not_together(names: &[&str], why: &str, warnings: &[String]) -> Ending {
    let names = names.iter().map(|name| format!("`{name}`"));
    let warnings: String = warnings.iter().map(|warning| format!("; {warning}")).collect();
    Ending::Invalid(format!(
        "{} can't be put together: {}{warnings}",
        list("the components", names, "they"),
        words::why(why)
    ))
}

/// `the interface `a:b/c@1.0.0``
fn what(import: &Import) -> String {
    let kind = match name::is_interface(&import.name) {
        true => "interface",
        false => import.kind.word(),
    };
    format!("the {kind} `{}`", words::name(&import.name))
}
