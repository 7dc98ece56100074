//! A program with a costly start: it works out a table of 20 MB before it answers anything. A snapshot of it has the
//! table from the start:
//!
//! ```sh
//! dayfly module snapshot examples/snapshot/steps.wasm -o quick.wasm
//! dayfly run quick.wasm -- 27 9663
//! ```

use std::env;
use std::process::ExitCode;
use std::sync::OnceLock;

/// The numbers that the table has.
const NUMBERS: usize = 10_000_000;

/// How many steps each number takes to come to 1.
static TABLE: OnceLock<Vec<u16>> = OnceLock::new();

/// What a snapshot is made after. A program that is started without one does the same when it needs the table.
#[export_name = "wizer-initialize"]
pub extern "C" fn initialise() {
    table();
}

fn main() -> ExitCode {
    for word in env::args().skip(1) {
        let number = word.parse().ok().filter(|number| *number > 0);
        match number.and_then(|number: usize| table().get(number)) {
            Some(steps) => println!("{word} comes to 1 in {steps} steps"),
            None => {
                eprintln!("{word}: a number from 1 to {} is expected", NUMBERS - 1);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn table() -> &'static [u16] {
    TABLE.get_or_init(|| (0..NUMBERS as u64).map(steps).collect())
}

/// Half of a number that is even, thrice one that is odd and one more, until it is 1.
fn steps(mut number: u64) -> u16 {
    let mut steps = 0;
    while number > 1 {
        number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
        steps += 1;
    }
    steps
}
