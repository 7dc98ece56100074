//! An open device, as its guest's thread sees it: it sends jobs to the device's own thread, and waits for answers.

mod bounding;
mod buffer;
mod command;
mod compiled;
mod data;
mod flight;
mod group;
mod make;
mod pipelines;
mod queries;
mod quota;
mod readback;
mod record;
mod resource;
mod scopes;
mod shared;
mod transfer;

mod worker;

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::adapters::{Adapter, Gpus, Reservation};
use super::compile;
use super::meter::{Meter, Taken};
use super::usage::Counters;
use super::{Errno, Error, Quotas, quiet};
use crate::thread_cpu_time;
pub(super) use bounding::narrowed;
pub(super) use buffer::Buffer;
use buffer::Data;
#[cfg(feature = "components")]
pub(super) use buffer::Hold;
#[cfg(feature = "components")]
pub(super) use compiled::Messages;
use compiled::Target;
pub(super) use data::Reading;
pub(super) use group::Group;
pub(super) use make::{Bindings, Bound, Layout, QuerySet, Slot};
pub(super) use pipelines::{Pipeline, PipelineLayout, Shader};
pub(super) use queries::Queries;
pub(super) use record::Recording;
pub(super) use resource::Resource;
pub(super) use scopes::Filter;
use scopes::Scope;
pub(super) use shared::{Shared, total_time};
pub(super) use transfer::Mapped;
pub(super) use worker::scoped;
use worker::{Job, Worker};

/// How long a driver may take to answer anything while no submission is under way.
const PATIENCE: Duration = Duration::from_secs(30);
/// Why a device is lost that its guest destroyed.
#[cfg(feature = "components")]
const DESTROYED: &str = "it was destroyed";
/// How long compiling may take.
const COMPILING: Duration = Duration::from_secs(120);

/// An open device.
#[derive(Debug)]
pub(super) struct Device {
    jobs: Sender<Job>,
    pub(super) shared: Arc<Shared>,
    /// For what compiles, on other threads.
    device: Arc<Resource<wgpu::Device>>,
    /// The memory that its guest may have of its GPU.
    pub(super) memory: Arc<Meter>,
    /// What it can do, of what its guest asked for.
    pub(super) features: wgpu::Features,
    pub(super) limits: wgpu::Limits,
    /// What its shaders are compiled for.
    target: Target,
    /// What a tick of its timestamps takes, in nanoseconds; 0 where it has none.
    pub(super) tick: f32,
    /// The scopes that its guest has open for errors.
    scopes: Mutex<Vec<Scope>>,
    quotas: Quotas,
    /// Whose compilers it uses.
    gpus: Gpus,
    _alive: Arc<()>,
}

/// What a device is opened with.
pub(super) struct Opening {
    pub(super) features: wgpu::Features,
    pub(super) limits: wgpu::Limits,
    pub(super) counters: Arc<Counters>,
    pub(super) quotas: Quotas,
    /// The memory that its guest may have of its GPU.
    pub(super) memory: Arc<Meter>,
    /// What it takes itself.
    pub(super) taken: Vec<Taken>,
    /// Kept until the device is gone.
    pub(super) hold: Arc<Reservation>,
    /// Goes when the device is closed.
    pub(super) alive: Arc<()>,
    /// Goes when the device's thread is through, whether or not anybody waited for the device.
    pub(super) over: watch::Sender<()>,
}

impl Device {
    /// Opens a device, on a thread that is its own until it is gone.
    ///
    /// # Errors
    /// The driver opens none like this.
    pub(super) async fn open(adapter: &Adapter, mut opening: Opening) -> Result<Device, Error> {
        let (features, limits) = (opening.features, opening.limits.clone());
        let memory = opening.memory.clone();
        let shared = Arc::new(Shared::new(opening.counters.clone(), &opening.quotas));
        let (jobs, to_do) = mpsc::channel::<Job>();
        let (opened, comes) = oneshot::channel();
        let over = std::mem::replace(&mut opening.over, watch::Sender::new(()));
        let (quotas, gpus) = (opening.quotas.clone(), opening.hold.gpus().clone());
        let alive = opening.alive.clone();
        let adapter = adapter.driver().clone();
        let downlevel = adapter.get_downlevel_capabilities().flags;
        let capabilities = wgpu_naga_bridge::features_to_naga_capabilities(features, downlevel);
        let (own, own_jobs) = (shared.clone(), jobs.clone());
        // Shaders are dropped there, which goes as deep as they are nested.
        let stack = compile::stack(quotas.shader_bytes);
        quiet::hush();
        let thread = std::thread::Builder::new().name(quiet::THREADS.to_owned()).stack_size(stack);
        let thread = thread.spawn(move || {
            // Goes when the thread is through, whatever becomes of it, and after all else that it has: who waits for
            // that may end the process, and no driver is to be in the middle of something then.
            let _over: watch::Sender<()> = over;
            let (adapter, to_do) = (adapter, to_do);
            match Worker::open(&adapter, opening, own) {
                Ok(worker) => {
                    let device = Resource::new(worker.device.clone(), None, own_jobs);
                    // Who asked may be gone: then nobody sends anything, and the device is closed at once.
                    let _ = opened.send(Ok((device, worker.tick(), worker.watch.clone())));
                    worker.run(&to_do);
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            }
        });
        thread.map_err(|error| {
            Error::new(Errno::NoMemory, format!("there is no thread for the device: {error}"))
        })?;
        // Who stops waiting has nobody else who could end what opens it.
        let unopened = Unopened(&shared);
        let (device, tick, watch) = shared.answered(comes).await??;
        std::mem::forget(unopened);
        let target = Target { capabilities, limits: limits.clone(), watch };
        let (device, scopes) = (Arc::new(device), Mutex::default());
        Ok(Device {
            jobs,
            shared,
            device,
            memory,
            features,
            limits,
            target,
            tick,
            scopes,
            quotas,
            gpus,
            _alive: alive,
        })
    }

    /// Whether a buffer is of this device.
    ///
    /// # Errors
    /// It is of another one.
    #[cfg(feature = "components")]
    pub(super) fn has(self: &Arc<Device>, buffer: &Buffer) -> Result<(), Error> {
        same(self, &buffer.device)
    }

    /// Loses it, at its guest's wish.
    #[cfg(feature = "components")]
    pub(super) fn destroy(&self) {
        self.shared.lose(DESTROYED);
    }

    /// Has the device's thread do something, and waits for what that gives.
    ///
    /// # Errors
    /// What it gives, or that the device is lost.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.shared.check()?;
        let (answer, comes) = oneshot::channel();
        self.send(move |worker| {
            let _ = answer.send(job(worker));
        });
        self.shared.answered(comes).await?.map_err(|error| self.lost_or(error))
    }

    /// Why something failed: where the device is lost, nothing else is why.
    fn lost_or(&self, error: Error) -> Error {
        self.shared.check().err().unwrap_or(error)
    }

    /// Has all be on its way that was written; gives the number of the last submission.
    ///
    /// # Errors
    /// The device is lost.
    pub(super) async fn flush(&self) -> Result<u64, Error> {
        let shared = self.shared.clone();
        let last = self.call(move |worker| {
            worker.flush();
            Ok(shared.last())
        });
        let last = last.await?;
        self.shared.set_behind(false);
        Ok(last)
    }

    /// Has the device's thread do something.
    pub(super) fn send(&self, job: impl FnOnce(&mut Worker) + Send + 'static) {
        // A thread that is gone has nothing that it could do it with.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Begins to write to a buffer. What this gives is where to; it is dropped by the device's thread.
    ///
    /// # Errors
    /// Why that can't be.
    async fn start_write(
        &self,
        buffer: Arc<Resource<Data>>,
        offset: u64,
        length: wgpu::BufferSize,
    ) -> Result<Resource<wgpu::QueueWriteBufferView>, Error> {
        let jobs = self.jobs.clone();
        let view = self.call(move |worker| {
            let view = worker.write(&buffer, offset, length)?;
            Ok(Resource::new(view, None, jobs))
        });
        view.await
    }

    /// Makes something small, and keeps it.
    ///
    /// # Errors
    /// Why the device does not make it.
    async fn make<T: Send + 'static>(
        &self,
        taken: Vec<Taken>,
        make: impl FnOnce(&wgpu::Device) -> T + Send + 'static,
    ) -> Result<Arc<Resource<T>>, Error> {
        let jobs = self.jobs.clone();
        let made = self.call(move |worker| {
            let made = scoped(&worker.device, || make(&worker.device))?;
            Ok(Resource::with(made, taken, jobs))
        });
        made.await.map(Arc::new)
    }

    /// Compiles something of a text of so many bytes, and keeps it.
    ///
    /// # Errors
    /// It can't be compiled, or the device is lost.
    async fn compile<T: Send + 'static>(
        &self,
        bytes: usize,
        taken: Vec<Taken>,
        make: impl FnOnce(&wgpu::Device) -> Result<T, Error> + Send + 'static,
    ) -> Result<Arc<Resource<T>>, Error> {
        self.shared.check()?;
        let (device, jobs) = (self.device.clone(), self.jobs.clone());
        let counters = self.shared.counters.clone();
        let compiled = self.gpus.compilers().compile(&self.shared, COMPILING, bytes, move || {
            let began = Instant::now();
            let made = make(&device);
            counters.compiled(began.elapsed());
            // The thread did nothing before.
            counters.computed(thread_cpu_time());
            Ok(Resource::with(made?, taken, jobs))
        });
        compiled.await.map(Arc::new).map_err(|error| self.lost_or(error))
    }

    /// Starts to read from a buffer. What comes has to be [put back](Device::put_back).
    ///
    /// # Errors
    /// Why that can't be.
    async fn start_read(
        &self,
        buffer: Arc<Resource<Data>>,
        offset: u64,
        length: u64,
        taken: Taken,
    ) -> Result<oneshot::Receiver<Result<Resource<Mapped>, Error>>, Error> {
        let (answer, comes) = oneshot::channel();
        let jobs = self.jobs.clone();
        // Waited for, so that no guest has more than one thing to do lie there.
        self.call(move |worker| worker.read(buffer, offset, length, taken, answer, jobs)).await?;
        Ok(comes)
    }

    /// Gives back what was read through.
    pub(super) fn put_back(&self, mapped: Resource<Mapped>) {
        if let Some((mapped, taken)) = mapped.take() {
            self.send(move |worker| worker.put_back(mapped, taken));
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // Whatever it still does is of no use to anybody, where it can be stopped.
        if self.shared.can_end() {
            self.shared.lose("it is closed");
        }
        self.send(Worker::close);
    }
}

/// A device that is being opened, and is lost where nobody waits for it any more.
struct Unopened<'a>(&'a Shared);

impl Drop for Unopened<'_> {
    fn drop(&mut self) {
        self.0.lose("nobody waits for it to be opened");
    }
}

/// What a device fails with that its guest destroyed. What a driver says of others begins in another way.
#[cfg(feature = "components")]
pub(super) fn destroyed() -> Error {
    shared::lost(DESTROYED)
}

/// Whether something is of the device that it is used with.
fn same(device: &Arc<Device>, other: &Arc<Device>) -> Result<(), Error> {
    match Arc::ptr_eq(device, other) {
        true => Ok(()),
        false => Err(Error::validation("it is of another device")),
    }
}
