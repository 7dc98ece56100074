//! Letting old executions go.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_std::fs::Dir;
use rustix::fs::{FlockOperation, Mode, OFlags};
use tokio_util::sync::CancellationToken;

use super::entry::disk;
use super::{KeptExecution, KeptState, Retention, executions, list, running};
use crate::{Error, ExecutionId, folder, publish, tree};

/// What the names of folders begin with that are being removed.
const REMOVED_PREFIX: &str = ".dayfly-removed-";
/// The most executions that are removed at a time: whoever ran a job waits meanwhile.
const MOST_AT_A_TIME: usize = 256;

/// One time of letting old executions go.
#[derive(Debug)]
pub(crate) struct Sweep {
    home: PathBuf,
    retention: Retention,
    spared: Vec<ExecutionId>,
    cancel: CancellationToken,
}

impl Sweep {
    pub(crate) fn new(home: &Path, retention: &Retention) -> Sweep {
        let (spared, cancel) = (Vec::new(), CancellationToken::new());
        Sweep { home: home.to_owned(), retention: retention.clone(), spared, cancel }
    }

    /// Keeps these whatever their age: somebody is about to look at them.
    pub(crate) fn sparing(mut self, spared: Vec<ExecutionId>) -> Sweep {
        self.spared = spared;
        self
    }

    /// Stops early when this is cancelled.
    pub(crate) fn until(mut self, cancel: CancellationToken) -> Sweep {
        self.cancel = cancel;
        self
    }

    /// Does it; gives the number of executions removed.
    pub(crate) fn run(self) -> Result<usize, Error> {
        let path = executions(&self.home);
        let folder = match tree::open_folder(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            folder => folder.map_err(|source| Error::Unreadable {
                what: "folder",
                path: path.display().to_string(),
                source,
            })?,
        };
        // One process at a time; the others have better things to do than to wait.
        if rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(0);
        }
        let room = running(&self.home);
        folder::remove_unlocked(&room, folder::STAGING_PREFIX);
        folder::remove_unlocked(&room, REMOVED_PREFIX);
        publish::remove_partials(&self.home);
        let mut removed = 0;
        // A long run of many executions has more to make up for.
        let most = MOST_AT_A_TIME + 2 * self.spared.len();
        for execution in self.superfluous()? {
            if removed == most || self.cancel.is_cancelled() {
                break;
            }
            match self.remove(&folder, &execution) {
                Ok(true) => removed += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(execution = %execution.id, %error, "can't remove an old execution");
                }
            }
        }
        Ok(removed)
    }

    /// What is older, or more, than is kept; the oldest first.
    fn superfluous(&self) -> Result<Vec<KeptExecution>, Error> {
        let now = SystemTime::now();
        let mut kept = list::list(&self.home)?;
        // A folder without a record is nobody's to remove but its owner's, whatever its name.
        kept.retain(|execution| execution.state == KeptState::Ended && has_record(&execution.folder));
        let (mut count, mut bytes) = (0_usize, 0_u64);
        // The latest come first: they are what counts against the limits.
        kept.retain(|execution| {
            count += 1;
            if let Some(most) = self.retention.max_bytes
                && bytes <= most
            {
                bytes = bytes.saturating_add(self.bytes(&execution.folder));
            }
            let age = now.duration_since(execution.time).unwrap_or_default();
            let too_many = self.retention.max_executions.is_some_and(|most| count > most);
            let too_old = self.retention.max_age.is_some_and(|most| age > most);
            let too_large = self.retention.max_bytes.is_some_and(|most| bytes > most);
            (too_many || too_old || too_large) && !self.spared.contains(&execution.id)
        });
        kept.reverse();
        Ok(kept)
    }

    fn bytes(&self, folder: &Path) -> u64 {
        let counted = tree::open_folder(folder).and_then(|folder| disk(&Dir::from_std_file(folder)));
        // What can't be counted can't be said to be too large.
        counted.unwrap_or(0)
    }

    /// Removes an execution, unless it is in use or somebody else's. It is moved out of sight first: nobody sees half
    /// of one, and a removal that is killed is carried through by the next.
    fn remove(&self, executions: &File, execution: &KeptExecution) -> io::Result<bool> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let name = execution.id.as_str();
        let folder: File = rustix::fs::openat(executions, name, flags, Mode::empty())?.into();
        let ours = folder.metadata()?.uid() == rustix::process::geteuid().as_raw();
        if !ours || rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(false);
        }
        let room = running(&self.home);
        std::fs::create_dir_all(&room)?;
        let away = room.join(format!("{REMOVED_PREFIX}{name}"));
        rustix::fs::renameat(executions, name, rustix::fs::CWD, &away)?;
        tree::remove_open(folder, &away)?;
        Ok(true)
    }
}

/// Whether a folder holds what makes it an execution's.
fn has_record(path: &Path) -> bool {
    path.join(folder::RECORD).symlink_metadata().is_ok_and(|there| there.is_file())
}
