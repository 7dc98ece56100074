//! `wasi:cli/environment`: as wasmtime's crate has it, with a note that the guest asked.

use wasmtime::component::HasData;
use wasmtime_wasi::cli::WasiCliCtxView;
use wasmtime_wasi::p2::bindings::cli::environment::Host;
#[cfg(feature = "wasi03")]
use wasmtime_wasi::p3::bindings::cli::environment::Host as Host03;

use super::View;

/// The environment of a guest.
pub(super) struct Environment;

/// What it is asked with.
pub(super) struct Asking<'a> {
    cli: WasiCliCtxView<'a>,
    asked: &'a mut bool,
}

impl HasData for Environment {
    type Data<'a> = Asking<'a>;
}

pub(super) fn environment<T: View>(data: &mut T) -> Asking<'_> {
    let context = data.context();
    let cli = WasiCliCtxView { ctx: context.process.made().wasi.cli(), table: &mut context.table };
    Asking { cli, asked: &mut context.asked_for_environment }
}

impl Host for Asking<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        *self.asked = true;
        Host::get_environment(&mut self.cli)
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Host::get_arguments(&mut self.cli)
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Host::initial_cwd(&mut self.cli)
    }
}

#[cfg(feature = "wasi03")]
impl Host03 for Asking<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        *self.asked = true;
        Host03::get_environment(&mut self.cli)
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Host03::get_arguments(&mut self.cli)
    }

    fn get_initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        // Without one a guest starts in its root, which is where it starts here.
        Ok(None)
    }
}
