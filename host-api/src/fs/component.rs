//! `wasi:filesystem` for components: the front of each generation.

use wasmtime::component::Linker;

use super::preview2;
use crate::component::{Generation, Interface, View};

pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.generation {
        Generation::P2 => preview2::define(linker, interface.name),
        Generation::P3 => Ok(()),
    }
}
