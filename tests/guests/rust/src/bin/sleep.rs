//! Says so and sleeps: for as many milliseconds as its first argument gives, else for ever.

use std::time::Duration;

fn main() {
    println!("sleeping");
    let time = match std::env::args().nth(1) {
        Some(_) => Duration::from_millis(guests::parsed(1)),
        None => Duration::from_secs(u64::from(u32::MAX)),
    };
    std::thread::sleep(time);
    println!("awake");
}
