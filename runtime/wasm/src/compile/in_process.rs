//! Compiling in this process.

use std::sync::Arc;

use dayfly_core::{Ending, Module};
use wasmtime::Engine;

use super::Compiled;
use crate::module;
use crate::native::Native;
use crate::thread::on_a_thread;

/// Compiles on a thread of its own. Nothing stops that: when nobody waits any more, what it gives is dropped.
pub(super) async fn compile(
    engine: Engine,
    module: Module,
    binary: Arc<[u8]>,
    keep: bool,
) -> Result<Compiled, Ending> {
    on_a_thread("dayfly-compile", move || {
        let compiled = Native::compile(&engine, &binary)
            .map_err(|error| module::invalid(&module, &format_args!("{error:#}")))?;
        // Code that can't be written down is only not kept.
        let code = if keep { compiled.serialize().unwrap_or_default() } else { Vec::new() };
        Ok(Compiled { native: Some(compiled), code })
    })
    .await?
}
