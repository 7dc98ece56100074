//! What a component imports and exports: names and kinds.

use wasmparser::{
    ComponentExportSectionReader, ComponentExternalKind, ComponentImportSectionReader, ComponentTypeRef,
    Error,
};

use super::interface::Imports;
use super::wasi::Versions;
use super::{Inspection, Item, ItemKind, MAX_ITEMS, Role, bounds};

/// Reads what a component imports.
pub(super) fn imports(
    imports: &mut Imports,
    versions: &mut Versions,
    section: ComponentImportSectionReader<'_>,
) -> Result<(), Error> {
    for import in section {
        let import = import?;
        let name = import.name.name;
        versions.see(name);
        let kind = match import.ty {
            ComponentTypeRef::Module(_) => ItemKind::Module,
            ComponentTypeRef::Func(_) => ItemKind::Function,
            ComponentTypeRef::Value(_) => ItemKind::Value,
            ComponentTypeRef::Type(_) => ItemKind::Type,
            ComponentTypeRef::Instance(_) => ItemKind::Instance,
            ComponentTypeRef::Component(_) => ItemKind::Component,
        };
        let (package, interface) = package(name);
        imports.add(&package, || Item { name: bounds::name(interface), kind, ty: String::new() });
    }
    Ok(())
}

/// Reads what a component exports.
pub(super) fn exports(
    found: &mut Inspection,
    versions: &mut Versions,
    section: ComponentExportSectionReader<'_>,
) -> Result<(), Error> {
    for export in section {
        let export = export?;
        let name = export.name.name;
        versions.see(name);
        found.export_count += 1;
        match name.split_once('@').map_or(name, |(name, _)| name) {
            "wasi:cli/run" => found.role = Role::Command,
            "wasi:http/incoming-handler" | "wasi:http/handler" => found.role = Role::HttpHandler,
            _ => {}
        }
        let kind = match export.kind {
            ComponentExternalKind::Module => ItemKind::Module,
            ComponentExternalKind::Func => ItemKind::Function,
            ComponentExternalKind::Value => ItemKind::Value,
            ComponentExternalKind::Type => ItemKind::Type,
            ComponentExternalKind::Instance => ItemKind::Instance,
            ComponentExternalKind::Component => ItemKind::Component,
        };
        if found.exports.len() < MAX_ITEMS {
            found.exports.push(Item { name: bounds::name(name), kind, ty: String::new() });
        }
    }
    Ok(())
}

/// A name such as `wasi:cli/environment@0.2.3` as its package, `wasi:cli@0.2.3`, and what it names there. Other
/// names belong to no package.
pub(crate) fn package(name: &str) -> (String, &str) {
    let split =
        name.split_once('/').filter(|(package, _)| package.contains(':') && !name.contains(['=', '<']));
    match split {
        Some((package, rest)) => match rest.split_once('@') {
            Some((interface, version)) => (format!("{package}@{version}"), interface),
            None => (package.to_owned(), rest),
        },
        None => (String::new(), name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_into_package_and_interface() {
        assert_eq!(package("wasi:cli/run@0.2.3"), ("wasi:cli@0.2.3".to_owned(), "run"));
        assert_eq!(package("a:b/c"), ("a:b".to_owned(), "c"));
        assert_eq!(package("run"), (String::new(), "run"));
        assert_eq!(package("url=<https://x/y>"), (String::new(), "url=<https://x/y>"));
    }
}
