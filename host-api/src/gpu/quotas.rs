//! What a guest may take of the GPUs that it is granted.

use std::time::Duration;

/// What a guest may take of the GPUs that it is granted: all its devices together, unless it says otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Quotas {
    /// Bytes of memory: buffers, what data passes through on its way, and what a device takes itself. None is nine
    /// tenths of what a GPU has where that is known, and [`Quotas::MEMORY`] otherwise; a software adapter takes of the
    /// host's own memory, and gives [`Quotas::SOFTWARE_MEMORY`].
    pub memory: Option<u64>,
    /// Bytes of the host's memory that components have buffers mapped in, besides the GPU's.
    pub mapped: u64,
    /// Handles.
    pub handles: usize,
    /// Devices that are open at a time. Each has a thread.
    pub devices: u64,
    /// Pipelines.
    pub pipelines: u64,
    /// Bytes of the text of one shader. Compiling takes time that is the square of it, and can't be stopped.
    pub shader_bytes: usize,
    /// Bytes of the text of all shaders.
    pub all_shader_bytes: u64,
    /// Commands that are recorded and not submitted yet.
    pub commands: u64,
    /// Submissions of one device that are under way at a time. The next one waits.
    pub in_flight: usize,
    /// How often one invocation of a shader may go round in all its loops together. It leaves the loop that it is in when
    /// that is spent, and the guest is told. None is no bound, for guests that are trusted. Loops of which the text says
    /// that they end soon do not count.
    pub loops: Option<u32>,
    /// Time that one submission may take on the GPU. The device is lost when it takes longer.
    pub submission_time: Duration,
    /// Time that all of them may take together; none is no limit.
    pub total_time: Option<Duration>,
}

impl Quotas {
    /// Memory of a GPU that does not say how much it has, in bytes.
    pub const MEMORY: u64 = 1 << 30;
    /// Memory of a software adapter, in bytes.
    pub const SOFTWARE_MEMORY: u64 = 1 << 30;
    /// How often an invocation may go round unless it is said otherwise: about as long as half a second of a GPU that does
    /// nothing else in the loop.
    pub const LOOPS: u32 = 1 << 26;
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas {
            memory: None,
            mapped: 256 << 20,
            handles: 4_096,
            devices: 4,
            pipelines: 256,
            shader_bytes: 64 << 10,
            all_shader_bytes: 1 << 20,
            commands: 1 << 18,
            in_flight: 16,
            loops: Some(Quotas::LOOPS),
            submission_time: Duration::from_secs(10),
            total_time: None,
        }
    }
}
