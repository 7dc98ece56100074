//! `wasi:webgpu`, for components: the standard's compute part, over the same devices that core modules have.
//!
//! As WebGPU has it, making things never fails: what can't be made is there and invalid, and the error goes to a scope, or
//! to those who hear of what no scope caught. So does every use of an invalid thing. What is about graphics only makes
//! invalid things.
//!
//! There are two texts: the first one, 0.0.1, and that of the later drafts. Both are fronts over the same things. What reads
//! the same in both is written once, by `texts!` or a macro of its own; what does not is beside it, in modules that are called
//! `first` and `later`.
//!
//! What the later text calls `async` may be under way several times over; it works on what its device has, and looks at the
//! guest's things before and after that only. What waits for the thread of a device otherwise, and all that waits in the
//! first text, holds the guest up meanwhile, and nobody else.

/// Items that read the same for both texts, with the names of each.
macro_rules! texts {
    ($($items:item)*) => {
        mod of_first {
            use super::*;
            use crate::gpu::component::bindings::first::*;

            $($items)*
        }

        #[cfg(feature = "wasi03")]
        mod of_later {
            use super::*;
            use crate::gpu::component::bindings::later::*;

            $($items)*
        }
    };
}

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
mod uncaught;
mod usage;

use wasmtime::Result;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use self::things::Gpu;
use super::guest::Context;
use crate::component::{Interface, View};

/// The first text's version.
pub(crate) const FIRST: &str = "0.0.1";
/// The drafts that there are of the later text: they differ in their names.
#[cfg(feature = "wasi03")]
pub(crate) const LATER: [&str; 2] = ["0.2.0-rc.2", "0.3.0-rc.2"];

/// Defines one draft of an interface.
pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> Result<()> {
    let Some(draft) = interface.draft else { return Ok(()) };
    let mut instance = linker.instance(&format!("{}@{draft}", interface.name))?;
    match (interface.name, draft) {
        ("wasi:graphics-context/graphics-context", _) => {
            bindings::first::graphics_context::add_to_linker_instance::<T, Webgpu>(&mut instance, front::<T>)
        }
        (_, FIRST) => bindings::first::add_to_linker_instance::<T, Webgpu>(&mut instance, front::<T>),
        #[cfg(feature = "wasi03")]
        _ => bindings::later::add_to_linker_instance::<T, Webgpu>(&mut instance, front::<T>),
        #[cfg(not(feature = "wasi03"))]
        _ => Ok(()),
    }
}

/// A guest, as these functions see it.
fn front<T: View>(data: &mut T) -> Front<'_> {
    Front(data)
}

struct Webgpu;

/// A guest, as these functions see it.
struct Front<'a>(&'a mut dyn View);

impl HasData for Webgpu {
    type Data<'a> = Front<'a>;
}

impl Front<'_> {
    fn gpu(&mut self) -> &mut Context {
        self.0.gpu()
    }

    /// What the guest has.
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.gpu().table
    }

    /// Gives the guest something new.
    fn add<R: Send + 'static>(&mut self, thing: R) -> Result<Resource<R>> {
        Ok(self.table().push(thing)?)
    }

    fn get<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&R> {
        Ok(self.table().get(handle)?)
    }

    fn get_mut<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&mut R> {
        Ok(self.table().get_mut(handle)?)
    }
}

texts! {
    impl Host for Front<'_> {
        fn get_gpu(&mut self) -> Result<Resource<Gpu>> {
            self.add(Gpu)
        }
    }
}
