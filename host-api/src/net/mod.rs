//! A guest's way to the network: outgoing HTTP, over connections that a [`Policy`] has decided about.
//!
//! * [`Policy`] decides; it is the only one that does. [`Client`] asks it for each request, for each redirect, and for
//!   each address before it is connected.
//! * [`Client`] sends the requests of one execution: it resolves each name once, keeps connections, and counts what
//!   goes over them. All of it ends with the client.
//! * [`requests`]: Bacalhau's host function for core modules. `http` and `sockets` are what components have.
//!
//! Everything is done by tasks of the runtime of the thread that the guest runs on, so that no other thread is needed,
//! and so that TLS does not run on the guest's own small stack.

mod answer;
mod bucket;
mod client;
mod connector;
mod credentials;
mod dial;
mod error;
#[cfg(feature = "components")]
pub mod http;
mod meter;
mod metered;
#[cfg(feature = "components")]
mod none;
pub mod place;
mod policy;
mod redirect;
mod refusal;
pub mod requests;
mod resolver;
#[cfg(feature = "components")]
pub mod sockets;
mod stream;
pub(crate) mod tally;
mod task;
mod tls;

pub use answer::Answer;
pub use client::{Client, Incoming, Request, Sent, Settings, TIMEOUT, Timeouts, Trace};
pub use error::{Error, Unresolved};
pub use meter::{SendLimits, Traffic};
#[cfg(feature = "components")]
pub use none::NoNetwork;
pub use policy::{Denied, Destination, Policy, Target};
pub use refusal::{Failure, Refusal};
pub use resolver::Servers;
pub use tls::{Tls, TlsError};
