//! The guest of one request: its store, from instantiation to its end.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::Request;
use bytes::Bytes;
use dayfly_core::{Ending, Refusal};
use dayfly_host_api::component::Context;
use dayfly_host_api::net::http;
use http_body::Body;
use wasmtime::{PoolConcurrencyLimitError, Store};

use super::cgi;
use super::exchange::{Exchange, Over};
use super::files::Scratch;
use super::prepare::{Answers, ComponentFunction, Ready};
use super::tail::Told;
use crate::egress::Network;
use crate::gpu::Gpu;
use crate::guest::{self, HOSTCALL_BYTES, State, Wasi};
use crate::memory::Memory;
use crate::{ending, files, grants};

/// A guest with all that is its own. When it is dropped, the exchange is told what it was and what it used.
pub(super) struct Guest<W: Wasi> {
    pub(super) store: Store<State<W>>,
    /// After the store, and so after every file that the guest had open.
    scratch: Scratch,
    ready: Arc<Ready>,
    exchange: Arc<Exchange>,
    ending: Option<Ending>,
    /// It returned without a word about the rest of its answer.
    half: bool,
    pub(super) instantiate: Duration,
}

/// Where a guest failed.
pub(super) enum Failed {
    /// Before it was called.
    Instantiate(String, wasmtime::Error),
    /// When it was called.
    Call(wasmtime::Error),
    /// What it said is no answer.
    Answer(String),
    /// It left its answer as it was.
    Half,
}

/// What answers a request, when it is polled.
pub(super) type Answering = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Has a fresh instance answer a request. What becomes of it is told to the exchange.
pub(super) fn answer<B>(ready: Arc<Ready>, request: Request<B>, exchange: Arc<Exchange>) -> Answering
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    // Each takes room for itself alone: it is moved there as it is begun.
    match &ready.answers {
        Answers::Component(program) => Box::pin(component(program.clone(), ready, request, exchange)),
        Answers::Core(program) => Box::pin(cgi::answer(program.clone(), ready, request, exchange)),
    }
}

/// The same, of a component.
async fn component<B>(
    program: Arc<ComponentFunction>,
    ready: Arc<Ready>,
    request: Request<B>,
    exchange: Arc<Exchange>,
) where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let ComponentFunction { handler, name } = &*program;
    let mut guest = match Guest::component(&ready, exchange.clone()) {
        Ok(guest) => guest,
        Err(ending) => return exchange.end(Over { ending: Some(ending), ..Over::default() }),
    };
    let (began, instantiate) = (Instant::now(), &mut guest.instantiate);
    let begin = {
        let exchange = exchange.clone();
        move |head| exchange.begin(head)
    };
    guest.store.data().network.trace(request.headers());
    let called = handler.call(&mut guest.store, request, || *instantiate = began.elapsed(), begin);
    let called = match called.await {
        Ok(http::Left::Done) => Ok(()),
        Ok(http::Left::Half) => Err(Failed::Half),
        Err(error) => Err(Failed::of(error, name)),
    };
    guest.over(called);
}

/// The context of a component.
fn context(
    ready: &Ready,
    scratch: &Scratch,
    network: &Network,
    exchange: &Arc<Exchange>,
) -> Result<Context, Ending> {
    let grants = ready.grants.try_clone();
    let grants =
        grants.map_err(|error| Ending::Fault(format!("a folder of a store can't be opened: {error}")))?;
    let builder = Context::over(scratch.later())
        .arguments(ready.arguments.clone())
        .environment(ready.environment.clone())
        .stdout(Box::new(told(ready, exchange, 0)))
        .stderr(Box::new(told(ready, exchange, 1)));
    let builder = grants::give(builder, grants);
    Ok(match network.client() {
        Some(client) => builder.network(client.clone()).build(),
        None => builder.no_network(network.none().clone()).build(),
    })
}

pub(super) fn network(ready: &Ready) -> Network {
    let networks = &ready.served.shared.networks;
    networks.network(&ready.egress, &ready.limits, &ready.handles, false)
}

pub(super) fn told(ready: &Ready, exchange: &Arc<Exchange>, stream: usize) -> Told {
    Told { exchange: exchange.clone(), stream, most: ready.limits.output }
}

impl Failed {
    /// The same of a component with this name.
    pub(super) fn of(failed: http::Failed, name: &str) -> Failed {
        match failed {
            http::Failed::Instantiate(error) => Failed::Instantiate(name.to_owned(), error),
            http::Failed::Call(error) => Failed::Call(error),
        }
    }
}

impl Guest<Context> {
    /// The store of a component.
    ///
    /// # Errors
    /// How the guest ends: what it was granted can't be opened.
    pub(super) fn component(ready: &Arc<Ready>, exchange: Arc<Exchange>) -> Result<Self, Ending> {
        let scratch = ready.files.scratch();
        let network = network(ready);
        let context = context(ready, &scratch, &network, &exchange)?;
        Ok(Guest::new(ready, exchange, scratch, context, network))
    }
}

impl<W: Wasi> Guest<W> {
    /// A store with limits and an account.
    pub(super) fn new(
        ready: &Arc<Ready>,
        exchange: Arc<Exchange>,
        scratch: Scratch,
        wasi: W,
        network: Network,
    ) -> Guest<W> {
        let memory = Memory::new(ready.limits.memory.value, ready.machine.clone());
        let memory = memory.with_instances_of(ready.instance_bytes);
        let mut store =
            Store::new(&ready.served.shared.engine, State { wasi, memory, network, gpu: Gpu::default() });
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(HOSTCALL_BYTES);
        #[cfg(feature = "wasi03")]
        if let Some(table) = store.concurrent_resource_table() {
            table.set_max_capacity(guest::MAX_CONCURRENT);
        }
        store.set_epoch_deadline(1);
        let told = exchange.clone();
        store.epoch_deadline_callback(move |_| Ok(told.pace.yields()));
        let ready = ready.clone();
        Guest { store, scratch, ready, exchange, ending: None, half: false, instantiate: Duration::ZERO }
    }

    /// The guest has come to its end.
    pub(super) fn over(mut self, called: Result<(), Failed>) {
        let limits = &self.ready.limits;
        let State { wasi, memory, network, .. } = self.store.data();
        self.half = matches!(called, Err(Failed::Half));
        self.ending = Some(match called {
            Ok(()) | Err(Failed::Half) => Ending::Exited(0),
            Err(Failed::Instantiate(_, error)) if error.is::<PoolConcurrencyLimitError>() => {
                Ending::Limited(format!("the pool has no room: {error}"))
            }
            Err(Failed::Instantiate(module, error)) => {
                ending::of_instantiation(&error, memory, limits, &module)
            }
            Err(Failed::Answer(why)) => {
                self.exchange.begin(Err(http::Wrong(why)));
                Ending::Exited(0)
            }
            Err(Failed::Call(error)) => {
                let places = &self.ready.files.places;
                let met = wasi.if_files(|files| files::limit_met(files, places, limits)).flatten();
                let met = met.or_else(|| network.limit_met());
                let met = met
                    .or_else(|| full_outputs(&self.ready, &self.exchange).next().map(|refusal| refusal.what));
                ending::of_call(&error, memory, limits, met)
            }
        });
    }
}

/// What a guest used until now, and what was refused to it.
pub(super) fn account<W: Wasi>(state: &State<W>, ready: &Ready, exchange: &Exchange) -> Over {
    let State { wasi, memory, network, .. } = state;
    let (mut over, streamed) = (Over::default(), wasi.streamed());
    let usage = &mut over.usage;
    usage.peak_memory_bytes = memory.peak();
    usage.read_bytes = streamed.read_bytes;
    usage.written_bytes = streamed.written_bytes;
    if let Some(files) = wasi.if_files(|files| files.usage()) {
        usage.file_operations = files.operations;
        usage.peak_disk_bytes = files.peak_bytes;
        usage.read_bytes += files.read_bytes;
        usage.written_bytes += files.written_bytes;
    }
    network.account(usage);
    over.warnings = network.warnings();
    over.warnings.extend(wasi.failures());
    over.refusals = refusals(state, ready, exchange);
    over
}

/// The outputs that took no more.
fn full_outputs(ready: &Ready, exchange: &Exchange) -> impl Iterator<Item = Refusal> {
    let names = ["output", "error"].into_iter().enumerate();
    names.filter_map(|(stream, name)| exchange.tail(stream).refusal(name, &ready.limits))
}

/// Everything that was refused to a guest.
fn refusals<W: Wasi>(state: &State<W>, ready: &Ready, exchange: &Exchange) -> Vec<Refusal> {
    let State { wasi, memory, network, .. } = state;
    let limits = &ready.limits;
    let memory = memory
        .refused(limits)
        .map(|refused| Refusal { what: format!("the guest may not have {}", refused.what), ..refused });
    let files = wasi.if_files(|files| ready.files.places.refusals(files, limits));
    let files = files.into_iter().flatten();
    let others = full_outputs(ready, exchange).chain(network.refusals()).chain(wasi.refusals());
    memory.into_iter().chain(files).chain(others).collect()
}

impl<W: Wasi> Drop for Guest<W> {
    fn drop(&mut self) {
        let state = self.store.data();
        let mut over = account(state, &self.ready, &self.exchange);
        self.scratch.made |= state.wasi.if_files(|_| ()).is_some();
        (over.ending, over.half) = (self.ending.take(), self.half);
        over.usage.instantiate_ns = guest::nanoseconds(self.instantiate);
        self.exchange.end(over);
    }
}
