//! What a file may be called.

use std::fs;
use std::path::Path;

use guests::wasi;

use crate::{refused, same, Held};

pub fn names(root: &Path) -> Held {
    let long = "n".repeat(255);
    let names = ["new\nline", " ", "-rf", "quote\"'", "back\\slash", "*?[", "Zürich ☂", "...", long.as_str()];
    for name in names {
        let path = root.join(name);
        fs::write(&path, name)?;
        same("read back", fs::read_to_string(&path)?, name.to_owned())?;
    }
    let mut listed = Vec::new();
    for entry in fs::read_dir(root)? {
        listed.push(entry?.file_name().to_string_lossy().into_owned());
    }
    listed.sort();
    let mut expected = names.map(str::to_owned).to_vec();
    expected.sort();
    same("listed", listed, expected)?;
    refused("256 bytes", fs::write(root.join("n".repeat(256)), ""), "nametoolong")?;
    refused("a path of 5000 bytes", fs::metadata(root.join("a/".repeat(2500))), "nametoolong")?;
    for special in [".", ".."] {
        if fs::create_dir(root.join(special)).is_ok() {
            return Err(format!("a folder called `{special}` was made").into());
        }
    }
    let below_root = root.strip_prefix("/")?.to_str().ok_or("no text")?;
    match wasi::create_directory(wasi::ROOT, format!("{below_root}/nul\0inside").as_bytes()) {
        Err("inval" | "ilseq") => Ok(()),
        other => Err(format!("a name with NUL: {other:?}").into()),
    }
}
