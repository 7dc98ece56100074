//! One mistake at each key and value of every file: whether the finding is at its place, and the only one.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

#[path = "../common/files.rs"]
mod files;
mod json;
mod judge;
mod mutate;
mod oracle;
mod tally;
mod tree;
mod yaml;

use judge::Before;
use mutate::Mistake;
use tally::Tally;

/// Bytes of one file's mutants that are read at most, unless `DAYFLY_SOAK` asks for all of them.
const BYTES: usize = 3_000_000;

#[test]
fn mistakes_are_found_where_they_are() {
    let tally = everything();
    println!("{tally}");
    assert!(tally.counted() > 500, "{tally}");
    assert!(tally.hits() * 100 >= tally.counted() * 95, "{tally}");
    assert!(tally.noisy() * 100 <= tally.counted() * 2, "one mistake gives one finding\n{tally}");
    for (mistake, told) in tally.missed() {
        assert!(is_listed(mistake, told), "docs/findings.md does not say that {mistake} is missed\n{tally}");
    }
}

/// Whether the page lists a kind of miss: its row has more than a dash in that column.
fn is_listed(mistake: Mistake, told: bool) -> bool {
    let page = include_str!("../../../docs/findings.md");
    let row = page.lines().find(|line| line.starts_with(&format!("| {mistake} |")));
    let cells: Vec<_> = row.map(|row| row.split('|').map(str::trim).collect()).unwrap_or_default();
    // Before the first bar there is nothing; then the mistake, what is told elsewhere, what is not told.
    cells.get(if told { 2 } else { 3 }).is_some_and(|cell| !matches!(*cell, "" | "–"))
}

fn everything() -> Tally {
    let all = std::env::var("DAYFLY_SOAK").is_ok_and(|soak| soak != "0");
    let mut tally = Tally::default();
    let written = files::below("tests/mutations/files");
    for file in files::all().into_iter().chain(written) {
        let text = String::from_utf8(file.bytes).unwrap();
        let scanned = json::scan(&text).or_else(|| yaml::scan(&text));
        let (Some(tree), Some(before)) = (scanned, Before::of(&text)) else {
            println!("not mutated: {}", file.name);
            continue;
        };
        let mutants = mutate::mutants(&text, &tree, oracle::of(&tree));
        let most = (BYTES / text.len().max(1)).max(1);
        // Spread over the file, and the same ones every time.
        let step = if all { 1 } else { mutants.len().div_ceil(most).max(1) };
        for mutant in mutants.iter().step_by(step) {
            tally.add(&file.name, mutant, &before.judge(mutant));
        }
    }
    tally
}
