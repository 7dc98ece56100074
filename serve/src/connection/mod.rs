//! One connection, from where it is accepted to where it is closed.
//!
//! * [`Connection`] is what is known of it, and how it is told to end.
//! * [`Registry`] holds those of a thread, and looks after their bounds.
//! * [`Socket`] is what it reads and writes, the latter by way of its [`outbox`]; [`Watched`] notes when it does.
//! * [`serve`] speaks HTTP on it.

pub(crate) mod outbox;
mod registry;
mod serve;
mod sniff;
mod socket;
mod state;
mod streams;
mod watched;

pub(crate) use registry::Registry;
pub(crate) use serve::serve;
use socket::Socket;
pub(crate) use state::{Connection, Cut};
use watched::Watched;
