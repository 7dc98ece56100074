//! What a file holds.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::{refused, same, Held};

pub fn append(root: &Path) -> Held {
    let path = root.join("file");
    fs::write(&path, "one ")?;
    let mut file = OpenOptions::new().append(true).open(&path)?;
    file.write_all(b"two ")?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(b"three ")?;
    OpenOptions::new().append(true).open(&path)?.write_all(b"four")?;
    same("the whole", fs::read_to_string(&path)?, "one two three four".to_owned())
}

pub fn truncate(root: &Path) -> Held {
    let path = root.join("file");
    fs::write(&path, "0123456789")?;
    let file = OpenOptions::new().write(true).open(&path)?;
    file.set_len(4)?;
    same("shorter", fs::read(&path)?, b"0123".to_vec())?;
    file.set_len(6)?;
    same("longer", fs::read(&path)?, b"0123\0\0".to_vec())?;
    File::create(&path)?;
    same("on open", fs::metadata(&path)?.len(), 0)
}

pub fn seek(root: &Path) -> Held {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(true).open(root.join("file"))?;
    file.write_all(b"0123456789")?;
    same("position", file.stream_position()?, 10)?;
    same("from the end", file.seek(SeekFrom::End(-3))?, 7)?;
    same("from here", file.seek(SeekFrom::Current(-2))?, 5)?;
    let mut two = [0; 2];
    file.read_exact(&mut two)?;
    same("read there", &two, b"56")?;
    refused("before the start", file.seek(SeekFrom::Current(-100)), "inval")?;
    same("position kept", file.stream_position()?, 7)?;
    same("past the end", file.seek(SeekFrom::End(5))?, 15)?;
    same("reads nothing there", file.read(&mut two)?, 0)?;
    file.write_all(b"x")?;
    file.seek(SeekFrom::Start(8))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest)?;
    same("a hole of zeros", rest, b"89\0\0\0\0\0x".to_vec())
}

pub fn sparse(root: &Path) -> Held {
    let hundred_megabytes = 100_000_000;
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(root.join("file"))?;
    file.seek(SeekFrom::Start(hundred_megabytes))?;
    file.write_all(b"end")?;
    same("length", file.metadata()?.len(), hundred_megabytes + 3)?;
    file.seek(SeekFrom::Start(hundred_megabytes / 2))?;
    let mut hole = [1; 4096];
    file.read_exact(&mut hole)?;
    same("the hole", hole.iter().all(|&byte| byte == 0), true)
}
