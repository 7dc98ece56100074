//! Listeners: HTTP functions, and what their operators look at.
//!
//! ```text
//! sockets ─▶ a thread accepts ─▶ a connection speaks HTTP ─▶ is there room? ─▶ the handler answers ─▶ a line in the log
//! ```
//!
//! * [`Server`] listens on its [`Address`]es with a thread for each core. A thread has sockets, connections and a
//!   handler of its own: what answers a request never leaves the thread that accepted its connection, and for HTTP/1
//!   not even the task.
//! * [`Handler`] is what answers requests; [`Exchange`] is where it notes what only it knows of one.
//! * [`Cost`] is what requests of a function take of a processor, by which a thread lets them in or not.
//! * [`Bounds`] says what clients may take of a server, and [`Stop`] tells it to end.
//! * [`Routes`] says which of several things answers a request.
//! * [`Tls`] is the certificate that it shows, which may change meanwhile.
//! * [`AccessLog`] has a line for each request, and [`GuestLog`] has those that guests write. [`Traces`] sends a
//!   span of each to a collector. What is counted of them is told to operators, at an address of its own
//!   ([`ServerBuilder::admin`]).

mod accept;
mod address;
mod admin;
mod admission;
mod answer;
mod body;
mod bounds;
mod connection;
mod counters;
mod error;
mod exchange;
pub mod handler;
mod head;
mod listen;
mod log;
mod metrics;
mod open;
mod peer;
mod queue;
mod request_id;
mod routes;
mod server;
mod shared;
mod stop;
mod thread;
mod tls;
mod trace;
mod turns;
mod usage;

pub use address::{Address, AddressError};
pub use body::{RequestBody, RequestBodyError};
pub use bounds::Bounds;
pub use error::Error;
pub use exchange::Exchange;
pub use handler::{Fate, Handler};
pub use log::{AccessLog, Form, GuestLog};
pub use peer::Peer;
pub use routes::{Conflict, Match, Methods, Missed, Route, Routes, RoutesBuilder};
pub use server::{Server, ServerBuilder};
pub use stop::Stop;
pub use tls::{Tls, TlsError};
pub use trace::{Sampler, Traces, TracesBuilder, TracesError};
pub use turns::{Cost, Crowded};
