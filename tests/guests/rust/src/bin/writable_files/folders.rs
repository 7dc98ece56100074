//! Folders: made, listed, removed, deep.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{refused, same, Held};

pub fn mkdir(root: &Path) -> Held {
    let folder = root.join("folder");
    fs::create_dir(&folder)?;
    same("is a folder", fs::metadata(&folder)?.is_dir(), true)?;
    refused("made again", fs::create_dir(&folder), "exist")?;
    refused("made below nothing", fs::create_dir(root.join("missing/folder")), "noent")?;
    fs::write(root.join("file"), "")?;
    refused("made below a file", fs::create_dir(root.join("file/folder")), "notdir")?;
    fs::create_dir_all(folder.join("a/b/c"))?;
    refused("removed while it holds something", fs::remove_dir(&folder), "notempty")?;
    refused("a file removed as a folder", fs::remove_dir(root.join("file")), "notdir")?;
    fs::remove_dir_all(&folder)?;
    refused("removed again", fs::remove_dir(&folder), "noent")
}

pub fn readdir(root: &Path) -> Held {
    same("an empty folder", fs::read_dir(root)?.count(), 0)?;
    let expected: BTreeSet<String> = (0..1000).map(|number| format!("entry-{number}")).collect();
    for (index, name) in expected.iter().enumerate() {
        if index % 2 == 0 {
            fs::write(root.join(name), "")?;
        } else {
            fs::create_dir(root.join(name))?;
        }
    }
    let mut listed = BTreeSet::new();
    let mut folders = 0;
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        folders += usize::from(entry.file_type()?.is_dir());
        let name = entry.file_name().into_string().map_err(|name| format!("no text: {name:?}"))?;
        if !listed.insert(name.clone()) {
            return Err(format!("listed twice: {name}").into());
        }
    }
    same("folders", folders, 500)?;
    same("entries", listed, expected)?;
    refused("a missing folder", fs::read_dir(root.join("missing")), "noent")?;
    refused("a file", fs::read_dir(root.join("entry-0")), "notdir")
}

pub fn nesting(root: &Path) -> Held {
    let mut deepest = root.to_owned();
    for _ in 0..200 {
        deepest.push("deeper");
        fs::create_dir(&deepest)?;
    }
    let file = deepest.join("file");
    fs::write(&file, "deep")?;
    same("read", fs::read_to_string(&file)?, "deep".to_owned())?;
    let mut up = file;
    up.pop();
    up.push("../deeper/file");
    same("read through ..", fs::read_to_string(&up)?, "deep".to_owned())
}
