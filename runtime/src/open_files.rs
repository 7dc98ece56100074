//! How many files this process may have open.

use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Lets this process have as many files open as its system allows it, and says how many: none where there is no bound.
///
/// Systems start their processes with a lower limit for the sake of old programs that use `select`. Every guest takes
/// some files, and may open thousands, so that the limit decides how many guests run at a time. It is the whole
/// process's: this is for its `main` to call, before it builds a [`Runtime`](crate::Runtime).
///
/// # Errors
/// The system refuses it.
pub fn raise_open_files() -> io::Result<Option<u64>> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit)?;
    }
    Ok(limit.current)
}
