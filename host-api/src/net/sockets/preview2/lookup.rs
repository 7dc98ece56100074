//! Names, whose addresses a guest takes one by one.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{
    Host, HostResolveAddressStream, ResolveAddressStream,
};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress, Network};
use wasmtime_wasi::p2::{DynPollable, Pollable, SocketResult, subscribe};

use crate::net::sockets::lookup::{Question, Unknown};
use crate::net::sockets::{Sockets, entry, own};

/// The addresses of a name.
struct Addresses {
    question: Question,
    /// How many of them the guest has taken.
    taken: usize,
}

impl Host for Sockets<'_> {
    fn resolve_addresses(
        &mut self,
        network: Resource<Network>,
        name: String,
    ) -> SocketResult<Resource<ResolveAddressStream>> {
        self.shown(&network)?;
        let question = Question::new(self.common()?, name).map_err(code)?;
        let addresses = Addresses { question, taken: 0 };
        Ok(own(&self.table.push(addresses)?))
    }
}

impl HostResolveAddressStream for Sockets<'_> {
    fn resolve_next_address(
        &mut self,
        addresses: Resource<ResolveAddressStream>,
    ) -> SocketResult<Option<IpAddress>> {
        let Addresses { question, taken } = self.table.get_mut(&entry(&addresses))?;
        // Who waits for it asks again.
        let Poll::Ready(answer) = question.poll(&mut Context::from_waker(Waker::noop())) else {
            return Err(ErrorCode::WouldBlock.into());
        };
        let next = answer.as_ref().map_err(|unknown| code(*unknown))?.get(*taken).copied();
        *taken += 1;
        Ok(next.map(IpAddress::from))
    }

    fn subscribe(
        &mut self,
        addresses: Resource<ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe::<Addresses>(self.table, entry(&addresses))
    }

    fn drop(&mut self, addresses: Resource<ResolveAddressStream>) -> wasmtime::Result<()> {
        self.table.delete::<Addresses>(own(&addresses))?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Pollable for Addresses {
    async fn ready(&mut self) {
        poll_fn(|cx| self.question.poll(cx).map(drop)).await;
    }
}

fn code(unknown: Unknown) -> ErrorCode {
    match unknown {
        Unknown::Denied => ErrorCode::AccessDenied,
        Unknown::NoName => ErrorCode::InvalidArgument,
        Unknown::Unresolvable => ErrorCode::NameUnresolvable,
        Unknown::TooMany => ErrorCode::TemporaryResolverFailure,
        Unknown::Failed => ErrorCode::Unknown,
    }
}
