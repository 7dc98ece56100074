//! How much a guest may have the host hold for it.

use components::parsed;
use wasip2::cli::stdout;
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::http::types::Fields;
use wasip2::io::poll::{poll, Pollable};

/// Hands the host this many bytes in one call. More than the host copies for one call is a trap.
pub fn hostcall_fuel() {
    let bytes = vec![b'x'; parsed(1)];
    println!("handing over");
    let fields = Fields::from_list(&[("x".to_owned(), bytes)]);
    println!("{}", if fields.is_ok() { "taken" } else { "refused" });
}

/// Fills the header of a request until there is no more room.
pub fn http_headers() {
    let (fields, value) = (Fields::new(), vec![b'v'; 4000]);
    let mut count = 0u64;
    println!("filling");
    loop {
        if let Err(error) = fields.append("x-long", &value) {
            println!("refused after {} bytes: {error:?}", count * value.len() as u64);
            return;
        }
        count += 1;
        assert!(count < 100_000, "a header without a bound");
    }
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
