//! A battery of cases after the compute parts of the WebGPU conformance tests. Each is written once, over [`Front`], and
//! runs wherever that is implemented: by calls of wgpu, in a component, in a core module. What it finds is one line of
//! text, which has to be the same everywhere; it says what it expects, too, so that all of them can't be wrong alike.
//!
//! The cases are written after what the tests are about; each names the one that it is after.

// Nobody asks whether these futures may be sent: they run where they are made.
#![allow(async_fn_in_trait)]

mod cases;
mod facts;
mod front;
mod kit;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub use cases::{groups, Case, Group, On};
pub use facts::Facts;
pub use front::{
    usage, Bound, Device, Fault, Filter, Front, Kind, Limit, Mapping, Program, Said, Scopes, Slot, Stamps,
    Wants, Way,
};

/// Runs the cases that a front can run, and gives a line for each. `computes` says whether its device runs shaders; where
/// it does not, only those cases run that are about errors, and nothing but errors is looked at.
pub async fn run<F: Front>(front: &F, computes: bool, mut each: impl FnMut(String)) {
    for case in groups().iter().flat_map(|group| group.cases) {
        if case.runs(F::WAY, computes) {
            each(cases::run(front, case, computes).await);
        }
    }
}

/// What a future gives that waits for nothing, as those of fronts do whose calls return when they are done.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a call waits, and nobody would wake it"),
    }
}
