//! `wasi:http` in a linker.

use std::sync::Arc;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, IoError};
use wasmtime_wasi_http::{WasiHttp, WasiHttpCtx, WasiHttpCtxView};

use super::{Hooks, code};
use crate::component::{Generation, Interface, View};
use crate::net::Client;

/// The most bytes of headers that a guest makes at a time, with what they take of the host's memory.
const MAX_FIELDS: usize = 64 << 10;
/// Where the types of 0.2 are defined.
const TYPES: &str = "wasi:http/types@0.2.12";

/// What a guest's context has for it.
pub(crate) struct State {
    hooks: Hooks,
    http: WasiHttpCtx,
}

impl State {
    pub(crate) fn new(client: Option<Arc<Client>>) -> State {
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(MAX_FIELDS);
        State { hooks: Hooks::new(client), http }
    }
}

pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.generation {
        Generation::P2 => define_p2(linker, interface.name),
        #[cfg(feature = "wasi03")]
        Generation::P3 => define_p3(linker, interface.name),
        #[cfg(not(feature = "wasi03"))]
        Generation::P3 => Ok(()),
    }
}

fn define_p2<T: View>(linker: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    use wasmtime_wasi_http::p2::bindings::{LinkOptions, http::outgoing_handler, http::types};
    match name {
        "wasi:http/outgoing-handler" => outgoing_handler::add_to_linker::<T, WasiHttp>(linker, view),
        "wasi:http/types" => {
            types::add_to_linker::<T, WasiHttp>(linker, &LinkOptions::default().into(), view)?;
            define_error_code(linker)
        }
        _ => Ok(()),
    }
}

#[cfg(feature = "wasi03")]
fn define_p3<T: View>(linker: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    use wasmtime_wasi_http::p3::bindings::http::{client, types};
    match name {
        "wasi:http/client" => client::add_to_linker::<T, WasiHttp>(linker, view),
        "wasi:http/types" => types::add_to_linker::<T, WasiHttp>(linker, view),
        _ => Ok(()),
    }
}

/// Puts a function in the place of one of wasmtime's crate, which does not know its own errors of answers' bodies again.
fn define_error_code<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let defined = linker.instance(TYPES).and_then(|mut types| {
        types.func_wrap(
            "http-error-code",
            |mut store: StoreContextMut<'_, T>, (error,): (Resource<IoError>,)| -> wasmtime::Result<_> {
                let error = store.data_mut().context().table.get(&error)?;
                let code: Option<ErrorCode> = code::of_stream(error);
                Ok((code,))
            },
        )
    });
    linker.allow_shadowing(false);
    defined
}

fn view<T: View>(data: &mut T) -> WasiHttpCtxView<'_> {
    let context = data.context();
    let State { hooks, http } = &mut context.http;
    WasiHttpCtxView { hooks, table: &mut context.table, ctx: http }
}

#[cfg(test)]
mod tests {
    use wasmtime::Engine;
    use wasmtime_wasi_http::p2::bindings::{LinkOptions, http::types};

    use super::*;
    use crate::component::Context;

    impl View for Context {
        fn context(&mut self) -> &mut Context {
            self
        }
    }

    /// Were the types defined under another name, the function would not take the other one's place.
    #[test]
    fn the_types_are_where_their_function_is_defined_again() {
        let mut linker = Linker::<Context>::new(&Engine::default());
        let options = LinkOptions::default().into();
        types::add_to_linker::<Context, WasiHttp>(&mut linker, &options, view).unwrap();
        let mut types = linker.instance(TYPES).unwrap();
        assert!(types.func_wrap("http-error-code", |_, ()| Ok(())).is_err());
        define_error_code(&mut linker).unwrap();
    }
}
