//! The folder of compiled code.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use dayfly_wasm::CodeCache;
use rustix::fs::{Access, AtFlags, CWD, accessat};

use super::Finding;
use super::proc::bytes;

/// The mode of the folder of compiled code, and the bits of it that count.
const PRIVATE: u32 = 0o700;
const MODE: u32 = 0o1777;

/// Whether compiled code is kept, so that a module is compiled once and not at every run.
pub(super) fn findings(folder: &Path) -> Vec<Finding> {
    let path = folder.display();
    let none = || vec![Finding::ok("cache", "no compiled code is kept yet")];
    let Ok(there) = folder.symlink_metadata() else { return none() };
    // A link to a folder is as good as a folder here, though not further down.
    if !folder.is_dir() {
        let what = if there.is_symlink() { "a link that leads to no folder" } else { "no folder" };
        return vec![in_the_way(folder, what)];
    }
    if accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_err() {
        let says =
            format!("nothing can be written in {path}: modules that are new are compiled at every run");
        return vec![Finding::missing("cache", says, "give it back to yourself, or remove it")];
    }
    let cache = CodeCache::new(folder.join("code"), CodeCache::DEFAULT_MAX_BYTES);
    // Asking the cache would make its folder private and empty it, and here nothing is changed.
    let Ok(there) = cache.folder().symlink_metadata() else { return none() };
    if !there.is_dir() {
        return vec![in_the_way(cache.folder(), if there.is_symlink() { "a link" } else { "no folder" })];
    }
    let mode = there.mode();
    if mode & MODE != PRIVATE {
        let says = format!("others may use {} (mode {:03o})", cache.folder().display(), mode & MODE);
        return vec![Finding::missing("cache", says, "the next run makes it private, and empties it")];
    }
    vec![match cache.entries() {
        Ok(entries) => {
            let all: u64 = entries.iter().map(|entry| entry.bytes).sum();
            let others = entries.iter().filter(|entry| !entry.current).count();
            let others =
                if others > 0 { format!(", {others} of them of another version") } else { String::new() };
            let count = match entries.len() {
                1 => "1 module".to_owned(),
                count => format!("{count} modules"),
            };
            Finding::ok("cache", format!("compiled code of {count}, {}{others}", bytes(all)))
        }
        Err(error) => Finding::missing(
            "cache",
            format!("compiled code is not kept: {error}"),
            format!("remove {}; dayfly makes the folder anew", cache.folder().display()),
        ),
    }]
}

/// Something else in a folder's place.
fn in_the_way(path: &Path, what: &str) -> Finding {
    let says = format!("{} is {what}: modules are compiled at every run", path.display());
    Finding::missing("cache", says, "remove it; dayfly makes the folder anew")
}
