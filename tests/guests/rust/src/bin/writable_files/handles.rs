//! Open files.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::{refused, same, Held};

pub fn many_open(root: &Path) -> Held {
    let mut files = Vec::new();
    for number in 0..1000 {
        let path = root.join(number.to_string());
        files.push(OpenOptions::new().read(true).write(true).create_new(true).open(path)?);
    }
    for (number, file) in files.iter_mut().enumerate() {
        write!(file, "file {number}")?;
    }
    for (number, file) in files.iter_mut().enumerate() {
        let mut text = String::new();
        file.rewind()?;
        file.read_to_string(&mut text)?;
        same("its own content", text, format!("file {number}"))?;
    }
    let first = root.join("0");
    let mut same_file = (File::open(&first)?, File::open(&first)?);
    let mut byte = [0; 1];
    same_file.0.read_exact(&mut byte)?;
    same("each open file has its own position", same_file.1.stream_position()?, 0)
}

pub fn exclusive(root: &Path) -> Held {
    let path = root.join("file");
    File::create_new(&path)?;
    refused("created again", File::create_new(&path), "exist")?;
    refused("opened below a file", File::open(path.join("below")), "notdir")?;
    let mut reader = File::open(&path)?;
    if reader.write_all(b"x").is_ok() {
        return Err("a file that is open for reading was written to".into());
    }
    fs::copy(&path, root.join("copy")).map(drop)?;
    Ok(())
}
