//! Parses a JSON text of some megabytes into a tree ten times, writes the last one again, compares, and prints how
//! large it was.

use guests::json::{self, Value};

const RECORDS: usize = 30_000;
const TIMES: usize = 10;

fn main() {
    let mut text = String::new();
    json::write(&json::records(RECORDS), &mut text);
    let mut value = Value::Null;
    for _ in 0..TIMES {
        value = json::read(&text);
    }
    let mut again = String::new();
    json::write(&value, &mut again);
    if again != text {
        guests::fail("what was written is not what was read");
    }
    println!("{} bytes", text.len());
}
