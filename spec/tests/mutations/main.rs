//! One mistake at each key and value of every file: whether the finding is at its place, and the only one.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod files;
mod json;
mod judge;
mod mutate;
mod oracle;
mod tally;
mod tree;
mod yaml;

use judge::Before;
use tally::Tally;

/// Bytes of one file's mutants that are read at most, unless `DAYFLY_SOAK` asks for all of them.
const BYTES: usize = 3_000_000;

#[test]
fn mistakes_are_found_where_they_are() {
    let tally = everything();
    println!("{tally}");
    assert!(tally.counted() > 500, "{tally}");
    assert!(tally.hits() * 100 >= tally.counted() * 95, "{tally}");
}

fn everything() -> Tally {
    let all = std::env::var("DAYFLY_SOAK").is_ok_and(|soak| soak != "0");
    let mut tally = Tally::default();
    for file in files::all() {
        let scanned = json::scan(&file.text).or_else(|| yaml::scan(&file.text));
        let (Some(tree), Some(before)) = (scanned, Before::of(&file.text)) else {
            println!("not mutated: {}", file.name);
            continue;
        };
        let mutants = mutate::mutants(&file.text, &tree, oracle::of(&tree));
        let most = (BYTES / file.text.len().max(1)).max(1);
        // Spread over the file, and the same ones every time.
        let step = if all { 1 } else { mutants.len().div_ceil(most).max(1) };
        for mutant in mutants.iter().step_by(step) {
            tally.add(&file.name, mutant, &before.judge(mutant));
        }
    }
    tally
}
