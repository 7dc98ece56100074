//! Functions of 0.2 that take the place of those of wasmtime's crate.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::p2::bindings::http::outgoing_handler::Host as _;
use wasmtime_wasi_http::p2::bindings::http::types::{
    ErrorCode, FutureIncomingResponse, HostOutgoingResponse as _, IoError, OutgoingBody, OutgoingRequest,
    OutgoingResponse, RequestOptions,
};

use super::code;
use super::linker::view;
use crate::component::View;

/// Where they are defined: the version of the crate.
const TYPES: &str = "wasi:http/types@0.2.12";
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";

type Handled = Result<Resource<FutureIncomingResponse>, ErrorCode>;

/// `http-error-code` of the types: the crate's own does not know its errors of answers' bodies again.
pub(super) fn http_error_code<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    shadowing(linker, |linker| {
        linker.instance(TYPES)?.func_wrap(
            "http-error-code",
            |mut store: StoreContextMut<'_, T>, (error,): (Resource<IoError>,)| {
                let error = store.data_mut().context().table.get(&error)?;
                Ok((code::of_stream(error),))
            },
        )
    })
}

/// `handle`: a request without a path is for an empty one, which the crate's own refuses.
pub(super) fn handle<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    type Asked = (Resource<OutgoingRequest>, Option<Resource<RequestOptions>>);
    shadowing(linker, |linker| {
        linker.instance(HANDLER)?.func_wrap(
            "handle",
            |mut store: StoreContextMut<'_, T>, (request, options): Asked| -> wasmtime::Result<(Handled,)> {
                let mut view = view(store.data_mut());
                view.table.get_mut(&request)?.path_with_query.get_or_insert_with(|| "/".to_owned());
                match view.handle(request, options) {
                    Ok(answer) => Ok((Ok(answer),)),
                    Err(error) => Ok((Err(error.downcast()?),)),
                }
            },
        )
    })
}

/// `body` of an answer: which one was asked for last is noted, because one that is left when the guest has returned ends
/// like one that is whole otherwise.
pub(super) fn body_of_answer<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    type Body = Result<Resource<OutgoingBody>, ()>;
    shadowing(linker, |linker| {
        linker.instance(TYPES)?.func_wrap(
            "[method]outgoing-response.body",
            |mut store: StoreContextMut<'_, T>,
             (answer,): (Resource<OutgoingResponse>,)|
             -> wasmtime::Result<(Body,)> {
                let body = view(store.data_mut()).body(answer)?;
                if let Ok(body) = &body {
                    store.data_mut().context().http.answering = Some(body.rep());
                }
                Ok((body,))
            },
        )
    })
}

pub(super) fn shadowing<T>(
    linker: &mut Linker<T>,
    define: impl FnOnce(&mut Linker<T>) -> wasmtime::Result<()>,
) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let defined = define(linker);
    linker.allow_shadowing(false);
    defined
}

#[cfg(test)]
mod tests {
    use wasmtime::Engine;
    use wasmtime_wasi_http::WasiHttp;
    use wasmtime_wasi_http::p2::bindings::{LinkOptions, http::outgoing_handler, http::types};

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
        let mut linker = Linker::<Guest>::new(&Engine::default());
        let options = LinkOptions::default().into();
        types::add_to_linker::<Guest, WasiHttp>(&mut linker, &options, view).unwrap();
        outgoing_handler::add_to_linker::<Guest, WasiHttp>(&mut linker, view).unwrap();
        for (instance, name) in
            [(TYPES, "http-error-code"), (TYPES, "[method]outgoing-response.body"), (HANDLER, "handle")]
        {
            let mut instance = linker.instance(instance).unwrap();
            assert!(instance.func_wrap(name, |_, ()| Ok(())).is_err(), "{name}");
        }
        http_error_code(&mut linker).unwrap();
        body_of_answer(&mut linker).unwrap();
        handle(&mut linker).unwrap();
    }
}
