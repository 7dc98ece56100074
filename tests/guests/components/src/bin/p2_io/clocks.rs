//! Clocks.

use std::time::{SystemTime, UNIX_EPOCH};

use wasip2::clocks::monotonic_clock::{now, subscribe_duration, subscribe_instant};
use wasip2::clocks::wall_clock;

/// The time is the host's, by WASI and by the standard library.
pub fn time() {
    let first = wall_clock::now();
    let second = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!(second.as_secs() >= first.seconds && second.as_secs() - first.seconds < 600);
    println!("{}", first.seconds);
}

/// To wait for nothing, or for what is past, is over at once, and each time anew.
pub fn zero_wait() {
    let pollables =
        [subscribe_duration(0), subscribe_instant(0), subscribe_instant(now()), subscribe_instant(now() - 1)];
    for pollable in &pollables {
        pollable.block();
        assert!(pollable.ready());
        pollable.block();
    }
    println!("no wait");
}

/// Waits until an instant, and for a duration.
pub fn sleep() {
    let (start, wanted) = (now(), 20_000_000);
    let pollable = subscribe_instant(start + wanted);
    pollable.block();
    assert!(now() >= start + wanted);
    assert!(pollable.ready());
    let pollable = subscribe_duration(wanted);
    pollable.block();
    assert!(now() >= start + 2 * wanted);
    println!("slept");
}
