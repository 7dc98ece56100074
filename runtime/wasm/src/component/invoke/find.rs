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
    name: String,
    function: ComponentFunc,
}

impl Exported {
    fn full_name(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.name),
            None => self.name.clone(),
        }
    }

    fn signature(&self) -> String {
        signature::of(&self.full_name(), &self.function)
    }
}

/// The function that an expression names: of the component itself, or else of one of its interfaces, if there is but one
/// of that name.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn find(component: &Component, expression: &Expression) -> Result<Found, String> {
    let all = exported(component);
    let mut meant: Vec<&Exported> =
        all.iter().filter(|found| expression.means(found.interface.as_deref(), &found.name)).collect();
    if expression.interface.is_none() && meant.iter().any(|function| function.interface.is_none()) {
        meant.retain(|function| function.interface.is_none());
    }
    let none = || {
        let signatures: Vec<_> = all.iter().map(Exported::signature).collect();
        expression.is_none(signatures.iter().map(String::as_str))
    };
    match meant[..] {
        [only] => {
            let interface = only.interface.as_ref();
            let interface = interface.and_then(|name| component.get_export_index(None, name));
            let index = component.get_export_index(interface.as_ref(), &only.name).ok_or_else(none)?;
            Ok(Found { index, function: only.function.clone(), name: only.full_name() })
        }
        [] => Err(none()),
        ref several => {
            let names: Vec<_> =
                several.iter().map(|function| format!("`{}`", words::name(&function.full_name()))).collect();
            let wanted = words::name(&expression.function);
            Err(format!("`{wanted}` stands for several functions: {}", names.join(", ")))
        }
    }
}

/// All functions that can be called, without those of WASI.
fn exported(component: &Component) -> Vec<Exported> {
    let engine = component.engine();
    let ty = component.component_type();
    let mut all = Vec::new();
    for (name, item) in ty.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(function) => {
                all.push(Exported { interface: None, name: name.to_owned(), function });
            }
            ComponentItem::ComponentInstance(instance) if !name.starts_with("wasi:") => {
                for (function, item) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(ty) = item.ty {
                        let interface = Some(name.to_owned());
                        all.push(Exported { interface, name: function.to_owned(), function: ty });
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
