//! Counts the words of every file in `/texts` and writes the counts to `/counts/words.txt`.

use std::fs::{self, File};
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let mut texts = fs::read_dir("/texts")?.collect::<io::Result<Vec<_>>>()?;
    texts.sort_by_key(|text| text.file_name());

    let mut report = File::create("/counts/words.txt")?;
    let mut total = 0;
    for text in texts {
        let count = fs::read_to_string(text.path())?.split_whitespace().count();
        total += count;
        writeln!(report, "{count} {}", text.file_name().to_string_lossy())?;
    }
    println!("{total} words");
    Ok(())
}
