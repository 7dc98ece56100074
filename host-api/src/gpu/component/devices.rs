//! A device, and what is made with it.

mod common;
mod first;
#[cfg(feature = "wasi03")]
mod later;

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::compute::Program;
use super::opened::Opened;
use super::things::{Device, Fault};
use crate::gpu::device::Pipeline;
use crate::gpu::{Errno, Error};

impl Front<'_> {
    fn opened(&mut self, device: &Resource<Device>) -> Result<Arc<Opened>> {
        Ok(self.get(device)?.opened.clone())
    }

    /// Closes the scope that was opened last; gives what it caught.
    fn pop_scope(
        &mut self,
        device: &Resource<Device>,
    ) -> Result<std::result::Result<Option<Resource<Fault>>, Error>> {
        let opened = self.opened(device)?;
        opened.hear();
        Ok(match opened.device.pop_scope() {
            Ok(caught) => Ok(caught.map(|error| self.add(Fault(error))).transpose()?),
            Err(error) => Err(error),
        })
    }
}

/// Compiles a pipeline of which it is told if there is none. A device that is lost gives pipelines that do nothing, as all
/// that is its.
async fn compiled(
    opened: &Opened,
    program: std::result::Result<Program, Error>,
) -> std::result::Result<Option<Pipeline>, Error> {
    let made = match (program, opened.device.shared.counters.call()) {
        (Ok(program), Ok(_call)) => program.compile(&opened.device).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match made {
        Ok(pipeline) => Ok(Some(pipeline)),
        Err(error) if error.errno == Errno::Lost => Ok(None),
        Err(error) => Err(error),
    }
}
