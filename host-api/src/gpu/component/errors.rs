//! Errors as values, and devices that are lost.

#[cfg(feature = "wasi03")]
pub(super) mod later;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::label::dropped;
use super::things::{DeviceLostInfo, Fault, UncapturedErrorEvent};
use crate::gpu::device::destroyed;
use crate::gpu::{Errno, Error};

impl DeviceLostInfo {
    /// Why a device is lost.
    pub(super) fn new(error: Error) -> DeviceLostInfo {
        DeviceLostInfo { is_destroyed: error.text == destroyed().text, message: error.text }
    }
}

texts! {
    impl HostGpuError for Front<'_> {
        fn message(&mut self, fault: Resource<Fault>) -> Result<String> {
            Ok(self.get(&fault)?.0.text.clone())
        }

        fn kind(&mut self, fault: Resource<Fault>) -> Result<GpuErrorKind> {
            Ok(match self.get(&fault)?.0.errno {
                Errno::NoMemory => GpuErrorKind::OutOfMemoryError,
                Errno::Internal => GpuErrorKind::InternalError,
                _ => GpuErrorKind::ValidationError,
            })
        }

        dropped!(Fault);
    }

    impl HostGpuDeviceLostInfo for Front<'_> {
        fn reason(&mut self, info: Resource<DeviceLostInfo>) -> Result<GpuDeviceLostReason> {
            Ok(match self.get(&info)?.is_destroyed {
                true => GpuDeviceLostReason::Destroyed,
                false => GpuDeviceLostReason::Unknown,
            })
        }

        fn message(&mut self, info: Resource<DeviceLostInfo>) -> Result<String> {
            Ok(self.get(&info)?.message.clone())
        }

        dropped!(DeviceLostInfo);
    }

    impl HostGpuUncapturedErrorEvent for Front<'_> {
        fn error(&mut self, _: Resource<UncapturedErrorEvent>) -> Result<Resource<Fault>> {
            self.add(Fault(Error::validation("errors that no scope caught come by no event")))
        }

        dropped!(UncapturedErrorEvent);
    }
}
