//! Randomness.

use std::collections::HashSet;

use wasip2::random::{insecure, insecure_seed, random as secure};

/// Numbers and bytes that are not the same twice; as many bytes as were asked for.
pub fn random() {
    let numbers: HashSet<u64> = (0..1000).map(|_| secure::get_random_u64()).collect();
    assert_eq!(numbers.len(), 1000);
    let numbers: HashSet<u64> = (0..1000).map(|_| insecure::get_insecure_random_u64()).collect();
    assert_eq!(numbers.len(), 1000);
    for bytes in [secure::get_random_bytes, insecure::get_insecure_random_bytes] {
        for length in [0, 1, 255, 256, 100_000] {
            assert_eq!(bytes(length).len() as u64, length);
        }
        let (first, second) = (bytes(32), bytes(32));
        assert!(first != second && first.iter().any(|byte| *byte != first[0]));
    }
    // One seed for the whole run.
    assert_eq!(insecure_seed::insecure_seed(), insecure_seed::insecure_seed());
    println!("random");
}
