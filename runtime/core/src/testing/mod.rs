//! Batteries: what everything that implements a trait of this crate has to do.
//!
//! [`executor`] is the battery of [`Executor`](crate::Executor). An implementation's tests bring guests that
//! behave as [`Behaviour`](executor::Behaviour) says and call [`executor::battery`].

pub mod executor;
