//! `wasi:http` in a linker.

use std::sync::Arc;

use wasmtime::component::Linker;
use wasmtime_wasi_http::{WasiHttp, WasiHttpCtx, WasiHttpCtxView};

use super::held::Held;
use super::{Hooks, mended, parts};
use crate::component::{Generation, Interface, View};
use crate::net::Client;

/// The most bytes of headers that a guest makes at a time, with what they take of the host's memory.
const MAX_FIELDS: usize = 64 << 10;

/// What a guest's context has for it.
pub(crate) struct State {
    hooks: Hooks,
    http: WasiHttpCtx,
    held: Held,
    /// The body of an answer that the guest asked for last.
    pub(super) answering: Option<u32>,
}

impl State {
    pub(crate) fn new(client: Option<Arc<Client>>) -> State {
        State { hooks: Hooks::new(client), http: WasiHttpCtx::new(), held: Held::default(), answering: None }
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
        "wasi:http/outgoing-handler" => {
            outgoing_handler::add_to_linker::<T, WasiHttp>(linker, view)?;
            mended::handle(linker)
        }
        "wasi:http/types" => {
            types::add_to_linker::<T, WasiHttp>(linker, &LinkOptions::default().into(), view)?;
            mended::http_error_code(linker)?;
            mended::body_of_answer(linker)?;
            parts::define_p2(linker)
        }
        _ => Ok(()),
    }
}

#[cfg(feature = "wasi03")]
fn define_p3<T: View>(linker: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    use wasmtime_wasi_http::p3::bindings::http::{client, types};
    match name {
        "wasi:http/client" => {
            client::add_to_linker::<T, WasiHttp>(linker, view)?;
            super::mended3::send(linker)
        }
        "wasi:http/types" => {
            types::add_to_linker::<T, WasiHttp>(linker, view)?;
            parts::define_p3(linker)
        }
        _ => Ok(()),
    }
}

pub(super) fn view<T: View>(data: &mut T) -> WasiHttpCtxView<'_> {
    view_and_room(data).0
}

/// The same, and whether what the guest's requests hold may grow by what one call can add.
pub(super) fn view_and_room<T: View>(data: &mut T) -> (WasiHttpCtxView<'_>, bool) {
    let context = data.context();
    let State { hooks, http, held, .. } = &mut context.http;
    let has_room = held.has_room(&mut context.table);
    http.set_field_size_limit(if has_room { MAX_FIELDS } else { 0 });
    hooks.take_little(held.many_bodies());
    (WasiHttpCtxView { hooks, table: &mut context.table, ctx: http }, has_room)
}
