//! Waits for the first of three timers, again and again, and says which was over first.

fn main() {
    let millisecond = 1_000_000;
    for _ in 0..3 {
        match guests::wasi::poll_timers(&[60_000 * millisecond, millisecond, 60_000 * millisecond]) {
            Ok(events) => {
                let over: Vec<u64> = events.iter().map(|event| event.userdata).collect();
                println!("over: {over:?}");
            }
            Err(error) => guests::fail(format_args!("poll_oneoff: {error}")),
        }
    }
    match guests::wasi::poll_timers(&[]) {
        Ok(_) => guests::fail("a wait for nothing came back"),
        Err(error) => println!("nothing to wait for: {error}"),
    }
}
