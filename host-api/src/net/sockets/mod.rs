//! `wasi:sockets`: connections and datagrams of components, both generations, and the addresses of names.
//!
//! * `Common` is what the sockets of one execution share: who decides, what is counted, how many there may be.
//! * `Tcp` and `Udp` are sockets; `preview2` and `preview3` are what guests see of them.
//!
//! The functions' types are those of wasmtime's crate, and so are the names of errors. The sockets are dayfly's own:
//! what is sent and received is counted and limited, where wasmtime's give no place to do it, and all of it is done on
//! the guest's thread. A call that may not wait asks the system itself rather than what the runtime remembers of the
//! socket, so that a guest which never waits gets on as well.

mod address;
mod common;
mod fault;
mod halves;
mod handle;
mod lookup;
mod open;
mod options;
mod preview2;
#[cfg(feature = "wasi03")]
mod preview3;
mod tcp;
mod udp;

use std::sync::Arc;

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use super::NoNetwork;
use crate::component::{Generation, Interface, View};

use common::Common;
pub(crate) use common::Common as CommonOfSockets;
use fault::Fault;
use tcp::Tcp;
use udp::Udp;

/// The sockets of a guest, for the functions of `wasi:sockets`: it implements the traits of wasmtime's bindings.
pub struct Sockets<'a> {
    /// None where the guest has no network at all.
    pub(crate) common: Option<&'a Arc<Common>>,
    pub(crate) none: &'a NoNetwork,
    /// What the guest holds: its sockets and streams among the rest.
    pub table: &'a mut ResourceTable,
}

impl Sockets<'_> {
    fn common(&self) -> Result<Arc<Common>, Fault> {
        self.common.cloned().ok_or_else(|| {
            self.none.ask();
            Fault::DENIED
        })
    }
}

/// Gives [`Sockets`] out of a store's data.
#[derive(Debug)]
pub struct HasSockets;

impl HasData for HasSockets {
    type Data<'a> = Sockets<'a>;
}

pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.generation {
        Generation::P2 => preview2::define(linker, interface.name),
        #[cfg(feature = "wasi03")]
        Generation::P3 => preview3::define(linker, interface.name),
        #[cfg(not(feature = "wasi03"))]
        Generation::P3 => Ok(()),
    }
}

fn sockets<T: View>(data: &mut T) -> Sockets<'_> {
    data.context().sockets()
}

/// The same entry of the table by another type: the bindings name wasmtime's, and ours are what is there.
fn entry<A: 'static, B: 'static>(resource: &Resource<A>) -> Resource<B> {
    Resource::new_borrow(resource.rep())
}

/// The same for what the guest is given, or gives back.
fn own<A: 'static, B: 'static>(resource: &Resource<A>) -> Resource<B> {
    Resource::new_own(resource.rep())
}
