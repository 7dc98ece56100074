//! `dayfly serve` and its clients, many of them, bad ones and real ones: that every answer is right, and that nothing is left.
//!
//! How long the long ones go on is `DAYFLY_SOAK`'s to say, see [`support::soak`].

// Tests may fail loudly, their helpers too.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod functions;
mod hostile;
mod idle;
mod isolation;
mod kills;
mod languages;
mod reload;
mod soak;
mod support;
