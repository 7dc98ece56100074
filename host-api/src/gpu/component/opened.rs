//! An open device, as all that is made with it knows it.

use std::sync::Arc;

use super::label::Label;
use super::uncaught::Uncaught;
use crate::gpu::device::Device;
use crate::gpu::{Errno, Error};

/// An open device, as all that is made with it knows it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) device: Arc<Device>,
    /// Which of the guest's GPUs it is of.
    pub(super) index: u32,
    pub(super) queue_label: Label,
    pub(super) uncaught: Uncaught,
}

impl Opened {
    pub(super) fn new(device: Device, index: u32, queue_label: Label) -> Arc<Opened> {
        Arc::new(Opened { device: Arc::new(device), index, queue_label, uncaught: Uncaught::new() })
    }

    /// Tells the guest of an error as WebGPU has it: to a scope, or to who hears of those that none caught. One that is
    /// lost is told of otherwise, and once.
    pub(super) fn raise(&self, error: Error) {
        let Some(error) = classed(error) else { return };
        // Nothing is wrong with what is done to a device that is lost.
        if self.device.shared.check().is_err() {
            return;
        }
        if !self.device.catch(&error) {
            self.uncaught.add(error);
        }
    }

    /// What a call gave; an error is raised.
    pub(super) fn made<T>(&self, result: Result<T, Error>) -> Option<T> {
        self.hear();
        result.map_err(|error| self.raise(error)).ok()
    }

    /// Raises what the device has noted without being asked.
    pub(super) fn hear(&self) {
        for error in self.device.shared.noted() {
            self.raise(error);
        }
    }
}

/// An error as one of the kinds that WebGPU knows; none where the device is lost.
fn classed(error: Error) -> Option<Error> {
    let errno = match error.errno {
        Errno::Lost => return None,
        Errno::NoMemory | Errno::Quota => Errno::NoMemory,
        Errno::Internal | Errno::TimedOut | Errno::Again => Errno::Internal,
        Errno::Validation
        | Errno::Compile
        | Errno::Invalid
        | Errno::BadHandle
        | Errno::Fault
        | Errno::NotSupported
        | Errno::NotPermitted => Errno::Validation,
    };
    Some(Error { errno, ..error })
}
