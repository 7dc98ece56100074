//! Finding the function that an expression names.

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex};

use super::{Expression, signature};
use crate::words;

/// The most functions that are looked at.
const MAX_FUNCTIONS: usize = 10_000;

/// A function that a component exports.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) index: ComponentExportIndex,
    pub(super) function: ComponentFunc,
    /// As it can be named: `add`, `docs:calc/ops@1.0.0#add`.
    pub(super) name: String,
}

/// A function, and where it is.
struct Exported {
    interface: Option<String>,
    function: String,
    ty: ComponentFunc,
    /// As it can be named.
    name: String,
}

impl Exported {
    fn new(interface: Option<&str>, function: &str, ty: ComponentFunc) -> Exported {
        let name = match interface {
            Some(interface) => format!("{interface}#{function}"),
            None => function.to_owned(),
        };
        Exported { interface: interface.map(str::to_owned), function: function.to_owned(), ty, name }
    }
}

/// The function that an expression names.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn find(component: &Component, expression: &Expression) -> Result<Found, String> {
    let mut all = exported(component);
    let shown = |found: &Exported| signature::of(&found.name, &found.ty);
    let chosen = expression.choose(&all, |found| &found.name, shown)?;
    let Exported { interface, function, ty, name } = all.swap_remove(chosen);
    let interface = interface.and_then(|name| component.get_export_index(None, &name));
    let index = component.get_export_index(interface.as_ref(), &function);
    let index = index.ok_or_else(|| format!("`{}` can't be called", words::name(&name)))?;
    Ok(Found { index, function: ty, name })
}

/// All functions that can be called, without those of WASI.
fn exported(component: &Component) -> Vec<Exported> {
    let engine = component.engine();
    let ty = component.component_type();
    let mut all = Vec::new();
    for (name, item) in ty.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(function) => {
                all.push(Exported::new(None, name, function));
            }
            ComponentItem::ComponentInstance(instance) if !name.starts_with("wasi:") => {
                for (function, item) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(ty) = item.ty {
                        all.push(Exported::new(Some(name), function, ty));
                    }
                }
            }
            _ => {}
        }
        if all.len() > MAX_FUNCTIONS {
            break;
        }
    }
    all
}
