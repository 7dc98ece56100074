//! Names that come, go and change.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use guests::wasi;

use crate::{refused, same, Held};

pub fn rename(root: &Path) -> Held {
    let [a, b, folder, empty] = ["a", "b", "folder", "empty"].map(|name| root.join(name));
    fs::write(&a, "a")?;
    fs::rename(&a, &b)?;
    refused("the old name", fs::metadata(&a), "noent")?;
    same("the new name", fs::read_to_string(&b)?, "a".to_owned())?;
    fs::write(&a, "newer")?;
    fs::rename(&a, &b)?;
    same("over another file", fs::read_to_string(&b)?, "newer".to_owned())?;
    fs::rename(&b, &b)?;
    same("onto itself", fs::read_to_string(&b)?, "newer".to_owned())?;
    fs::create_dir(&folder)?;
    fs::write(folder.join("inside"), "inside")?;
    fs::create_dir(&empty)?;
    refused("a file over a folder", fs::rename(&b, &empty), "isdir")?;
    refused("a folder over a file", fs::rename(&folder, &b), "notdir")?;
    refused("over a folder that holds something", fs::rename(&empty, &folder), "notempty")?;
    refused("into itself", fs::rename(&folder, folder.join("below")), "inval")?;
    fs::rename(&folder, &empty)?;
    same("a folder over an empty one", fs::read_to_string(empty.join("inside"))?, "inside".to_owned())?;
    refused("what is not there", fs::rename(&a, &b), "noent")
}

pub fn unlink(root: &Path) -> Held {
    let path = root.join("file");
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    file.write_all(b"still here")?;
    fs::remove_file(&path)?;
    refused("after it was removed", fs::metadata(&path), "noent")?;
    refused("removed again", fs::remove_file(&path), "noent")?;
    file.rewind()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    same("through the open file", text.as_str(), "still here")?;
    fs::create_dir(&path)?;
    refused("a folder removed as a file", fs::remove_file(&path), "isdir")
}

pub fn links(root: &Path) -> Held {
    let [file, hard, soft] = ["file", "hard", "soft"].map(|name| root.join(name));
    fs::write(&file, "one")?;
    fs::hard_link(&file, &hard)?;
    fs::write(&hard, "both")?;
    same("hard link", fs::read_to_string(&file)?, "both".to_owned())?;
    fs::remove_file(&file)?;
    same("the other name", fs::read_to_string(&hard)?, "both".to_owned())?;
    let below_root = soft.strip_prefix("/")?.to_str().ok_or("no text")?;
    wasi::symlink("hard", wasi::ROOT, below_root)?;
    same("symbolic link", fs::read_to_string(&soft)?, "both".to_owned())?;
    same("where it leads", fs::read_link(&soft)?.as_path(), Path::new("hard"))?;
    same("the link itself", fs::symlink_metadata(&soft)?.file_type().is_symlink(), true)?;
    fs::remove_file(&hard)?;
    refused("a link to nothing", fs::read(&soft), "noent")?;
    wasi::symlink("loop", wasi::ROOT, &below_root.replace("soft", "loop"))?;
    refused("a link to itself", fs::read(root.join("loop")), "loop")
}
