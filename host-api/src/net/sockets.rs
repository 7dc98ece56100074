//! `wasi:sockets`: connections of components.

use wasmtime::component::Linker;

use crate::component::{Interface, View};

pub(crate) fn define<T: View>(_: &mut Linker<T>, _: &Interface) -> wasmtime::Result<()> {
    Ok(())
}
