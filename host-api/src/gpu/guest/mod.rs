//! One guest and its GPUs: what it opened and made, by handle.

mod commands;
mod data;
mod pipelines;
mod resources;
mod scopes;
mod thing;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::adapters::{Adapter, Reservation};
use super::device::{Device, Opening};
use super::handles::Table;
use super::meter::{Meter, Taken};
use super::usage::Counters;
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
    /// What says that the thread of a device is through that was closed.
    closing: Vec<oneshot::Receiver<()>>,
    /// The same of a device that is being opened: a guest may be stopped meanwhile.
    opening: Option<oneshot::Receiver<()>>,
    /// The device that the call is about which is being made.
    about: Option<Arc<Device>>,
    error: String,
    gate: Arc<Gate>,
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
            quotas,
            closing: Vec::new(),
            opening: None,
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
        self.about = None;
        let devices = self.things.values().filter_map(|thing| match thing {
            Thing::Device(device) => device.over(),
            _ => None,
        });
        self.closing.extend(devices.chain(self.opening.take()));
        self.things.clear();
        self.closed().await;
    }

    /// Waits for the devices that are being closed; not for long.
    async fn closed(&mut self) {
        let until = Instant::now() + GRACE;
        for thread in self.closing.drain(..) {
            // A thread that is still busy holds what it uses until it is through.
            let _ = tokio::time::timeout_at(until, thread).await;
        }
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

    /// Opens a device with these features, and these limits by their numbers.
    pub(super) async fn open(
        &mut self,
        index: u32,
        wanted: u64,
        raised: &[(u32, u64)],
    ) -> Result<i32, Error> {
        let adapter = self.adapter(index)?.clone();
        let features = wanted_features(&adapter, wanted)?;
        let limits = wanted_limits(&adapter, features, raised)?;
        self.things.room()?;
        let mut one = self.counters.devices.take(1);
        if one.is_none() {
            self.closed().await;
            one = self.counters.devices.take(1);
        }
        let most = self.quotas.devices;
        let one = one
            .ok_or_else(|| self.refuse("devices", Errno::Quota, &format!("more than {most} open devices")))?;
        let memory = usize::try_from(index).ok().and_then(|index| self.memories.get(index)).cloned();
        let memory = memory.ok_or_else(|| Error::internal("the GPU has no memory"))?;
        let taken = memory.take(DEVICE).ok_or_else(|| self.no_memory(&memory, DEVICE))?;
        let Some(granted) = self.granted.clone() else {
            return Err(Error::internal("the GPU is nobody's"));
        };
        let opening = Opening {
            features,
            limits,
            counters: self.counters.clone(),
            quotas: self.quotas.clone(),
            memory,
            taken: vec![one, taken],
            hold: granted,
        };
        let (over, is_over) = oneshot::channel();
        self.opening = Some(is_over);
        let opened = Device::open(&adapter, opening, over).await;
        let is_over = self.opening.take();
        match opened {
            Ok(device) => {
                device.keep_over(is_over);
                self.things.add(Thing::Device(Arc::new(device)))
            }
            Err(error) => {
                self.closing.extend(is_over);
                Err(error)
            }
        }
    }

    /// Closes a handle; that of a device closes all that is its.
    pub(super) fn close(&mut self, handle: i32) -> Result<(), Error> {
        let closed = self.things.remove(handle).ok_or_else(|| bad_handle(handle, "anything"))?;
        match closed {
            Thing::Device(device) => {
                self.closing.extend(device.over());
                self.things.remove_all(|thing| Arc::ptr_eq(thing.device(), &device));
            }
            Thing::Encoder(recording) => {
                recording.pass.and_then(|pass| self.things.remove(pass));
            }
            Thing::Pass { encoder, .. } => {
                if let Some(Thing::Encoder(recording)) = self.things.get_mut(encoder) {
                    recording.end();
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

    /// Takes of a meter. What was closed is given back by the thread of the device, and what is under way when it is
    /// done: both are waited for where need be.
    async fn take(&self, device: &Device, meter: &Arc<Meter>, amount: u64) -> Result<Option<Taken>, Error> {
        if let Some(taken) = meter.take(amount) {
            return Ok(Some(taken));
        }
        let shared = device.shared.clone();
        let last = device.call(move |worker| {
            worker.trim();
            Ok(shared.last())
        });
        let last = last.await?;
        if let Some(taken) = meter.take(amount) {
            return Ok(Some(taken));
        }
        device.shared.wait(device.flush().await?.max(last), None).await?;
        // What was under way lets go of what it worked on, and a group of its buffers after that.
        for _ in 0..2 {
            device.call(|_| Ok(())).await?;
        }
        Ok(meter.take(amount))
    }

    /// Takes memory of what the guest may have of the GPU of a device.
    async fn take_memory(&self, device: &Device, bytes: u64) -> Result<Taken, Error> {
        // As drivers give it out.
        let Some(rounded) = bytes.max(1).checked_next_multiple_of(256) else {
            return Err(self.no_memory(&device.memory, bytes));
        };
        let taken = self.take(device, &device.memory, rounded).await?;
        taken.ok_or_else(|| self.no_memory(&device.memory, bytes))
    }

    fn no_memory(&self, memory: &Meter, bytes: u64) -> Error {
        let (used, limit) = (memory.used(), memory.limit());
        let what =
            format!("{bytes} bytes of GPU memory besides the {used} that it has, where it may have {limit}");
        self.refuse("memory", Errno::NoMemory, &what)
    }

    /// Room for one more thing with a handle. What was recorded or is under way keeps things whose handles are closed:
    /// they count as well.
    async fn room(&self, device: &Device) -> Result<Taken, Error> {
        self.things.room()?;
        let taken = self.take(device, &self.counters.kept, 1).await?;
        taken.ok_or_else(|| {
            let most = self.counters.kept.limit();
            let what = format!("more than {most} things with handles, or that what it recorded keeps");
            self.refuse("handles", Errno::Quota, &what)
        })
    }

    /// Notes that something was refused, and gives the failure that tells of it.
    fn refuse(&self, kind: &'static str, errno: Errno, what: &str) -> Error {
        Error::new(errno, self.counters.refuse(kind, what))
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

/// The limits of a device: WebGPU's own, or what the adapter has of them, and what is asked for beyond.
fn wanted_limits(
    adapter: &Adapter,
    features: wgpu::Features,
    raised: &[(u32, u64)],
) -> Result<wgpu::Limits, Error> {
    let most = adapter.driver().limits();
    let mut limits = wgpu::Limits::defaults().or_worse_values_from(&most);
    if features.contains(wgpu::Features::IMMEDIATES) {
        limits.max_immediate_size = most.max_immediate_size.min(128);
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
