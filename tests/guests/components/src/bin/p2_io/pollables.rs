//! Waiting for several things at once.

use wasip2::clocks::monotonic_clock::{now, subscribe_duration};
use wasip2::io::poll::{poll, Pollable};

/// `poll` tells those that are over, in the order in which it was asked, and waits until one is.
pub fn correct() {
    let never = subscribe_duration(u64::MAX);
    let (soon, over) = (subscribe_duration(10_000_000), subscribe_duration(0));
    over.block();
    assert!(!never.ready());
    assert_eq!(poll(&[&never, &over]), [1]);
    // The same one more than once.
    assert_eq!(poll(&[&over, &never, &over]), [0, 2]);
    let start = now();
    while poll(&[&never, &soon]) != [1] {}
    assert!(soon.ready() && now() > start);
    assert_eq!(poll(&[&soon, &never, &over]), [0, 2]);
    let many: Vec<Pollable> = (0..1000).map(|_| subscribe_duration(0)).collect();
    let all: Vec<&Pollable> = many.iter().collect();
    let mut told = Vec::new();
    while told.len() < all.len() {
        told = poll(&all);
        assert!(!told.is_empty() && told.is_sorted());
    }
    println!("told");
}

/// To wait for nothing at all would be for ever: a trap.
pub fn traps() {
    println!("waiting");
    poll(&[]);
    println!("never here");
}
