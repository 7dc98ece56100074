//! Submissions that are under way, and how long their passes take.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use wgpu::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoder, ComputePassTimestampWrites, Device, QuerySet,
    QuerySetDescriptor, QueryType,
};

use super::readback::Readback;
use crate::gpu::meter::Taken;

/// The most passes that are timed in one submission: as many as a set of queries has room for.
pub(super) const MAX_PASSES: u32 = 2_048;
/// Timers that are kept for other submissions.
pub(super) const MAX_TIMERS: usize = 4;

/// A submission that is under way.
#[derive(Debug, Default)]
pub(super) struct Flight {
    pub(super) serial: u64,
    /// What times its passes, where it is nothing but passes; what others take is counted as a whole.
    pub(super) timer: Option<Timer>,
    /// What tells whether a loop was left, where any counts.
    pub(super) flag: Option<Readback>,
    /// What data passes through that goes with it.
    pub(super) _staged: Vec<Taken>,
    /// What it works on, which takes of its guest's quota until it is done.
    pub(super) _kept: Vec<Arc<dyn Any + Send + Sync>>,
}

/// Times the passes of a submission.
#[derive(Debug)]
pub(super) struct Timer {
    set: QuerySet,
    resolved: Buffer,
    read: Readback,
    /// For so many passes.
    room: u32,
    passes: u32,
}

impl Timer {
    /// One for so many passes: one of `kept`, or a new one.
    pub(super) fn for_passes(passes: u32, kept: &mut Vec<Timer>, device: &Device) -> Timer {
        if let Some(index) = kept.iter().position(|timer| timer.room >= passes) {
            return Timer { passes, ..kept.swap_remove(index) };
        }
        let room = passes.next_power_of_two().clamp(8, MAX_PASSES);
        let size = u64::from(room) * 16;
        let usage = BufferUsages::QUERY_RESOLVE | BufferUsages::COPY_SRC;
        Timer {
            set: device.create_query_set(&QuerySetDescriptor {
                label: None,
                ty: QueryType::Timestamp,
                count: room * 2,
            }),
            resolved: device.create_buffer(&BufferDescriptor {
                label: None,
                size,
                usage,
                mapped_at_creation: false,
            }),
            read: Readback::new(device, size),
            room,
            passes,
        }
    }

    /// Where a pass says when it began and ended.
    pub(super) fn writes(&self, pass: u32) -> ComputePassTimestampWrites<'_> {
        ComputePassTimestampWrites {
            query_set: &self.set,
            beginning_of_pass_write_index: Some(pass * 2),
            end_of_pass_write_index: Some(pass * 2 + 1),
        }
    }

    /// Has what they said be readable once they are done.
    pub(super) fn resolve(&self, encoder: &mut CommandEncoder) {
        encoder.resolve_query_set(&self.set, 0..self.passes * 2, &self.resolved, 0);
        self.read.copy(encoder, &self.resolved, self.bytes());
    }

    /// To be called when they are submitted.
    pub(super) fn map(&self) {
        self.read.map(self.bytes());
    }

    /// How long all passes took, once they are done, with ticks of so many nanoseconds.
    pub(super) fn read(&self, period: f32) -> Option<Duration> {
        let ticks = self.read.read(self.bytes(), |bytes| {
            let stamps =
                bytes.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes));
            let stamps: Vec<u64> = stamps.collect();
            let took = stamps.chunks_exact(2).map(|pass| pass[1].saturating_sub(pass[0]));
            took.fold(0, u64::saturating_add)
        })?;
        Some(Duration::from_nanos((ticks as f64 * f64::from(period)) as u64))
    }

    fn bytes(&self) -> u64 {
        u64::from(self.passes) * 16
    }
}
