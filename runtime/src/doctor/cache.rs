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
pub(super) fn findings(home: &Path) -> Vec<Finding> {
    let folder = home.join("cache");
    let path = folder.display();
    if folder.symlink_metadata().is_err() {
        return vec![Finding::ok("cache", "no compiled code is kept yet")];
    }
    if !folder.is_dir() {
        let says = format!("{path} is no folder: modules are compiled at every run");
        return vec![Finding::missing("cache", says, "remove it; dayfly makes the folder anew")];
    }
    if accessat(CWD, &folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_err() {
        let says =
            format!("nothing can be written in {path}: modules that are new are compiled at every run");
        return vec![Finding::missing("cache", says, "give it back to yourself, or remove it")];
    }
    let cache = CodeCache::new(folder.join("code"), CodeCache::DEFAULT_MAX_BYTES);
    // Asking the cache would make its folder private and empty it, and here nothing is changed.
    let mode = cache.folder().symlink_metadata().map_or(PRIVATE, |there| there.mode());
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
            Finding::ok(
                "cache",
                format!("compiled code of {} modules, {}{others}", entries.len(), bytes(all)),
            )
        }
        Err(error) => Finding::missing(
            "cache",
            format!("compiled code is not kept: {error}"),
            format!("remove {}; dayfly makes the folder anew", cache.folder().display()),
        ),
    }]
}
