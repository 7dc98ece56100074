//! Writes to the file that its first argument names as often as the second says, and says how often that was
//! refused.

use std::fs;

fn main() {
    let (path, times) = (guests::argument(1), guests::parsed::<u32>(2));
    let refused = (0..times).filter(|_| fs::write(&path, "from the guest").is_err()).count();
    println!("refused {refused} of {times}");
}
