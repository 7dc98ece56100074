//! `wasi:webgpu`, for components: the standard's compute part, over the same devices that core modules have.
//!
//! As WebGPU has it, making things never fails: what can't be made is there and invalid, and the error goes to a scope, or
//! to the stream of those that no scope caught. So does every use of an invalid thing. What is about graphics only makes
//! invalid things.
//!
//! What the text calls `async` may be under way several times over; it works on what its device has, and looks at the
//! guest's things before and after that only. What it does not call so, and that waits for the thread of a device all the
//! same, holds the guest up meanwhile.

mod adapters;
mod bindings;
mod buffers;
mod commands;
mod compute;
mod devices;
mod errors;
mod graphics;
mod label;
mod limits;
mod mapping;
mod opened;
mod passes;
mod queue;
mod records;
mod shaders;
mod things;

use wasmtime::Result;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use self::bindings::wasi::webgpu::webgpu;
use self::things::Gpu;
use super::guest::Context;
use crate::component::{Interface, View};

/// The drafts that there are: they differ in their names.
pub(crate) const DRAFTS: [&str; 2] = ["0.2.0-rc.2", "0.3.0-rc.2"];

/// Defines one draft of the interface.
pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> Result<()> {
    let Some(draft) = interface.draft else { return Ok(()) };
    let mut instance = linker.instance(&format!("{}@{draft}", interface.name))?;
    webgpu::add_to_linker_instance::<T, Webgpu>(&mut instance, |data| Front(data.gpu()))
}

struct Webgpu;

/// A guest, as these functions see it.
struct Front<'a>(&'a mut Context);

impl HasData for Webgpu {
    type Data<'a> = Front<'a>;
}

impl Front<'_> {
    /// What the guest has.
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.0.table
    }

    /// Gives the guest something new.
    fn add<R: Send + 'static>(&mut self, thing: R) -> Result<Resource<R>> {
        Ok(self.table().push(thing)?)
    }

    fn get<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&R> {
        Ok(self.0.table.get(handle)?)
    }

    fn get_mut<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&mut R> {
        Ok(self.0.table.get_mut(handle)?)
    }
}

impl webgpu::Host for Front<'_> {
    fn get_gpu(&mut self) -> Result<Resource<Gpu>> {
        self.add(Gpu)
    }
}
