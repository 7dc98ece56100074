//! What a guest used of its GPUs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::meter::Meter;
#[cfg(feature = "components")]
use super::meter::Taken;
use super::{Errno, Error, Refusal};

/// The most bytes of texts and records that a component keeps.
#[cfg(feature = "components")]
const TEXTS: u64 = 4 << 20;
/// The most calls of a component that map something, or compile, at a time.
#[cfg(feature = "components")]
const CALLS: u64 = 64;

/// What a guest used of its GPUs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    /// Time that its work took on the GPU, in nanoseconds: that of compute passes where the GPU tells and a submission has
    /// nothing else, else from the submission, or the end of the one before, to its end.
    pub gpu_ns: u64,
    /// Submissions that it made.
    pub submissions: u64,
    /// Bytes that it wrote to buffers.
    pub sent_bytes: u64,
    /// Bytes that it read from buffers.
    pub received_bytes: u64,
    /// The most memory that it had at a time, in bytes.
    pub peak_memory_bytes: u64,
    /// Time that compiling its shaders and pipelines took, in nanoseconds.
    pub compile_ns: u64,
    /// Processor time of the threads of its devices, and of compiling, in nanoseconds. Drivers may have threads besides.
    pub host_cpu_ns: u64,
}

/// Where all devices of a guest count.
#[derive(Debug)]
pub(super) struct Counters {
    pub(super) memory: Arc<Meter>,
    pub(super) pipelines: Arc<Meter>,
    pub(super) shaders: Arc<Meter>,
    pub(super) commands: Arc<Meter>,
    pub(super) devices: Arc<Meter>,
    /// What handles stand for, and what is kept of it after they were closed.
    pub(super) kept: Arc<Meter>,
    /// Bytes of the host's memory that buffers are mapped in.
    #[cfg(feature = "components")]
    pub(super) mapped: Arc<Meter>,
    /// Bytes of texts and records that a component keeps.
    #[cfg(feature = "components")]
    pub(super) texts: Arc<Meter>,
    /// Calls of a component that are under way.
    #[cfg(feature = "components")]
    pub(super) calls: Arc<Meter>,
    /// What was refused, by its kind.
    refused: Mutex<BTreeMap<&'static str, Refusal>>,
    gpu_ns: AtomicU64,
    submissions: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    compile_ns: AtomicU64,
    host_cpu_ns: AtomicU64,
}

impl Counters {
    pub(super) fn new(memory: u64, quotas: &super::Quotas) -> Counters {
        let zero = AtomicU64::default;
        Counters {
            memory: Meter::new(memory),
            pipelines: Meter::new(quotas.pipelines),
            shaders: Meter::new(quotas.all_shader_bytes),
            commands: Meter::new(quotas.commands),
            devices: Meter::new(quotas.devices),
            kept: Meter::new(quotas.handles as u64),
            #[cfg(feature = "components")]
            mapped: Meter::new(quotas.mapped),
            #[cfg(feature = "components")]
            texts: Meter::new(TEXTS),
            #[cfg(feature = "components")]
            calls: Meter::new(CALLS),
            refused: Mutex::default(),
            gpu_ns: zero(),
            submissions: zero(),
            sent: zero(),
            received: zero(),
            compile_ns: zero(),
            host_cpu_ns: zero(),
        }
    }

    pub(super) fn ran(&self, time: Duration) {
        self.gpu_ns.fetch_add(nanoseconds(time), Ordering::AcqRel);
    }

    pub(super) fn compiled(&self, time: Duration) {
        self.compile_ns.fetch_add(nanoseconds(time), Ordering::AcqRel);
    }

    /// Counts processor time of a thread that is not the guest's.
    pub(super) fn computed(&self, time: Duration) {
        self.host_cpu_ns.fetch_add(nanoseconds(time), Ordering::AcqRel);
    }

    pub(super) fn submitted(&self) {
        self.submissions.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::AcqRel);
    }

    pub(super) fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::AcqRel);
    }

    /// Notes that something was refused; gives what is said of it.
    pub(super) fn refuse(&self, kind: &'static str, what: &str) -> String {
        let what = format!("the guest may not have {what}");
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.entry(kind).or_insert_with(|| Refusal { what: what.clone(), count: 0 }).count += 1;
        what
    }

    /// The same, and gives the failure that tells of it.
    pub(super) fn refused(&self, kind: &'static str, errno: Errno, what: &str) -> Error {
        Error::new(errno, self.refuse(kind, what))
    }

    /// What was refused.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn gpu_time(&self) -> Duration {
        Duration::from_nanos(self.gpu_ns.load(Ordering::Acquire))
    }

    pub(super) fn usage(&self) -> Usage {
        let read = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        Usage {
            gpu_ns: read(&self.gpu_ns),
            submissions: read(&self.submissions),
            sent_bytes: read(&self.sent),
            received_bytes: read(&self.received),
            peak_memory_bytes: self.memory.peak(),
            compile_ns: read(&self.compile_ns),
            host_cpu_ns: read(&self.host_cpu_ns),
        }
    }
}

#[cfg(feature = "components")]
impl Counters {
    /// One more call that is under way.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn call(&self) -> Result<Taken, Error> {
        self.calls.take(1).ok_or_else(|| {
            self.refused(
                "calls",
                Errno::Quota,
                &format!("more than {CALLS} calls that map or compile at a time"),
            )
        })
    }

    /// Room for a text.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn text(&self, bytes: usize) -> Result<Taken, Error> {
        self.texts.take(bytes as u64).ok_or_else(|| {
            self.refused("texts", Errno::Quota, &format!("more than {TEXTS} bytes of texts and records"))
        })
    }
}

/// The failure of a guest that wants more memory than it may have.
pub(super) fn no_memory(counters: &Counters, memory: &Meter, bytes: u64) -> Error {
    let (used, limit) = (memory.used(), memory.limit());
    let what =
        format!("{bytes} bytes of GPU memory besides the {used} that it has, where it may have {limit}");
    counters.refused("memory", Errno::NoMemory, &what)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
