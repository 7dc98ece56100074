//! Reads the file that its first argument names as often as the second says, and says how often that was refused;
//! fails if it ever holds what the third says that it must not.

use std::fs;

fn main() {
    let (path, times, forbidden) = (guests::argument(1), guests::parsed::<u32>(2), guests::argument(3));
    println!("reading");
    let mut refused = 0;
    for _ in 0..times {
        match fs::read_to_string(&path) {
            Ok(text) if text.contains(&forbidden) => guests::fail(format_args!("escaped: {text}")),
            Ok(_) => (),
            Err(_) => refused += 1,
        }
    }
    println!("refused {refused} of {times}");
}
