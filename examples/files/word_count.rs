//! Counts the words of every file in `/inputs` and writes them, the most frequent first, to `/counts/words.txt`.
//! `MINIMUM_LENGTH` says which words are too short to count, and `/ignored.txt` which do not matter.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let minimum = env::var("MINIMUM_LENGTH").ok().and_then(|length| length.parse().ok()).unwrap_or(1);
    let ignored = fs::read_to_string("/ignored.txt").unwrap_or_default();

    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut files = 0;
    for entry in fs::read_dir("/inputs")? {
        let text = fs::read_to_string(entry?.path())?.to_lowercase();
        files += 1;
        for word in text.split(|letter: char| !letter.is_alphanumeric()) {
            if word.chars().count() >= minimum && !ignored.split_whitespace().any(|other| other == word) {
                *counts.entry(word.to_owned()).or_default() += 1;
            }
        }
    }

    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
    let mut output = BufWriter::new(File::create("/counts/words.txt")?);
    for (word, count) in &counts {
        writeln!(output, "{count:6} {word}")?;
    }
    output.flush()?;
    println!("{} words from {files} files", counts.len());
    Ok(())
}
