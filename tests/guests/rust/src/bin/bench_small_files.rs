//! Makes 10,000 small files in a folder, lists them, reads one in a hundred, and removes all.

use std::fs;
use std::io;

const FILES: usize = 10_000;
const FOLDER: &str = "many";

fn main() -> io::Result<()> {
    fs::create_dir(FOLDER)?;
    for file in 0..FILES {
        fs::write(format!("{FOLDER}/{file}"), format!("content of {file}"))?;
    }
    let mut listed = 0;
    for entry in fs::read_dir(FOLDER)? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        if listed % 100 == 0
            && fs::read_to_string(format!("{FOLDER}/{name}"))? != format!("content of {name}")
        {
            guests::fail(format_args!("{name} holds something else"));
        }
        listed += 1;
    }
    if listed != FILES {
        guests::fail(format_args!("{listed} files were listed"));
    }
    for file in 0..FILES {
        fs::remove_file(format!("{FOLDER}/{file}"))?;
    }
    fs::remove_dir(FOLDER)
}
