//! Paths of the host, as the learned job's file would name them.

use std::path::Path;

use crate::HostPolicy;

/// Where paths are read from, and where they are written for.
pub(super) struct Paths<'a> {
    /// What resolves the paths of the run's job.
    pub(super) policy: &'a HostPolicy,
    /// The folder of the file that is made.
    pub(super) folder: &'a Path,
}

impl Paths<'_> {
    /// A path of the run's job as the new file would have it, and something below it; none where it can't be told, or is
    /// no text.
    pub(super) fn renamed(&self, path: &str, below: &str) -> Option<String> {
        let mut place = self.policy.absolute(path).ok()?;
        if !below.is_empty() {
            place.push(below);
        }
        let folder = std::path::absolute(self.folder).ok()?;
        let place = match place.strip_prefix(&folder) {
            Ok(beneath) if beneath.as_os_str().is_empty() => Path::new("."),
            Ok(beneath) => beneath,
            Err(_) => &place,
        };
        place.to_str().map(str::to_owned)
    }

    /// Whether a file is there, below a path of the run's job.
    pub(super) fn is_there(&self, path: &str, below: &str) -> bool {
        let folder = self.policy.absolute(path);
        folder.is_ok_and(|folder| folder.join(below.trim_start_matches('/')).is_file())
    }
}
