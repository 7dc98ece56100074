//! What the tests share: a server in a process of its own, what that takes of the system, and clients.

mod client;
mod served;
mod vitals;

pub(crate) use client::Client;
pub(crate) use served::Served;
pub(crate) use vitals::Vitals;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for what must happen, however slow the machine is.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < LONG, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// How many of something a long test does: so many for each of `DAYFLY_SOAK`, which is 5 where nobody says otherwise. None
/// where it is 0, and says so.
pub(crate) fn soak(each: usize) -> usize {
    let soak = std::env::var("DAYFLY_SOAK").map_or(5, |soak| soak.parse().expect("DAYFLY_SOAK is a number"));
    if soak == 0 {
        println!("skipped: DAYFLY_SOAK is 0");
    }
    each * soak
}

/// A guest that a script has built, if it has.
pub(crate) fn find_guest(name: &str) -> Option<PathBuf> {
    let file = format!("guests/{name}.wasm");
    // The binary lies some levels below the target folder: a profile, perhaps a platform.
    let binary = Path::new(env!("CARGO_BIN_EXE_dayfly"));
    binary.ancestors().map(|folder| folder.join(&file)).find(|path| path.exists())
}
