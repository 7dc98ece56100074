//! Components whose core modules are made one before they are compiled.
//!
//! A component that was made of a core module consists of several: the program, an adapter that gives it WASI preview 1,
//! one that has a table of what can only be defined once there is a memory, and one that fills this table. An instance of
//! the component is an instance of each of them, with its imports looked up and its room taken and given back. Here
//! those of them that nothing else comes in between are linked into one, as a static linker does it: what one imports from
//! the other is the other's, and what is left is the imports from outside. It computes the same, takes less time to
//! instantiate, and calls between them are calls within one module.
//!
//! Only the first core instances of a component are made one, up to the first that can't be; those of components inside it by
//! themselves. A module is linked once at the most, so that no code is there twice. Where anything is unusual the component stays as it is.

mod component;
mod modules;
mod outline;
mod parts;

use std::fmt;

use wasmparser::{Parser, Validator, WasmFeatures};

use crate::nesting;

/// The component with its core modules made one, as far as that can be; none where it stays as it is.
pub(crate) fn fused(component: &[u8]) -> Option<Vec<u8>> {
    if !outline::has_several_modules(component) || nesting::check(component).is_err() || !is_sound(component)
    {
        return None;
    }
    let fused = component::fuse(component, 0)?;
    let is_fit = is_sound(&fused);
    if !is_fit {
        tracing::debug!("the core modules of a component can't be made one");
    }
    is_fit.then_some(fused)
}

/// Whether a component is valid but for the bodies of its functions, which its compiler looks at. What is wrong with it
/// is to be said of the component itself, and linking would hide what does not fit together.
fn is_sound(component: &[u8]) -> bool {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut payloads = Parser::new(0).parse_all(component);
    payloads.all(|payload| payload.and_then(|payload| validator.payload(&payload)).is_ok())
}

/// Why core modules can't be made one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Unfit {
    /// Not with what was met last, but those before it can.
    Between,
    /// There is something that this does not know how to link.
    Unusual,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unfit::Between => "something between core instances needs one of them",
            Unfit::Unusual => "there is something that can't be linked",
        })
    }
}

impl std::error::Error for Unfit {}

type Error = wasm_encoder::reencode::Error<Unfit>;

const BETWEEN: Error = Error::UserError(Unfit::Between);
const UNUSUAL: Error = Error::UserError(Unfit::Unusual);

#[cfg(test)]
mod tests;
