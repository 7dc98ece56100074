//! The file that a verb is given.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use dayfly::Module;
use dayfly::spec::MAX_BYTES;

use crate::exit;

/// Why a file can't be read, and the exit status that says so.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) status: u8,
    why: String,
}

impl Unreadable {
    /// What the system said of a file or folder.
    pub(crate) fn of(path: &Path, error: &io::Error) -> Unreadable {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => format!("can't be read: {error}"),
        };
        Unreadable { status: exit::MISSING, why: format!("{} {why}", path.display()) }
    }
}

/// What a module in binary form starts with.
const MAGIC: &[u8] = b"\0asm";

/// Reads a file that a user names, `-` for standard input: not too large to be a module. Of one that is no module no more
/// is read than it takes to say that it is too large for a job file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let failed = |error: io::Error| Unreadable::of(path, &error);
    let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        let why = format!("{} is a folder; name a file in it", path.display());
        return Err(Unreadable { status: exit::MISSING, why });
    }
    let too_large = || Unreadable {
        status: exit::INVALID,
        why: format!(
            "{} has more than the {} bytes of the largest file that is read",
            path.display(),
            Module::MAX_BYTES
        ),
    };
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let mut most = Module::MAX_BYTES + 1;
    if !metadata.is_file() || metadata.len() > MAX_BYTES as u64 {
        (&mut file).take(MAGIC.len() as u64).read_to_end(&mut bytes).map_err(failed)?;
        if bytes != MAGIC {
            most = MAX_BYTES as u64 + 1;
        } else if metadata.len() > Module::MAX_BYTES {
            return Err(too_large());
        }
    }
    file.take(most - bytes.len() as u64).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > Module::MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}
