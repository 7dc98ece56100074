//! A module without a job file:
//!
//! ```sh
//! dayfly run examples/module/greet.wasm -e GREETING=Welcome -- Ada Grace
//! ```

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let greeting = env::var("GREETING").unwrap_or_else(|_| "Hello".to_owned());
    let names: Vec<String> = env::args().skip(1).collect();
    if names.is_empty() {
        eprintln!("usage: greet NAME...");
        return ExitCode::from(2);
    }
    for name in names {
        println!("{greeting}, {name}!");
    }
    ExitCode::SUCCESS
}
