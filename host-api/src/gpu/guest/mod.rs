//! One guest and its GPUs: what it opened and made, by handle.

mod commands;
mod data;
mod opening;
mod resources;
mod scopes;
mod thing;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "components")]
use wasmtime::component::ResourceTable;

use super::adapters::{Adapter, Reservation};
use super::device::Device;
use super::handles::Table;
use super::meter::Meter;
#[cfg(feature = "components")]
use super::meter::Taken;
use super::usage::Counters;
use super::{Errno, Error, Quotas, Usage};
use crate::{Closed, Gate};
pub use opening::Closing;
#[cfg(feature = "components")]
pub(super) use opening::MAX_IMMEDIATES;
use opening::Thread;
pub(super) use opening::wanted_limits;
pub(super) use resources::{Bound, Slot};
use thing::Thing;

/// A guest and its GPUs.
pub struct Context {
    granted: Option<Arc<Reservation>>,
    quotas: Quotas,
    counters: Arc<Counters>,
    /// The memory that it may have of each of its GPUs.
    memories: Vec<Arc<Meter>>,
    things: Table<Thing>,
    /// The same for components.
    #[cfg(feature = "components")]
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
            #[cfg(feature = "components")]
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
        #[cfg(feature = "components")]
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
    #[cfg(feature = "components")]
    pub(super) fn text(&self, bytes: usize) -> Result<Taken, Error> {
        self.counters.text(bytes)
    }

    /// How much memory it has of a GPU, in bytes.
    #[cfg(feature = "components")]
    pub(super) fn memory_used(&self, index: u32) -> u64 {
        self.memories.get(index as usize).map_or(0, |memory| memory.used())
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
#[cfg(feature = "components")]
fn table(quotas: &Quotas) -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(quotas.handles.saturating_mul(4));
    table
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
