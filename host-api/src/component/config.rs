//! `wasi:config`: settings, as wasmtime's crate has them.

use wasmtime::component::Linker;
use wasmtime_wasi_config::{WasiConfig, add_to_linker};

use crate::component::{Interface, View};

pub(crate) fn define<T: View>(linker: &mut Linker<T>, _: &Interface) -> wasmtime::Result<()> {
    add_to_linker(linker, |data: &mut T| WasiConfig::from(&data.context().config))
}
