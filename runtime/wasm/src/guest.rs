//! One guest, on its own thread, from instantiation to its end.

#[cfg(feature = "components")]
mod component;
mod core;
mod end;
mod state;
mod wait;

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use dayfly_core::{Cache, Ended, Ending, Limits, OutputStream, Reporter, Start, Usage};
#[cfg(feature = "components")]
use dayfly_host_api::component::Context;
use dayfly_host_api::fs::preview1;
use dayfly_host_api::thread_cpu_time;
use tokio_util::sync::CancellationToken;
use wasmtime::Store;

use crate::engines::{Engines, Shared};
use crate::files::{self, Places};
use crate::gpu::Gpu;
use crate::interrupt::Bounds;
use crate::memory::Memory;
use crate::prepare::{Linked, Prepared};
use crate::streams::{self, Failure, Kept, Refused};
#[cfg(feature = "components")]
pub(crate) use component::{ComponentProgram, ComponentState};
#[cfg(feature = "components")]
pub(crate) use core::enter;
pub(crate) use core::{CoreProgram, CoreState};
#[cfg(feature = "components")]
pub(crate) use state::Called;
use state::Given;
#[cfg(feature = "components")]
pub(crate) use state::State;
#[cfg(not(feature = "components"))]
use state::State;
pub(crate) use state::Wasi;
use wait::until_stopped;

/// The most bytes that one call of a component may have the host copy out of its memory.
#[cfg(feature = "components")]
pub(crate) const HOSTCALL_BYTES: usize = 64 << 20;
/// The most tasks, and ends of streams and futures, that a component of WASI 0.3 may have at a time. A stream takes several.
#[cfg(feature = "wasi03")]
pub(crate) const MAX_CONCURRENT: usize = 100_000;

/// Runs a guest to its end, after `ready` had its program. Called on the thread that is the guest's alone.
pub(crate) fn run(engines: &Engines, start: Start, ready: impl FnOnce(&mut Prepared)) -> Ended {
    let fault = |error: std::io::Error| Ended::before_start(Ending::Fault(error.to_string()));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time();
    // Readers and writers are woken by those who made them. Files to wait with are for this process's own streams, and
    // for a process that compiles, and connections for who may have some.
    if start.stdio.inherits() || engines.wait_for_processes() || start.egress.is_open() {
        runtime.enable_io();
    }
    let runtime = match runtime.build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(error),
    };
    runtime.block_on(async {
        let (shared, mut prepared) = match engines.prepare(&start).await {
            Ok(prepared) => prepared,
            Err(ending) => return Ended::before_start(ending),
        };
        ready(&mut prepared);
        run_prepared(&shared, &prepared, start).await
    })
}

/// Runs a guest whose program is ready, on a thread that is the guest's.
pub(crate) async fn run_prepared(shared: &Shared, prepared: &Prepared, start: Start) -> Ended {
    match &prepared.linked {
        Linked::Core(program) => run_program::<preview1::Context>(shared, prepared, program, start).await,
        #[cfg(feature = "components")]
        Linked::Component(program) => run_program::<Context>(shared, prepared, program, start).await,
    }
}

async fn run_program<W: Wasi>(
    shared: &Shared,
    prepared: &Prepared,
    program: &W::Program,
    start: Start,
) -> Ended {
    match Guest::<W>::new(shared, prepared, start) {
        Ok(guest) => guest.run(shared, prepared, program).await,
        Err(ending) => Ended::before_start(ending),
    }
}

struct Guest<W: Wasi> {
    store: Store<State<W>>,
    places: Places,
    limits: Limits,
    cancel: CancellationToken,
    reporter: Reporter,
    usage: Usage,
    unkept: Failure,
    /// What standard output and standard error did not take.
    outputs: [Refused; 2],
    /// Dropped after the store, and with it after every file that the guest had open.
    _hold: Arc<dyn Any + Send + Sync>,
}

impl<W: Wasi> Guest<W> {
    fn new(shared: &Shared, prepared: &Prepared, start: Start) -> Result<Guest<W>, Ending> {
        let (files, places) =
            files::file_system(start.root, start.mounts, &start.limits, Some(&start.files), start.observe)?;
        let stream =
            |error: std::io::Error| Ending::Fault(format!("a standard stream can't be used: {error}"));
        let (limit, unkept) = (start.limits.output, Failure::default());
        let output = |live, file, kind| {
            let reporter = start.reporter.output(kind);
            streams::output(live, Kept::new(file, &unkept), reporter, limit).map_err(stream)
        };
        let (stdout, stdout_refused) = output(start.stdio.stdout, start.stdout, OutputStream::Stdout)?;
        let (stderr, stderr_refused) = output(start.stdio.stderr, start.stderr, OutputStream::Stderr)?;
        // Who can't use them leaves them to others.
        let gpu = if prepared.computes() { shared.gpus.give(&start.grants)? } else { Gpu::default() };
        let network = shared.networks.network(&start.egress, &start.limits, &start.files, start.observe);
        let arguments = std::iter::once(prepared.name.clone()).chain(start.arguments).collect();
        let stdin = streams::input(start.stdio.stdin).map_err(stream)?;
        let given = Given {
            arguments,
            environment: start.environment,
            files,
            stdin,
            stdout,
            stderr,
            #[cfg(feature = "components")]
            grants: start.grants,
        };
        let wasi = W::new(given, &network);
        let memory =
            Memory::new(start.limits.memory.value, start.machine).with_instances_of(prepared.instance_bytes);
        let mut store = Store::new(&shared.engine, State { wasi, memory, network, gpu });
        store.limiter(|state| &mut state.memory);
        #[cfg(feature = "components")]
        store.set_hostcall_fuel(HOSTCALL_BYTES);
        #[cfg(feature = "wasi03")]
        if let Some(table) = store.concurrent_resource_table() {
            table.set_max_capacity(MAX_CONCURRENT);
        }
        if let Some(fuel) = start.limits.tank() {
            store.set_fuel(fuel).map_err(|error| Ending::Fault(error.to_string()))?;
        }
        let compiled: Option<Duration> = prepared.code.iter().filter_map(|loaded| loaded.compiled).max();
        let compile_ns = compiled.map_or(0, nanoseconds);
        let cache = if compiled.is_some() { Cache::Miss } else { Cache::Hit };
        let usage = Usage { compile_ns, cache: Some(cache), ..Usage::default() };
        Ok(Guest {
            store,
            places,
            limits: start.limits,
            cancel: start.cancel,
            reporter: start.reporter,
            usage,
            unkept,
            outputs: [stdout_refused, stderr_refused],
            _hold: start.hold,
        })
    }

    async fn run(mut self, shared: &Shared, prepared: &Prepared, program: &W::Program) -> Ended {
        self.reporter.started();
        let began = Instant::now();
        let (mut cpu, mut instantiate) = (Duration::ZERO, Duration::ZERO);
        let timeout = self.limits.timeout.as_ref().map(|timeout| timeout.value);
        let bounds = Bounds {
            timeout,
            cancel: &self.cancel,
            cpu: self.limits.cpu.as_ref().map(|share| share.value),
            cpu_time: self.limits.cpu_time.as_ref().map(|time| time.value),
        };
        let code = prepared.code.iter().map(|loaded| &loaded.native);
        let watch = match shared.interrupter.watch(&mut self.store, code, &bounds) {
            Ok(watch) => watch,
            Err(error) => return Ended::before_start(Ending::Fault(error.to_string())),
        };
        let gate = watch.gate();
        W::behind(&mut self.store, &gate);
        if prepared.computes() {
            self.store.data_mut().gpu.behind(&gate);
        }
        let network = &mut self.store.data_mut().network;
        network.behind(gate.clone());
        // What sends its requests runs on this thread, and not within the guest.
        let before = network.is_open().then(thread_cpu_time);
        let call = W::call(&mut self.store, program, &mut instantiate);
        let called = until_stopped(call, Some(&watch), timeout, &self.cancel, &mut cpu).await;
        let wall = began.elapsed();
        if let Some(before) = before {
            let all = thread_cpu_time().saturating_sub(before);
            self.usage.host_cpu_ns = nanoseconds(all.saturating_sub(cpu));
        }
        let ending = match called {
            Err(stopped) => stopped.ending(&self.limits),
            // A guest that was interrupted has trapped for no reason of its own, and one whose streams were ends as if they
            // had failed.
            Ok(ref called) => match watch.stopped() {
                Some(stopped) if called.is_err() || gate.has_turned_away() => stopped.ending(&self.limits),
                _ => self.ending(called),
            },
        };
        let returned = called.ok().and_then(Result::ok).and_then(|called| called.returned);
        let returned = returned.filter(|_| matches!(ending, Ending::Exited(_)));
        drop(watch);
        let closing = self.store.data_mut().gpu.close();
        // Whoever reads the streams gets all of it, unless the guest was to be gone by now.
        if !matches!(ending, Ending::TimedOut | Ending::Cancelled) {
            let mut flush = pin!(self.store.data_mut().wasi.flush());
            // Most streams have nothing to wait for.
            if poll_fn(|cx| Poll::Ready(flush.as_mut().poll(cx))).await.is_pending() {
                let _ = until_stopped(flush, None, timeout, &self.cancel, &mut Duration::default()).await;
            }
        }
        let mut ended = self.ended(ending, prepared, wall, cpu, instantiate, returned);
        // What it has under way is counted, too, and the next one who asks finds its GPUs free: however it ended, for that
        // does not take long.
        closing.account(&mut ended.usage).await;
        ended
    }
}

pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
