//! One guest, on its own thread, from instantiation to its end.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use dayfly_core::{Ended, Ending, Start, Usage};
use dayfly_host_api::fs::preview1;
use wasmtime::{Store, UpdateDeadline, Val};

use crate::cpu::Metered;
use crate::ending::{self, Stopped};
use crate::executor::{Prepared, Shared};
use crate::files::Files;
use crate::memory::Memory;
use crate::streams;

/// What a guest's store holds.
pub(crate) struct State {
    wasi: preview1::Context,
    memory: Memory,
}

impl State {
    pub(crate) fn wasi(&mut self) -> &mut preview1::Context {
        &mut self.wasi
    }
}

/// Runs a guest to its end. Called on the thread that is the guest's alone.
pub(crate) fn run(shared: &Shared, prepared: &Prepared, start: Start) -> Ended {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(&error.to_string()),
    };
    let ticking = match shared.ticker.start() {
        Ok(ticking) => ticking,
        Err(error) => return fault(&error.to_string()),
    };
    let ended = runtime.block_on(async {
        match Guest::new(shared, prepared, start) {
            Ok(guest) => guest.run(prepared).await,
            Err(ending) => Ended::before_start(ending),
        }
    });
    drop(ticking);
    ended
}

fn fault(why: &str) -> Ended {
    Ended::before_start(Ending::Fault(why.to_owned()))
}

struct Guest {
    store: Store<State>,
    files: Files,
    start: Start,
}
