//! Names.

use std::future::poll_fn;
use std::net::IpAddr;

use wasmtime::component::Accessor;
use wasmtime_wasi::p3::bindings::sockets::ip_name_lookup::{ErrorCode, Host, HostWithStore};
use wasmtime_wasi::p3::bindings::sockets::types::IpAddress;

use crate::net::sockets::lookup::{Question, Unknown};
use crate::net::sockets::{HasSockets, Sockets};

impl Host for Sockets<'_> {}

impl<T> HostWithStore<T> for HasSockets {
    async fn resolve_addresses(
        store: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<Vec<IpAddress>, ErrorCode>> {
        let Ok(common) = store.with(|mut access| access.get().common()) else {
            return Ok(Err(ErrorCode::AccessDenied));
        };
        let answer = match Question::new(common, name) {
            Ok(mut question) => poll_fn(|cx| question.poll(cx).map(|answer| answer.clone())).await,
            Err(unknown) => Err(unknown),
        };
        let given = |addresses: Vec<IpAddr>| addresses.into_iter().map(IpAddress::from).collect();
        Ok(answer.map(given).map_err(code))
    }
}

fn code(unknown: Unknown) -> ErrorCode {
    match unknown {
        Unknown::Denied => ErrorCode::AccessDenied,
        Unknown::NoName => ErrorCode::InvalidArgument,
        Unknown::Unresolvable => ErrorCode::NameUnresolvable,
        Unknown::TooMany => ErrorCode::TemporaryResolverFailure,
        Unknown::Failed => ErrorCode::Other(None),
    }
}
