//! How a guest ends, or does not.

use wasip2::cli::exit;
use wasip2::clocks::monotonic_clock::{now, subscribe_duration};

/// It returns.
pub fn default() {
    println!("returning");
}

/// It says that it failed, and nothing more.
pub fn failure() {
    println!("failing");
    exit::exit(Err(()));
}

/// It panics.
pub fn panic() {
    panic!("of its own will");
}

/// It says that it succeeded, before its end.
pub fn success() {
    println!("succeeding");
    exit::exit(Ok(()));
    panic!("nothing comes after the end");
}

/// It ends with a code of its own.
pub fn with_code() {
    println!("exiting");
    exit::exit_with_code(components::parsed(1));
    panic!("nothing comes after the end");
}

/// It sleeps no shorter than it wants to.
pub fn sleep() {
    let (start, wanted) = (now(), components::parsed::<u64>(1));
    subscribe_duration(wanted).block();
    assert!(now() - start >= wanted);
    std::thread::sleep(std::time::Duration::from_nanos(wanted));
    assert!(now() - start >= 2 * wanted);
    println!("awake");
}

/// It never wakes up.
pub fn sleep_forever() {
    println!("sleeping");
    subscribe_duration(u64::MAX).block();
    panic!("it woke up");
}

/// It computes for ever.
pub fn spin() {
    println!("spinning");
    loop {
        std::hint::black_box(());
    }
}
