//! Functions of 0.3 that take the place of those of wasmtime's crate.

use http::uri::PathAndQuery;
use wasmtime::component::{Accessor, Linker, Resource};
use wasmtime_wasi_http::WasiHttp;
use wasmtime_wasi_http::p3::bindings::http::client::HostWithStore;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};

use super::linker::view;
use super::mended::shadowing;
use crate::component::View;

/// Where it is defined: the version of the crate.
const CLIENT: &str = "wasi:http/client@0.3.0";

type Sent = Result<Resource<Response>, ErrorCode>;

/// `send`: a request without a path is for an empty one, which the crate's own refuses.
pub(super) fn send<T: View>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    shadowing(linker, |linker| {
        linker
            .instance(CLIENT)?
            .func_wrap_concurrent("send", |accessor: &Accessor<T>, (request,): (Resource<Request>,)| {
                Box::pin(ask(accessor, request))
            })
    })
}

async fn ask<T: View>(accessor: &Accessor<T>, request: Resource<Request>) -> wasmtime::Result<(Sent,)> {
    accessor.with(|mut store| {
        let request = view(store.data_mut()).table.get_mut(&request)?;
        request.path_with_query.get_or_insert(PathAndQuery::from_static("/"));
        wasmtime::error::Ok(())
    })?;
    match <WasiHttp as HostWithStore<T>>::send(&accessor.with_getter::<WasiHttp>(view), request).await {
        Ok(answer) => Ok((Ok(answer),)),
        Err(error) => Ok((Err(error.downcast()?),)),
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::{Config, Engine};
    use wasmtime_wasi_http::p3::bindings::http::client;

    use super::*;
    use crate::component::Context;

    struct Guest(Context);

    impl View for Guest {
        fn context(&mut self) -> &mut Context {
            &mut self.0
        }
    }

    /// Were it defined under another name, it would not take the other's place.
    #[test]
    fn it_is_where_that_of_the_crate_is() {
        let mut config = Config::new();
        config.wasm_component_model_async(true);
        let mut linker = Linker::<Guest>::new(&Engine::new(&config).unwrap());
        client::add_to_linker::<Guest, WasiHttp>(&mut linker, view).unwrap();
        assert!(linker.instance(CLIENT).unwrap().func_wrap("send", |_, ()| Ok(())).is_err());
        send(&mut linker).unwrap();
    }
}
