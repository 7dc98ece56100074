//! How much a guest may have the host hold for it.

use components::files::{self, open};
use components::parsed;
use wasip2::cli::stdout;
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::filesystem::types::{DescriptorFlags, OpenFlags};
use wasip2::io::poll::{poll, Pollable};

/// Hands the host this many bytes in one call. More than the host copies for one call is a trap.
pub fn hostcall_fuel() {
    let bytes = vec![0; parsed(1)];
    let file = open(&files::root(), "file", OpenFlags::CREATE, DescriptorFlags::WRITE).unwrap();
    println!("handing over");
    let taken = file.write(&bytes, 0).unwrap();
    println!("{}", if taken > 0 { "taken" } else { "refused" });
}

/// Makes and drops many more things than anybody may hold at a time.
pub fn many_resources() {
    for _ in 0..parsed::<u64>(1) {
        drop(stdout::get_stdout().subscribe());
    }
    println!("made and dropped");
}

/// Holds more and more, of which each is good as long as there is room, until the host has enough.
pub fn max_resources() {
    let mut held: Vec<Pollable> = Vec::new();
    println!("holding");
    loop {
        held.push(subscribe_duration(0));
        if held.len() % 1000 == 0 {
            assert_eq!(poll(&[&held[held.len() - 1]]), [0]);
            eprintln!("{}", held.len());
        }
    }
}
