//! Waiting for several things at once.

use wasip2::clocks::monotonic_clock::{now, subscribe_duration};
use wasip2::io::poll::{poll, Pollable};

/// `poll` tells those that are over, each of them once for each time that it was asked about, and waits until one is.
pub fn correct() {
    let never = subscribe_duration(u64::MAX);
    let (soon, past) = (subscribe_duration(10_000_000), subscribe_duration(0));
    past.block();
    assert!(!never.ready());
    assert_eq!(over(&[&never, &past]), [1]);
    // The same one more than once.
    assert_eq!(over(&[&past, &never, &past]), [0, 2]);
    let start = now();
    while over(&[&never, &soon]) != [1] {}
    assert!(soon.ready() && now() > start);
    assert_eq!(over(&[&soon, &never, &past]), [0, 2]);
    let many: Vec<Pollable> = (0..1000).map(|_| subscribe_duration(0)).collect();
    let all: Vec<&Pollable> = many.iter().collect();
    let mut told = Vec::new();
    while told.len() < all.len() {
        told = over(&all);
        assert!(!told.is_empty());
        let count = told.len();
        told.dedup();
        assert_eq!(told.len(), count, "each once");
    }
    println!("told");
}

/// To wait for nothing at all would be for ever: a trap.
pub fn traps() {
    println!("waiting");
    poll(&[]);
    println!("never here");
}

/// Those that are over, sorted: in which order they are told is left open.
fn over(pollables: &[&Pollable]) -> Vec<u32> {
    let mut told = poll(pollables);
    told.sort_unstable();
    told
}
