//! What a request holds besides its header fields: a method, a path and an authority that the guest wrote. Those of many
//! requests take no more of the host's memory than header fields do.

use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Resource};
use wasmtime_wasi_http::WasiHttpCtxView;

use super::linker::view_and_room;
use super::mended::shadowing;
use crate::component::View;

/// The longest method, in bytes, and more than a server takes. The others have a bound of `http`'s own.
const MAX_METHOD: usize = 1 << 10;

type Set = Result<(), ()>;

/// Defines a function that sets a part, in the place of the crate's: one that is too long is not taken, nor is any where
/// there is no room.
fn bounded<T: View, R: 'static, V: ComponentType + Lift + Send + Sync + 'static>(
    linker: &mut Linker<T>,
    (instance, name): (&str, &str),
    fits: fn(&V) -> bool,
    set: fn(&mut WasiHttpCtxView<'_>, Resource<R>, V) -> wasmtime::Result<Set>,
) -> wasmtime::Result<()> {
    linker.instance(instance)?.func_wrap(
        name,
        move |mut store: StoreContextMut<'_, T>, (request, value): (Resource<R>, V)| {
            let (mut view, has_room) = view_and_room(store.data_mut());
            Ok((if has_room && fits(&value) { set(&mut view, request, value)? } else { Err(()) },))
        },
    )
}

macro_rules! parts {
    ($linker:ident, $types:path, $host:ident, $request:ident, $instance:literal, $resource:literal) => {{
        use $types::{Method, $host, $request};
        const NAMES: [(&str, &str); 3] = [
            ($instance, concat!("[method]", $resource, ".set-method")),
            ($instance, concat!("[method]", $resource, ".set-path-with-query")),
            ($instance, concat!("[method]", $resource, ".set-authority")),
        ];
        let [method, path, authority] = NAMES;
        shadowing($linker, |linker| {
            let short = |method: &Method| match method {
                Method::Other(other) => other.len() <= MAX_METHOD,
                _ => true,
            };
            bounded::<T, $request, Method>(linker, method, short, |view, request, value| {
                $host::set_method(view, request, value)
            })?;
            bounded::<T, $request, Option<String>>(
                linker,
                path,
                |_| true,
                |view, request, value| $host::set_path_with_query(view, request, value),
            )?;
            bounded::<T, $request, Option<String>>(
                linker,
                authority,
                |_| true,
                |view, request, value| $host::set_authority(view, request, value),
            )
        })
    }};
}

/// Those of 0.2.
pub(super) fn define_p2<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    parts!(
        linker,
        wasmtime_wasi_http::p2::bindings::http::types,
        HostOutgoingRequest,
        OutgoingRequest,
        "wasi:http/types@0.2.12",
        "outgoing-request"
    )
}

/// Those of 0.3.
#[cfg(feature = "wasi03")]
pub(super) fn define_p3<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    parts!(
        linker,
        wasmtime_wasi_http::p3::bindings::http::types,
        HostRequest,
        Request,
        "wasi:http/types@0.3.0",
        "request"
    )
}

#[cfg(test)]
mod tests {
    use wasmtime::Engine;
    use wasmtime_wasi_http::WasiHttp;

    use super::*;
    use crate::component::Context;

    struct Guest(Context);

    impl View for Guest {
        fn context(&mut self) -> &mut Context {
            &mut self.0
        }
    }

    /// Were they defined under other names, those here would not take the others' places.
    #[test]
    fn they_are_where_those_of_the_crate_are() {
        use super::super::linker::view;
        use wasmtime_wasi_http::p2::bindings::{LinkOptions, http::types};
        let mut linker = Linker::<Guest>::new(&Engine::default());
        types::add_to_linker::<Guest, WasiHttp>(&mut linker, &LinkOptions::default().into(), view).unwrap();
        for name in ["set-method", "set-path-with-query", "set-authority"] {
            let name = format!("[method]outgoing-request.{name}");
            let mut instance = linker.instance("wasi:http/types@0.2.12").unwrap();
            assert!(instance.func_wrap(&name, |_, ()| Ok(())).is_err(), "{name}");
        }
        define_p2(&mut linker).unwrap();
        #[cfg(feature = "wasi03")]
        {
            use wasmtime_wasi_http::p3::bindings::http::types;
            types::add_to_linker::<Guest, WasiHttp>(&mut linker, view).unwrap();
            for name in ["set-method", "set-path-with-query", "set-authority"] {
                let name = format!("[method]request.{name}");
                let mut instance = linker.instance("wasi:http/types@0.3.0").unwrap();
                assert!(instance.func_wrap(&name, |_, ()| Ok(())).is_err(), "{name}");
            }
            define_p3(&mut linker).unwrap();
        }
    }
}
