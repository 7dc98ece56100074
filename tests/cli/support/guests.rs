//! Where the guests are.

use std::path::{Path, PathBuf};

/// A guest that `scripts/build-guests.sh` made.
pub(crate) fn guest(name: &str) -> PathBuf {
    find_guest(name).unwrap_or_else(|| panic!("the guest `{name}` is not built: run scripts/build-guests.sh"))
}

/// A guest that can't be built everywhere.
pub(crate) fn find_guest(name: &str) -> Option<PathBuf> {
    let file = format!("guests/{name}.wasm");
    let binary = Path::new(env!("CARGO_BIN_EXE_dayfly"));
    // The binary lies some levels below the target folder: a profile, perhaps a platform.
    binary.ancestors().map(|folder| folder.join(&file)).find(|path| path.exists())
}

/// A guest that is text.
pub(crate) fn wat(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/wat").join(format!("{name}.wat"))
}
