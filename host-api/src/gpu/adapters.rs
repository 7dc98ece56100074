//! The GPUs of a machine: which there are, which guests may have, and who has which.

use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wgpu::{Backends, DeviceType, DownlevelFlags, InstanceFlags};

use super::compile::Compilers;
use super::device::narrowed;
use super::{Isolation, Quotas, memory, missing, ready, survey};

/// Which adapters guests may have.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Allowed {
    /// Those that are hardware.
    #[default]
    Hardware,
    /// Those that are programs, too, after the others. They take the host's processor and its memory.
    Software,
    /// None.
    None,
}

/// The GPUs of this machine, and who has them. Clones are the same.
///
/// Drivers are loaded when somebody asks for the first time: that takes time and memory.
#[derive(Clone)]
pub struct Gpus {
    inner: Arc<Inner>,
}

struct Inner {
    allowed: Allowed,
    backends: Backends,
    isolation: Isolation,
    quotas: Quotas,
    found: OnceLock<Found>,
    /// Whether each adapter that guests may have is somebody's.
    taken: Mutex<Vec<bool>>,
    compilers: Compilers,
}

#[derive(Default)]
struct Found {
    /// Those that guests may have come first.
    adapters: Vec<Adapter>,
    usable: usize,
    why: Vec<String>,
}

/// An adapter, and what is known of it.
#[derive(Clone)]
pub(super) struct Adapter {
    adapter: Arc<dyn Driver>,
    pub(super) info: wgpu::AdapterInfo,
    /// Its own memory, in bytes, where it says so.
    pub(super) memory: Option<u64>,
}

/// What of an adapter is its driver's. Behind a name of its own, so that whoever holds GPUs has the compiler look no
/// further into them: what they are made of is nested more deeply than it goes.
trait Driver: Send + Sync {
    fn adapter(&self) -> &wgpu::Adapter;
}

impl Driver for wgpu::Adapter {
    fn adapter(&self) -> &wgpu::Adapter {
        self
    }
}

/// There are fewer GPUs than somebody wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shortage {
    /// How many there are for guests.
    pub there: usize,
    /// How many of them nobody has.
    pub free: usize,
}

/// GPUs that are somebody's, until this is dropped and what was done with them is over.
pub struct Reservation {
    gpus: Gpus,
    indexes: Vec<usize>,
}

impl Gpus {
    /// The GPUs of this machine, of which guests may have those that are `allowed`, each this much of them.
    pub fn new(allowed: Allowed, quotas: Quotas) -> Gpus {
        Gpus::isolated(allowed, quotas, Isolation::None)
    }

    /// The same, whose drivers run there.
    pub fn isolated(allowed: Allowed, quotas: Quotas, isolation: Isolation) -> Gpus {
        Gpus::on(Backends::VULKAN, allowed, quotas, isolation)
    }

    /// One that does nothing but keep buffers: it runs no shader.
    #[cfg(any(test, feature = "testing"))]
    pub fn noop(quotas: Quotas) -> Gpus {
        Gpus::on(Backends::NOOP, Allowed::Software, quotas, Isolation::None)
    }

    /// The same, in another process.
    #[cfg(any(test, feature = "testing"))]
    pub fn isolated_noop(quotas: Quotas, isolation: Isolation) -> Gpus {
        Gpus::on(Backends::NOOP, Allowed::Software, quotas, isolation)
    }

    fn on(backends: Backends, allowed: Allowed, quotas: Quotas, isolation: Isolation) -> Gpus {
        let compilers = Compilers::default();
        let (found, taken) = (OnceLock::new(), Mutex::default());
        Gpus { inner: Arc::new(Inner { allowed, backends, isolation, quotas, found, taken, compilers }) }
    }

    /// How many there are for guests.
    pub fn count(&self) -> usize {
        match self.inner.allowed {
            Allowed::None => 0,
            _ => self.found().usable,
        }
    }

    /// Why there are no more, in words that say what would change it; empty where nothing is known to be missing.
    pub fn why_no_more(&self) -> Vec<String> {
        match self.inner.allowed {
            Allowed::None => vec!["guests may have none here: DAYFLY_GPU is `none`".to_owned()],
            _ => self.found().why.clone(),
        }
    }

    /// All adapters, those too that guests may not have.
    pub fn survey(&self) -> survey::Survey {
        let found = self.found();
        let usable = if self.inner.allowed == Allowed::None { 0 } else { found.usable };
        survey::Survey::of(&found.adapters, usable, self.why_no_more())
    }

    /// Has so many of them be somebody's.
    ///
    /// # Errors
    /// There are not so many, or others have them.
    pub fn reserve(&self, count: usize) -> Result<Reservation, Shortage> {
        let there = if count == 0 { 0 } else { self.count() };
        let mut taken = self.taken();
        let most = there.max(taken.len());
        taken.resize(most, false);
        let indexes: Vec<usize> = (0..there).filter(|&index| !taken[index]).take(count).collect();
        if indexes.len() < count {
            let free = taken.iter().filter(|taken| !**taken).count();
            return Err(Shortage { there, free });
        }
        indexes.iter().for_each(|&index| taken[index] = true);
        drop(taken);
        Ok(Reservation { gpus: self.clone(), indexes })
    }

    pub(super) fn quotas(&self) -> &Quotas {
        &self.inner.quotas
    }

    pub(super) fn compilers(&self) -> &Compilers {
        &self.inner.compilers
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Vec<bool>> {
        self.inner.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self) -> &Found {
        // A driver's own faults are not to end the host.
        let look = || catch_unwind(AssertUnwindSafe(|| self.look()));
        self.inner.found.get_or_init(|| {
            look().unwrap_or_else(|_| Found {
                why: vec!["the graphics drivers of this machine can't be asked".to_owned()],
                ..Found::default()
            })
        })
    }

    fn look(&self) -> Found {
        let Inner { backends, allowed, .. } = &*self.inner;
        let all = match self.all() {
            Ok(all) => all.into_iter(),
            Err(why) => return Found { why: vec![why], ..Found::default() },
        };
        let may = |adapter: &Adapter| {
            let flags = adapter.driver().get_downlevel_capabilities().flags;
            flags.contains(DownlevelFlags::COMPUTE_SHADERS)
                && (!adapter.is_software() || *allowed == Allowed::Software)
        };
        let (mut adapters, others): (Vec<_>, Vec<_>) = all.partition(may);
        adapters.sort_by_key(Adapter::rank);
        once_each(&mut adapters, |adapter| &adapter.info.device_pci_bus_id);
        let usable = adapters.len();
        let why = match backends.contains(Backends::VULKAN) {
            true => missing::why(&adapters, &others),
            false => Vec::new(),
        };
        adapters.extend(others);
        Found { adapters, usable, why }
    }

    /// All there are.
    ///
    /// # Errors
    /// Why the process of their drivers can't say.
    fn all(&self) -> Result<Vec<Adapter>, String> {
        let Inner { backends, isolation, .. } = &*self.inner;
        match isolation {
            Isolation::None => {
                let all = enumerate(*backends).into_iter().map(|adapter| {
                    let (info, memory) = (adapter.get_info(), memory::of(&adapter));
                    Adapter { adapter: Arc::new(adapter), info, memory }
                });
                Ok(all.collect())
            }
            #[cfg(target_os = "linux")]
            Isolation::Process(program) => {
                let stack = super::compile::stack(self.inner.quotas.shader_bytes);
                let all = super::remote::adapters(*backends, program, stack)?.into_iter();
                let all =
                    all.map(|(adapter, info, memory)| Adapter { adapter: Arc::new(adapter), info, memory });
                Ok(all.collect())
            }
            #[cfg(not(target_os = "linux"))]
            Isolation::Process(_) => Err("drivers run in processes of their own on Linux alone".to_owned()),
        }
    }
}

/// The adapters that drivers know of, which are loaded into this process.
pub(super) fn enumerate(backends: Backends) -> Vec<wgpu::Adapter> {
    let mut description = wgpu::InstanceDescriptor::new_without_display_handle();
    description.backends = backends;
    // Whatever a dispatch reads its size from is checked on the GPU; timestamps are in nanoseconds, as WebGPU has them.
    description.flags =
        InstanceFlags::VALIDATION_INDIRECT_CALL | InstanceFlags::AUTOMATIC_TIMESTAMP_NORMALIZATION;
    if backends.contains(Backends::NOOP) {
        description.backend_options.noop = wgpu::NoopBackendOptions::enabled();
    }
    let instance = wgpu::Instance::new(description);
    ready(instance.enumerate_adapters(backends)).unwrap_or_default()
}

/// Keeps the first of those at each place on the bus: a card may have several drivers. What is nowhere is kept.
fn once_each<T>(all: &mut Vec<T>, place: impl Fn(&T) -> &str) {
    let mut places = HashSet::new();
    all.retain(|one| place(one).is_empty() || places.insert(place(one).to_owned()));
}

impl Adapter {
    pub(super) fn driver(&self) -> &wgpu::Adapter {
        self.adapter.adapter()
    }

    /// What guests may ask of it.
    pub(super) fn limits(&self) -> wgpu::Limits {
        narrowed(self.driver().limits())
    }

    /// Whether it is a program.
    pub(super) fn is_software(&self) -> bool {
        self.info.device_type == DeviceType::Cpu
    }

    /// The better ones first.
    fn rank(&self) -> u8 {
        match self.info.device_type {
            DeviceType::DiscreteGpu => 0,
            DeviceType::VirtualGpu => 1,
            DeviceType::IntegratedGpu => 2,
            DeviceType::Other => 3,
            DeviceType::Cpu => 4,
        }
    }

    /// The memory that a guest may have of it, in bytes.
    pub(super) fn quota(&self, quotas: &Quotas) -> u64 {
        let default = match self.memory {
            // What has none of its own takes the host's.
            _ if self.is_software() || self.info.device_type == DeviceType::IntegratedGpu => {
                Quotas::SOFTWARE_MEMORY
            }
            Some(memory) => memory / 10 * 9,
            None => Quotas::MEMORY,
        };
        quotas.memory.unwrap_or(default)
    }
}

impl Reservation {
    /// How many.
    pub fn len(&self) -> usize {
        self.indexes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.indexes.is_empty()
    }

    /// The name of one of them that is a program, if one is, and what has to be known of it.
    pub fn software(&self) -> Option<(&str, &'static str)> {
        let mut adapters = (0..self.len()).filter_map(|index| self.adapter(index));
        let program = adapters.find(|adapter| adapter.is_software())?;
        Some((&program.info.name, survey::note(&program.info)?))
    }

    pub(super) fn gpus(&self) -> &Gpus {
        &self.gpus
    }

    pub(super) fn adapter(&self, index: usize) -> Option<&Adapter> {
        self.gpus.found().adapters.get(*self.indexes.get(index)?)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut taken = self.gpus.taken();
        for &index in &self.indexes {
            taken[index] = false;
        }
    }
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Allowed, String> {
        match text {
            "hardware" => Ok(Allowed::Hardware),
            "software" => Ok(Allowed::Software),
            "none" => Ok(Allowed::None),
            _ => Err("expected hardware, software or none".to_owned()),
        }
    }
}

impl fmt::Debug for Gpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gpus").field("allowed", &self.inner.allowed).finish_non_exhaustive()
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reservation").field("indexes", &self.indexes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_with_two_drivers_is_one() {
        let mut all = vec![("0000:01:00.0", 1), ("", 2), ("0000:01:00.0", 3), ("", 4), ("0000:02:00.0", 5)];
        once_each(&mut all, |one| one.0);
        assert_eq!(all.iter().map(|one| one.1).collect::<Vec<_>>(), [1, 2, 4, 5]);
    }
}
