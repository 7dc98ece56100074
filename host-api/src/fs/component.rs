//! `wasi:filesystem` for components: the front of each generation.

use wasmtime::component::Linker;

use super::preview2;
#[cfg(feature = "wasi03")]
use super::preview3;
use crate::component::{Generation, Interface, View};

pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.generation {
        Generation::P2 => preview2::define(linker, interface.name),
        #[cfg(feature = "wasi03")]
        Generation::P3 => preview3::define(linker, interface.name),
        #[cfg(not(feature = "wasi03"))]
        Generation::P3 => Ok(()),
    }
}
