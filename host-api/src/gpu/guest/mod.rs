//! One guest and its GPUs: what it opened and made, by handle.

mod commands;
mod data;
mod resources;
mod scopes;
mod thing;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
#[cfg(feature = "wasi03")]
use wasmtime::component::ResourceTable;

use super::adapters::{Adapter, Reservation};
use super::device::{Device, Opening};
use super::handles::Table;
use super::meter::{Meter, Taken};
use super::usage::{Counters, no_memory};
use super::{Errno, Error, Quotas, Usage, features};
use crate::{Closed, Gate};
pub(super) use resources::{Bound, Slot};
use thing::Thing;

/// What an open device takes besides what is made on it, in bytes, as a driver for the processor was measured to.
const DEVICE: u64 = 4 << 20;
/// How long the end of a guest waits for what it has under way.
const GRACE: Duration = Duration::from_secs(2);

/// A guest and its GPUs.
pub struct Context {
    granted: Option<Arc<Reservation>>,
    quotas: Quotas,
    counters: Arc<Counters>,
    /// The memory that it may have of each of its GPUs.
    memories: Vec<Arc<Meter>>,
    things: Table<Thing>,
    /// The same for components.
    #[cfg(feature = "wasi03")]
    pub(super) table: ResourceTable,
    /// Those of its devices, of which one may still be opened when it is stopped.
    threads: Vec<Thread>,
    /// The device that the call is about which is being made.
    about: Option<Arc<Device>>,
    error: String,
    gate: Arc<Gate>,
}

/// A guest and its GPUs. Behind a name of its own, so that the compiler looks no further into what holds it: what it is
/// made of is nested more deeply than it goes.
pub trait Guest: fmt::Debug + Send {
    /// What its functions work on.
    fn context(&self) -> &Context;
    /// The same, to be changed.
    fn context_mut(&mut self) -> &mut Context;
}

impl Guest for Context {
    fn context(&self) -> &Context {
        self
    }

    fn context_mut(&mut self) -> &mut Context {
        self
    }
}

/// The thread of a device, as its guest knows it.
#[derive(Clone, Debug)]
struct Thread {
    /// Its other end is gone when the thread is through.
    over: watch::Receiver<()>,
    /// Gone when the device is closed.
    device: Weak<()>,
}

/// Something that was refused to a guest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What it wanted, and why it may not have it.
    pub what: String,
    /// How often.
    pub count: u64,
}

impl Context {
    /// A guest with the GPUs that were reserved for it.
    pub fn new(granted: Reservation) -> Context {
        let quotas = granted.gpus().quotas().clone();
        let adapters = (0..granted.len()).filter_map(|index| granted.adapter(index));
        let memories = adapters.map(|adapter| adapter.quota(&quotas)).collect();
        Context::with(Some(Arc::new(granted)), quotas, memories)
    }

    /// A guest that has none.
    pub fn none() -> Context {
        Context::with(None, Quotas::default(), Vec::new())
    }

    fn with(granted: Option<Arc<Reservation>>, quotas: Quotas, memories: Vec<u64>) -> Context {
        let all = memories.iter().copied().fold(0, u64::saturating_add);
        let counters = Arc::new(Counters::new(all, &quotas));
        Context {
            granted,
            memories: memories.into_iter().map(|memory| Meter::of(&counters.memory, memory)).collect(),
            counters,
            things: Table::new(quotas.handles),
            #[cfg(feature = "wasi03")]
            table: table(&quotas),
            quotas,
            threads: Vec::new(),
            about: None,
            error: String::new(),
            gate: Arc::default(),
        }
    }

    /// Every call passes this gate first.
    pub fn behind(&mut self, gate: Arc<Gate>) {
        self.gate = gate;
    }

    pub(super) fn enter(&mut self) -> Result<&mut Context, Closed> {
        self.about = None;
        self.gate.pass().map(|()| self)
    }

    /// Whether it has any GPU.
    pub fn has_any(&self) -> bool {
        self.count() > 0
    }

    /// What was used so far.
    pub fn usage(&self) -> Usage {
        self.counters.usage()
    }

    /// What was refused.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.counters.refusals()
    }

    /// Closes everything, and waits for what is under way; not for long.
    pub async fn end(&mut self) {
        self.close_all().wait().await;
    }

    /// Closes everything. What calls of the guest still have under way goes with its store.
    pub fn close_all(&mut self) -> Closing {
        self.about = None;
        self.things.clear();
        #[cfg(feature = "wasi03")]
        {
            self.table = table(&self.quotas);
        }
        Closing { threads: std::mem::take(&mut self.threads), counters: self.counters.clone() }
    }

    /// Notes a failure, for who asks for its text, and for the scopes of its device.
    pub(super) fn failed(&mut self, error: &Error) -> Errno {
        if let Some(about) = self.about.take() {
            about.catch(error);
        }
        self.error.clone_from(&error.text);
        error.errno
    }

    /// The text of the last failure.
    pub(super) fn last_error(&self) -> &str {
        &self.error
    }

    /// How many GPUs are granted.
    pub(super) fn count(&self) -> usize {
        self.granted.as_ref().map_or(0, |granted| granted.len())
    }

    pub(super) fn adapter(&self, index: u32) -> Result<&Adapter, Error> {
        let Some(granted) = &self.granted else {
            let text =
                "no GPU is granted to the guest: `Resources.GPU` of the task, or --gpu, would grant one";
            return Err(Error::new(Errno::NotPermitted, text));
        };
        let adapter = usize::try_from(index).ok().and_then(|index| granted.adapter(index));
        adapter
            .ok_or_else(|| Error::invalid(format!("there is no GPU {index}: {} are granted", granted.len())))
    }

    /// The memory that a guest may have of a GPU, in bytes.
    pub(super) fn memory(&self, adapter: &Adapter) -> u64 {
        adapter.quota(&self.quotas)
    }

    /// Room for a text that it keeps.
    ///
    /// # Errors
    /// There is none.
    #[cfg(feature = "wasi03")]
    pub(super) fn text(&self, bytes: usize) -> Result<Taken, Error> {
        self.counters.text(bytes)
    }

    /// How much memory it has of a GPU, in bytes.
    #[cfg(feature = "wasi03")]
    pub(super) fn memory_used(&self, index: u32) -> u64 {
        self.memories.get(index as usize).map_or(0, |memory| memory.used())
    }

    /// Opens a device with these features, and these limits by their numbers.
    pub(super) async fn open(
        &mut self,
        index: u32,
        wanted: u64,
        raised: &[(u32, u64)],
    ) -> Result<i32, Error> {
        let adapter = self.adapter(index)?;
        let features = wanted_features(adapter, wanted)?;
        let limits = wanted_limits(adapter, features, raised)?;
        self.things.room()?;
        let device = self.open_with(index, features, limits)?.await?;
        self.things.add(Thing::Device(Arc::new(device)))
    }

    /// Opens a device that is no handle's.
    ///
    /// # Errors
    /// Why it can't be; the future fails for the same reasons.
    pub(super) fn open_with(
        &mut self,
        index: u32,
        features: wgpu::Features,
        limits: wgpu::Limits,
    ) -> Result<impl Future<Output = Result<Device, Error>> + use<>, Error> {
        let adapter = self.adapter(index)?.clone();
        let memory = usize::try_from(index).ok().and_then(|index| self.memories.get(index)).cloned();
        let memory = memory.ok_or_else(|| Error::internal("the GPU has no memory"))?;
        let hold = self.granted.clone().ok_or_else(|| Error::internal("the GPU is nobody's"))?;
        let (counters, quotas) = (self.counters.clone(), self.quotas.clone());
        self.threads.retain(|thread| thread.over.has_changed().is_ok());
        let most = self.quotas.devices;
        if self.threads.len() as u64 >= most.saturating_mul(2) {
            let what = format!("more than {most} open devices, and as many that are being opened or closed");
            return Err(self.counters.refused("devices", Errno::Quota, &what));
        }
        let is_closing = |thread: &&Thread| thread.device.strong_count() == 0;
        let before: Vec<Thread> = self.threads.iter().filter(is_closing).cloned().collect();
        let ((over, is_over), alive) = (watch::channel(()), Arc::new(()));
        self.threads.push(Thread { over: is_over, device: Arc::downgrade(&alive) });
        Ok(async move {
            let one = one_more(&counters, before).await?;
            let taken = memory.take(DEVICE).ok_or_else(|| no_memory(&counters, &memory, DEVICE))?;
            let taken = vec![one, taken];
            let opening = Opening { features, limits, counters, quotas, memory, taken, hold, alive, over };
            Device::open(&adapter, opening).await
        })
    }

    /// Closes a handle; that of a device closes all that is its.
    pub(super) fn close(&mut self, handle: i32) -> Result<(), Error> {
        let closed = self.things.remove(handle).ok_or_else(|| bad_handle(handle, "anything"))?;
        match closed {
            Thing::Device(device) => {
                self.things.remove_all(|thing| Arc::ptr_eq(thing.device(), &device));
            }
            Thing::Encoder(encoder) => {
                encoder.pass.and_then(|pass| self.things.remove(pass));
            }
            Thing::Pass { encoder, .. } => {
                if let Some(Thing::Encoder(encoder)) = self.things.get_mut(encoder) {
                    encoder.end();
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An open device.
    pub(super) fn device(&mut self, handle: i32) -> Result<Arc<Device>, Error> {
        match self.things.get(handle) {
            Some(Thing::Device(device)) => {
                self.about = Some(device.clone());
                Ok(device.clone())
            }
            _ => Err(bad_handle(handle, "a device")),
        }
    }
}

/// A table for what a component holds: of a thing that takes a handle by itself there may be several views.
#[cfg(feature = "wasi03")]
fn table(quotas: &Quotas) -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(quotas.handles.saturating_mul(4));
    table
}

/// One more device. Those that were being closed are waited for where need be; not for long.
async fn one_more(counters: &Counters, threads: Vec<Thread>) -> Result<Taken, Error> {
    if let Some(one) = counters.devices.take(1) {
        return Ok(one);
    }
    let until = Instant::now() + GRACE;
    for thread in threads {
        let _ = tokio::time::timeout_at(until, thread.through()).await;
    }
    counters.devices.take(1).ok_or_else(|| {
        let most = counters.devices.limit();
        counters.refused("devices", Errno::Quota, &format!("more than {most} open devices"))
    })
}

/// What a guest that has ended still has under way.
#[derive(Debug)]
pub struct Closing {
    threads: Vec<Thread>,
    counters: Arc<Counters>,
}

impl Closing {
    /// Waits for it; not for long. Gives what the guest used in all.
    pub async fn wait(self) -> Usage {
        let until = Instant::now() + GRACE;
        for thread in self.threads {
            // A thread that is still busy holds what it uses until it is through.
            let _ = tokio::time::timeout_at(until, thread.through()).await;
        }
        self.counters.usage()
    }
}

impl Thread {
    /// Waits until it is through.
    async fn through(mut self) {
        while self.over.changed().await.is_ok() {}
    }
}

/// What a device is to be able to do.
fn wanted_features(adapter: &Adapter, bits: u64) -> Result<wgpu::Features, Error> {
    let features = features::of_bits(bits);
    let features = features
        .ok_or_else(|| Error::invalid(format!("no feature has a bit of {bits:#x} that is unknown")))?;
    let missing = features - adapter.driver().features();
    if missing.is_empty() {
        return Ok(features);
    }
    let names = features::names(missing).join(", ");
    Err(Error::new(Errno::NotSupported, format!("`{}` does not have {names}", adapter.info.name)))
}

/// The most bytes of immediates that a device has.
pub(super) const MAX_IMMEDIATES: u32 = 128;

/// The limits of a device: WebGPU's own, or what the adapter has of them, and what is asked for beyond.
pub(super) fn wanted_limits(
    adapter: &Adapter,
    features: wgpu::Features,
    raised: &[(u32, u64)],
) -> Result<wgpu::Limits, Error> {
    let most = adapter.driver().limits();
    let most = wgpu::Limits { max_immediate_size: most.max_immediate_size.min(MAX_IMMEDIATES), ..most };
    let mut limits = wgpu::Limits::defaults().or_worse_values_from(&most);
    if features.contains(wgpu::Features::IMMEDIATES) {
        limits.max_immediate_size = most.max_immediate_size;
    }
    let (there, promised) = (features::limits(&most), features::limits(&limits));
    for &(number, value) in raised {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let (Some(&there), Some(&promised), Some(name)) =
            (there.get(number), promised.get(number), features::LIMIT_NAMES.get(number))
        else {
            return Err(Error::invalid(format!("there is no limit {number}")));
        };
        let fits = match features::is_alignment(number) {
            true => value >= there && value.is_power_of_two(),
            false => value <= there,
        };
        // What is worse than WebGPU promises is what it promises.
        let better = if features::is_alignment(number) { value.min(promised) } else { value.max(promised) };
        if !fits || !features::set_limit(&mut limits, number, better) {
            let text = format!("`{name}` can't be {value}: `{}` has {there}", adapter.info.name);
            return Err(Error::new(Errno::NotSupported, text));
        }
    }
    Ok(limits)
}

fn bad_handle(handle: i32, what: &str) -> Error {
    Error::new(Errno::BadHandle, format!("{handle} is not a handle of {what}"))
}

impl Drop for Context {
    fn drop(&mut self) {
        self.about = None;
        self.things.clear();
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("granted", &self.granted).finish_non_exhaustive()
    }
}
