//! One example of every dialect, lowered by hand: the model holds them without changing its shape.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod bacalhau;
mod build;
mod nosana;
