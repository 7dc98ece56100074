//! Waiting, clocks and randomness: behaviours of `wasi:io`, `wasi:clocks` and `wasi:random`.

mod clocks;
mod pollables;
mod random;
mod streams;

fn main() {
    components::show(&[
        ("api_time", clocks::time),
        ("clocks_zero_wait", clocks::zero_wait),
        ("sleep", clocks::sleep),
        ("pollable_correct", pollables::correct),
        ("pollable_traps", pollables::traps),
        ("random", random::random),
        ("stream_pollable_correct", streams::correct),
        ("stream_pollable_traps", streams::traps),
    ]);
}
