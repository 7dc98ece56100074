//! Says that it was here and returns.

fn main() {
    println!("done");
}
