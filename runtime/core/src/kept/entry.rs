//! One execution that is kept, and what its folder holds.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_std::fs::{Dir, Metadata, MetadataExt as _};
use rustix::fs::{FlockOperation, Mode, OFlags};

use crate::{Error, ExecutionId, ExecutionOutcome, folder, tree};

/// The longest record that is read, in bytes.
const MAX_RECORD: u64 = 16 << 20;

/// An execution that is kept, as it was when it was looked up.
#[derive(Clone, Debug)]
pub struct KeptExecution {
    pub(super) id: ExecutionId,
    pub(super) folder: PathBuf,
    pub(super) state: KeptState,
    pub(super) time: SystemTime,
}

/// Whether an execution has ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeptState {
    /// It has, and its record says how.
    Ended,
    /// It runs.
    Running {
        /// The process that runs it, where the system tells.
        pid: Option<u32>,
    },
    /// Its dayfly was killed. The next run clears it away.
    Killed,
}

/// What a guest wrote to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeptStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl KeptExecution {
    /// The execution whose results are in a folder of their user's choice (`--output`).
    ///
    /// # Errors
    /// There is no folder, or no record in it.
    pub fn in_folder(folder: &Path) -> Result<KeptExecution, Error> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let open = KeptFolder::open(&folder)?;
        let time = open.dir.dir_metadata().and_then(|there| there.modified());
        let time = time.map_err(open.unreadable("."))?.into_std();
        let id = open.record()?.id;
        Ok(KeptExecution { id, folder, state: KeptState::Ended, time })
    }

    /// Its identifier.
    pub fn id(&self) -> &ExecutionId {
        &self.id
    }

    /// The folder that holds what it left, or is putting together.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it has ended.
    pub fn state(&self) -> KeptState {
        self.state
    }

    /// When it ended, as the file system has it; when it started, while it runs.
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// Its record.
    ///
    /// # Errors
    /// It has not ended, or what is there is no record of it.
    pub fn record(&self) -> Result<ExecutionOutcome, Error> {
        let open = self.open()?;
        let record = open.record()?;
        if record.id != self.id {
            let why = format!("it is that of {}", record.id);
            return Err(Error::Damaged { path: open.path.join(folder::RECORD), why });
        }
        Ok(record)
    }

    /// Opens its folder. What is open can be read to its end, whatever becomes of the execution.
    ///
    /// # Errors
    /// It is gone, or can't be read.
    pub fn open(&self) -> Result<KeptFolder, Error> {
        KeptFolder::open(&self.folder)
    }
}

/// The folder of an execution, open.
#[derive(Debug)]
pub struct KeptFolder {
    dir: Dir,
    path: PathBuf,
}

impl KeptFolder {
    fn open(path: &Path) -> Result<KeptFolder, Error> {
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => Error::NoExecution(path.display().to_string()),
            _ => unreadable(path)(source),
        };
        let dir = Dir::from_std_file(tree::open_folder(path).map_err(unreadable)?);
        Ok(KeptFolder { dir, path: path.to_owned() })
    }

    /// Whether the execution still runs.
    ///
    /// # Errors
    /// The folder can't be asked.
    pub fn is_running(&self) -> Result<bool, Error> {
        // A handle of its own: a lock belongs to the handle that it was taken with.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let again = rustix::fs::openat(&self.dir, ".", flags, Mode::empty());
        again.map(|again| is_locked(&again)).map_err(|error| self.unreadable(".")(error.into()))
    }

    /// What the guest wrote, from the beginning.
    ///
    /// # Errors
    /// It can't be read.
    pub fn stream(&self, stream: KeptStream) -> Result<File, Error> {
        self.file(match stream {
            KeptStream::Stdout => "stdout",
            KeptStream::Stderr => "stderr",
        })
    }

    /// How many bytes the files of a result hold, or, without a name, all files of the folder. Links count for nothing.
    ///
    /// # Errors
    /// It is not there, or can't be read.
    pub fn bytes(&self, name: Option<&str>) -> Result<u64, Error> {
        let held = |there: &Metadata| if there.is_file() { there.len() } else { 0 };
        let all = || -> io::Result<u64> {
            let Some(name) = name else { return sum(&self.dir, held) };
            let there = self.dir.symlink_metadata(name)?;
            if !there.is_dir() {
                return Ok(held(&there));
            }
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let inner: File = rustix::fs::openat(&self.dir, name, flags, Mode::empty())?.into();
            sum(&Dir::from_std_file(inner), held)
        };
        all().map_err(self.unreadable(name.unwrap_or(".")))
    }

    fn record(&self) -> Result<ExecutionOutcome, Error> {
        let damaged = |why: String| Error::Damaged { path: self.path.join(folder::RECORD), why };
        let mut json = Vec::new();
        let file = self.file(folder::RECORD)?;
        file.take(MAX_RECORD + 1).read_to_end(&mut json).map_err(self.unreadable(folder::RECORD))?;
        if json.len() as u64 > MAX_RECORD {
            return Err(damaged(format!("it has more than {MAX_RECORD} bytes")));
        }
        serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))
    }

    /// Opens a file, and nothing that a link leads to or that reading would wait for.
    fn file(&self, name: &str) -> Result<File, Error> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&self.dir, name, flags, Mode::empty()).map_err(io::Error::from);
        let file = File::from(opened.map_err(self.unreadable(name))?);
        if file.metadata().is_ok_and(|there| there.is_file()) {
            Ok(file)
        } else {
            Err(Error::Damaged { path: self.path.join(name), why: "it is no file".to_owned() })
        }
    }

    fn unreadable(&self, name: &str) -> impl FnOnce(io::Error) -> Error + use<> {
        unreadable(&self.path.join(name))
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.display().to_string();
    move |source| Error::Unreadable { what: "execution", path, source }
}

/// Whether somebody holds a lock on a folder. Asking takes it for an instant, which makes others wait or look again
/// later.
pub(super) fn is_locked(folder: &impl std::os::fd::AsFd) -> bool {
    let taken = rustix::fs::flock(folder, FlockOperation::NonBlockingLockExclusive);
    if taken.is_ok() {
        // Closing the handle would do it too, a little later.
        let _ = rustix::fs::flock(folder, FlockOperation::Unlock);
    }
    taken == Err(rustix::io::Errno::WOULDBLOCK)
}

/// The bytes of disk that all beneath a folder takes.
pub(super) fn disk(folder: &Dir) -> io::Result<u64> {
    sum(folder, |there| there.blocks().saturating_mul(512))
}

fn sum(folder: &Dir, bytes: impl Fn(&Metadata) -> u64) -> io::Result<u64> {
    let mut all = 0_u64;
    tree::walk(folder, |entry| {
        all = all.saturating_add(bytes(&entry.parent.symlink_metadata(entry.name)?));
        Ok(())
    })?;
    Ok(all)
}
