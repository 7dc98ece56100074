//! One guest, on its own thread, from instantiation to its end.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use dayfly_core::{Cache, Ended, Ending, Limits, OutputStream, Refusal, Reporter, Start, Usage};
use dayfly_host_api::fs::preview1;
use dayfly_host_api::thread_cpu_time;
use tokio_util::sync::CancellationToken;
use wasmtime::{Store, Val};

use crate::cpu::Metered;
use crate::egress::Network;
use crate::ending::{self, Stopped};
use crate::executor::{Prepared, Shared};
use crate::files::{self, Places};
use crate::interrupt::{Bounds, Watch};
use crate::link;
use crate::memory::Memory;
use crate::observe;
use crate::streams::{self, Failure, Kept, Refused};

/// What a guest's store holds.
pub(crate) struct State {
    wasi: preview1::Context,
    memory: Memory,
    network: Network,
}

impl State {
    pub(crate) fn wasi(&mut self) -> &mut preview1::Context {
        &mut self.wasi
    }

    #[cfg(feature = "http")]
    pub(crate) fn network(&mut self) -> &mut Network {
        &mut self.network
    }
}

/// Runs a guest to its end. Called on the thread that is the guest's alone.
pub(crate) fn run(shared: &Shared, start: Start) -> Ended {
    let fault = |error: std::io::Error| Ended::before_start(Ending::Fault(error.to_string()));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time();
    // Readers and writers are woken by those who made them. Files to wait with are for this process's own streams, and
    // for a process that compiles, and connections for who may have some.
    if start.stdio.inherits() || shared.loader.waits_for_processes() || start.egress.is_open() {
        runtime.enable_io();
    }
    let runtime = match runtime.build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(error),
    };
    runtime.block_on(async {
        let prepared = match shared.prepare(&start).await {
            Ok(prepared) => prepared,
            Err(ending) => return Ended::before_start(ending),
        };
        run_prepared(shared, &prepared, start).await
    })
}

/// Runs a guest whose program is ready, on a thread that is the guest's.
pub(crate) async fn run_prepared(shared: &Shared, prepared: &Prepared, start: Start) -> Ended {
    match Guest::new(shared, prepared, start) {
        Ok(guest) => guest.run(shared, prepared).await,
        Err(ending) => Ended::before_start(ending),
    }
}

struct Guest {
    store: Store<State>,
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

impl Guest {
    fn new(shared: &Shared, prepared: &Prepared, start: Start) -> Result<Guest, Ending> {
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
        let arguments = std::iter::once(prepared.name.clone()).chain(start.arguments);
        let wasi = preview1::Context::new(files)
            .arguments(arguments)
            .environment(start.environment)
            .stdin(streams::input(start.stdio.stdin).map_err(stream)?)
            .stdout(stdout)
            .stderr(stderr);
        let memory = Memory::new(start.limits.memory.value, start.machine);
        let network = shared.networks.network(&start.egress, &start.limits, &start.files, start.observe);
        let mut store = Store::new(&shared.engine, State { wasi, memory, network });
        store.limiter(|state| &mut state.memory);
        if let Some(fuel) = start.limits.tank() {
            store.set_fuel(fuel).map_err(|error| Ending::Fault(error.to_string()))?;
        }
        let compiled: Option<Duration> = prepared.modules.iter().filter_map(|loaded| loaded.compiled).max();
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

    async fn run(mut self, shared: &Shared, prepared: &Prepared) -> Ended {
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
        let modules = prepared.modules.iter().map(|loaded| &loaded.module);
        let watch = match shared.interrupter.watch(&mut self.store, modules, &bounds) {
            Ok(watch) => watch,
            Err(error) => return Ended::before_start(Ending::Fault(error.to_string())),
        };
        let state = self.store.data_mut();
        state.wasi.behind(watch.gate());
        state.network.behind(watch.gate());
        // What sends its requests runs on this thread, and not within the guest.
        let before = state.network.is_open().then(thread_cpu_time);
        let call = call(&mut self.store, prepared, &mut instantiate);
        let called = until_stopped(call, Some(&watch), timeout, &self.cancel, &mut cpu).await;
        let wall = began.elapsed();
        if let Some(before) = before {
            let all = thread_cpu_time().saturating_sub(before);
            self.usage.host_cpu_ns = nanoseconds(all.saturating_sub(cpu));
        }
        let ending = match called {
            Err(stopped) => stopped.ending(&self.limits),
            // A guest that was interrupted has trapped for no reason of its own.
            Ok(called) => match watch.stopped() {
                Some(stopped) if called.is_err() => stopped.ending(&self.limits),
                _ => self.ending(called),
            },
        };
        drop(watch);
        // Whoever reads the streams gets all of it, unless the guest was to be gone by now.
        if !matches!(ending, Ending::TimedOut | Ending::Cancelled) {
            let mut flush = pin!(self.store.data_mut().wasi.flush());
            // Most streams have nothing to wait for.
            if poll_fn(|cx| Poll::Ready(flush.as_mut().poll(cx))).await.is_pending() {
                let _ = until_stopped(flush, None, timeout, &self.cancel, &mut Duration::default()).await;
            }
        }
        self.ended(ending, prepared, wall, cpu, instantiate)
    }

    fn ending(&self, called: Result<(), Failed>) -> Ending {
        let State { wasi, memory, network } = self.store.data();
        match called {
            Ok(()) => Ending::Exited(0),
            Err(Failed::Instantiate(failed)) => {
                ending::of_instantiation(&failed.error, memory, &self.limits, &failed.module)
            }
            Err(Failed::Call(error)) => {
                let met = files::limit_met(wasi.files(), &self.places, &self.limits);
                let met = met.or_else(|| network.limit_met());
                let met = met.or_else(|| self.full_outputs().next().map(|refusal| refusal.what));
                ending::of_call(&error, memory, &self.limits, met)
            }
        }
    }

    /// The outputs that took no more.
    fn full_outputs(&self) -> impl Iterator<Item = Refusal> {
        let names = self.outputs.iter().zip(["output", "error"]);
        names.filter_map(|(output, stream)| output.refusal(stream, &self.limits))
    }

    /// Everything that was refused to the guest, whether it went on or not.
    fn refusals(&self) -> Vec<Refusal> {
        let State { wasi, memory, network } = self.store.data();
        let memory = memory
            .refused(&self.limits)
            .map(|refused| Refusal { what: format!("the guest may not have {}", refused.what), ..refused });
        let files = self.places.refusals(wasi.files(), &self.limits);
        memory.into_iter().chain(files).chain(self.full_outputs()).chain(network.refusals()).collect()
    }

    fn ended(
        mut self,
        ending: Ending,
        prepared: &Prepared,
        wall: Duration,
        cpu: Duration,
        instantiate: Duration,
    ) -> Ended {
        let State { wasi, memory, network } = self.store.data();
        let (files, streamed) = (wasi.files().usage(), wasi.streamed());
        self.usage.cpu_ns = nanoseconds(cpu);
        self.usage.fuel =
            self.limits.tank().and_then(|tank| Some(tank.saturating_sub(self.store.get_fuel().ok()?)));
        self.usage.wall_ns = nanoseconds(wall);
        self.usage.instantiate_ns = nanoseconds(instantiate);
        self.usage.peak_memory_bytes = memory.peak();
        self.usage.file_operations = files.operations;
        self.usage.peak_disk_bytes = files.peak_bytes;
        self.usage.read_bytes = files.read_bytes + streamed.read_bytes;
        self.usage.written_bytes = files.written_bytes + streamed.written_bytes;
        network.account(&mut self.usage);
        let refusals = self.refusals();
        let mut warnings = prepared.graph.warnings.clone();
        warnings.extend(network.warnings());
        if prepared.entry.results > 0 {
            warnings.push(format!("the results of the entry point `{}` are ignored", prepared.entry.name));
        }
        let unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let observed = observe::observed(wasi, network);
        Ended { started: true, ending, usage: self.usage, refusals, warnings, observed, unkept }
    }
}

/// Where a guest failed.
enum Failed {
    Instantiate(link::Failed),
    Call(wasmtime::Error),
}

/// Instantiates a module, which runs its start section, and calls its entry point.
async fn call(
    store: &mut Store<State>,
    prepared: &Prepared,
    instantiate: &mut Duration,
) -> Result<(), Failed> {
    let began = Instant::now();
    let instance = link::instantiate(store, prepared).await;
    *instantiate = began.elapsed();
    let instance = instance.map_err(Failed::Instantiate)?;
    let entry = &prepared.entry;
    for (name, results) in
        entry.initialize.map(|name| (name, 0)).into_iter().chain([(entry.name.as_str(), entry.results)])
    {
        let function = instance.get_func(&mut *store, name);
        let function =
            function.ok_or_else(|| Failed::Call(wasmtime::Error::msg("the entry point is gone")))?;
        let mut ignored = vec![Val::I32(0); results];
        function.call_async(&mut *store, &[], &mut ignored).await.map_err(Failed::Call)?;
    }
    Ok(())
}

/// Polls a guest until it is done, or is stopped by being dropped. It is never long until it is asked whether to: a guest
/// that computes is interrupted, and one that waits lets others go on.
///
/// Nothing is registered to be woken by before the guest waits for the first time: many never do, and a timer costs more
/// than their instantiation.
async fn until_stopped<T>(
    guest: impl Future<Output = T>,
    watch: Option<&Watch>,
    timeout: Option<Duration>,
    cancel: &CancellationToken,
    cpu: &mut Duration,
) -> Result<T, Stopped> {
    let mut guest = Metered::new(guest);
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut cancelled = pin!(cancel.cancelled());
    let mut over = pin!(async {
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    });
    poll_fn(|cx| {
        if cancel.is_cancelled() {
            return Poll::Ready(Err(Stopped::Cancelled));
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Poll::Ready(Err(Stopped::TimedOut));
        }
        let mut poll = || guest.poll(cx, cpu).map(Ok);
        let polled = match watch {
            Some(watch) => watch.during(poll),
            None => poll(),
        };
        if polled.is_ready() {
            return polled;
        }
        if cancelled.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Stopped::Cancelled));
        }
        if let Some(Poll::Ready(stopped)) = watch.map(|watch| watch.poll_spent(cx)) {
            return Poll::Ready(Err(stopped));
        }
        over.as_mut().poll(cx).map(|()| Err(Stopped::TimedOut))
    })
    .await
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
