//! All that can happen to a server at once, for as long as `DAYFLY_SOAK` says: every answer is the right one, and what the
//! server takes of the system stays the same.

mod one;
mod two;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::functions;
use crate::support::{Served, Vitals, soak, until};

/// Requests for each of `DAYFLY_SOAK`.
const REQUESTS: usize = 400;
/// Threads with connections of HTTP/1.1, and as many of HTTP/2.
const THREADS: usize = 4;
/// How much the memory of the server may grow after its first third: in KiB, and in shares of what it was.
const GROWTH: (u64, u64) = (32 << 10, 10);

/// What is still to be asked.
struct Left(AtomicUsize);

impl Left {
    /// Takes so many requests, or as many as there are.
    fn take(&self, most: usize) -> usize {
        let take = |left: usize| Some(left.saturating_sub(most));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or(0).min(most)
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Numbers that look as if by chance, and are the same each time.
struct Chance(u64);

impl Chance {
    fn new(seed: usize) -> Chance {
        Chance(0x9E37_79B9_7F4A_7C15 ^ (seed as u64 + 1))
    }

    /// One below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// A body of a length of its own, up to 64 KiB; mostly short.
    fn body(&mut self) -> Vec<u8> {
        let most = 1 << (4 + self.below(13));
        let length = self.below(most);
        (0..length).map(|at| (at * 31 + length) as u8).collect()
    }
}

fn drive(served: &Served, requests: usize) {
    let left = Left(AtomicUsize::new(requests));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let left = &left;
            scope.spawn(move || one::ask(served, left, Chance::new(thread)));
            scope.spawn(move || two::ask(served.place(), left, Chance::new(THREADS + thread)));
        }
        // Those who wait for an answer that takes too long wait beside the others.
        scope.spawn(|| {
            let mut client = served.client();
            loop {
                assert_eq!(client.get("/waits").status, 504);
                if left.count() == 0 {
                    break;
                }
            }
        });
    });
}

/// What the server takes when nobody asks.
fn at_rest(served: &Served, files: usize) -> Vitals {
    until("nobody is there", || served.connections() == 0 && served.running() == 0);
    until("files are closed", || served.vitals().files <= files);
    served.vitals()
}

#[test]
fn nothing_grows_under_full_load() {
    let requests = soak(REQUESTS);
    if requests == 0 {
        return;
    }
    let mut served = Served::new();
    let job = functions::write(&served);
    served.start(&[job]);
    drive(&served, requests / 3);
    let before = at_rest(&served, usize::MAX);
    let begun = Instant::now();
    drive(&served, requests - requests / 3);
    let took = begun.elapsed();
    let after = at_rest(&served, before.files);
    until("threads have ended", || served.vitals().threads <= before.threads);
    println!(
        "{requests} requests, the last {} in {took:?}; {} MiB after the first third, {} MiB at the end; {} files, {} threads",
        requests - requests / 3,
        before.resident / 1024,
        after.resident / 1024,
        after.files,
        after.threads
    );
    let most = before.resident + GROWTH.0 + before.resident / GROWTH.1;
    assert!(after.resident <= most, "{} KiB became {} KiB", before.resident, after.resident);
    served.finish();
}
