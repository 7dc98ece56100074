//! Listeners: HTTP functions, and what their operators look at.
//!
//! * [`handler`] is what answers requests. A server is given one for each of its threads.

pub mod handler;
