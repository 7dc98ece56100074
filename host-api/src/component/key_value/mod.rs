//! `wasi:keyvalue`: stores of keys and values, in memory or in a file.
//!
//! * A [`Store`] is what a guest is granted; it opens stores by their names, and no others.
//! * `operations` has what a guest may do with one, over a `Backend`: `memory` or, with the feature `keyvalue`, `sqlite`.
//! * `fronts` are the two drafts of the interfaces that guests are built for, both over the same operations.
//!
//! Everything happens on the guest's thread. What takes another process's turn is waited for in between, so that a guest
//! that waits can be stopped.

mod backend;
mod change;
mod fronts;
mod limits;
mod memory;
mod operations;
#[cfg(feature = "keyvalue")]
mod sqlite;
mod store;
#[cfg(test)]
mod tests;

use wasmtime::component::{HasData, Linker};

use crate::component::{Interface, View};
use operations::KeyValue;
pub(crate) use store::Stores;
pub use store::{Refusal, RefusalKind, Store};

/// The version of the first draft.
pub(crate) const DRAFT: &str = "0.2.0-draft";
/// The version of the second one.
pub(crate) const DRAFT2: &str = "0.2.0-draft2";

pub(crate) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    use fronts::{draft, draft2};
    match (interface.name, interface.draft) {
        ("wasi:keyvalue/store", Some(DRAFT)) => draft::store::add_to_linker::<T, Opened>(linker, view),
        ("wasi:keyvalue/atomics", Some(DRAFT)) => draft::atomics::add_to_linker::<T, Opened>(linker, view),
        ("wasi:keyvalue/batch", Some(DRAFT)) => draft::batch::add_to_linker::<T, Opened>(linker, view),
        ("wasi:keyvalue/store", _) => draft2::store::add_to_linker::<T, Opened>(linker, view),
        ("wasi:keyvalue/atomics", _) => draft2::atomics::add_to_linker::<T, Opened>(linker, view),
        ("wasi:keyvalue/batch", _) => draft2::batch::add_to_linker::<T, Opened>(linker, view),
        _ => Ok(()),
    }
}

/// The stores of a guest.
struct Opened;

impl HasData for Opened {
    type Data<'a> = KeyValue<'a>;
}

fn view<T: View>(data: &mut T) -> KeyValue<'_> {
    let context = data.context();
    KeyValue { stores: &mut context.stores, table: &mut context.table, files: &context.files }
}
