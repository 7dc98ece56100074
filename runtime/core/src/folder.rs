//! The folder of an execution, and how it comes to be whole or not at all.

mod place;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::FlockOperation;

use crate::{Error, ExecutionId, ExecutionOutcome, tree};

pub(crate) use place::can_be_made;

/// What the folders begin with in which executions are put together.
pub(crate) const STAGING_PREFIX: &str = ".dayfly-staging-";
/// The private root of the guest.
const SCRATCH: &str = ".scratch";
/// Inputs that dayfly wrote.
const INPUTS: &str = ".inputs";
/// The record, which is moved last: a folder that holds it is whole.
pub(crate) const RECORD: &str = "execution.json";

/// The folder in which an execution is put together. It is removed when this value is dropped, unless it was
/// finished; after `kill -9` the next start removes it.
#[derive(Debug)]
pub(crate) struct StagingFolder {
    path: PathBuf,
    destination: PathBuf,
    /// It holds the folder of all rooms.
    has_rooms: AtomicBool,
    /// It is where it was to go: there is nothing to remove.
    finished: AtomicBool,
    /// Open and locked for as long as the folder is in use.
    _lock: File,
}

impl StagingFolder {
    /// A folder that will become `destination`. It lies beside it, or inside of it where that exists already
    /// (it may be a mount point), so that finishing it is a matter of renaming.
    pub(crate) fn create(destination: &Path, id: &ExecutionId) -> Result<StagingFolder, Error> {
        let parent = if destination.is_dir() { destination } else { beside(destination) };
        StagingFolder::create_in(parent, destination, id)
    }

    /// The same, in a room of its own for such folders; it has to be on the file system of `destination`.
    pub(crate) fn create_in(
        room: &Path,
        destination: &Path,
        id: &ExecutionId,
    ) -> Result<StagingFolder, Error> {
        let path = room.join(format!("{STAGING_PREFIX}{id}"));
        let lock = match create_locked(&path) {
            // Only the first time: looking first would cost every other time.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(room).map_err(Error::unwritable(room))?;
                create_locked(&path)
            }
            made => made,
        };
        let lock = lock.map_err(Error::unwritable(destination))?;
        let staging = StagingFolder {
            path,
            destination: destination.to_owned(),
            has_rooms: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            _lock: lock,
        };
        fs::create_dir(staging.scratch()).map_err(Error::unwritable(destination))?;
        Ok(staging)
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the guest sees as `/`.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.path.join(SCRATCH)
    }

    /// Where an input is written that is not mounted from elsewhere.
    pub(crate) fn room(&self, name: &str) -> PathBuf {
        self.path.join(INPUTS).join(name)
    }

    /// Makes the folder that all rooms are in, where it is not there yet.
    pub(crate) fn make_rooms(&self) -> Result<(), Error> {
        self.has_rooms.store(true, Ordering::Relaxed);
        match fs::create_dir(self.path.join(INPUTS)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(Error::unwritable(&self.destination)(error))
            }
            _ => Ok(()),
        }
    }

    /// Where the folder will be.
    pub(crate) fn destination(&self) -> &Path {
        &self.destination
    }

    /// Opens a new file of the folder for writing.
    pub(crate) fn create_file(&self, name: &str) -> Result<File, Error> {
        File::create_new(self.path.join(name)).map_err(Error::unwritable(self.destination.join(name)))
    }

    /// Puts the folder into its place, with its record. Until then nothing of it can be seen there.
    pub(crate) fn finish(&self, record: &ExecutionOutcome) -> Result<(), Error> {
        let rooms = self.has_rooms.load(Ordering::Relaxed).then(|| self.path.join(INPUTS));
        for inner in [self.scratch()].into_iter().chain(rooms) {
            tree::remove(&inner).map_err(Error::unwritable(&self.destination))?;
        }
        let json = serde_json::to_vec_pretty(record).map_err(|error| Error::Fault(error.to_string()))?;
        self.write(RECORD, &json)?;
        let inside = self.path.parent() == Some(&self.destination);
        let placed = if inside { self.move_up() } else { fs::rename(&self.path, &self.destination) };
        let Err(source) = placed else {
            self.finished.store(true, Ordering::Relaxed);
            return Ok(());
        };
        // Somebody took the place meanwhile. What the guest did is not thrown away for that.
        let kept = if inside {
            self.destination.join(record.id.as_str())
        } else {
            let mut name = self.destination.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{}", record.id));
            self.destination.with_file_name(name)
        };
        match fs::rename(&self.path, &kept) {
            Ok(()) => Err(Error::KeptElsewhere { wanted: self.destination.clone(), kept, source }),
            Err(_) => Err(Error::unwritable(&self.destination)(source)),
        }
    }

    /// Writes a new file of the folder.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        self.create_file(name)?.write_all(content).map_err(Error::unwritable(self.destination.join(name)))
    }

    /// Moves everything into the destination, the record last.
    fn move_up(&self) -> io::Result<()> {
        let mut names: Vec<_> =
            fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
        names.sort_by_key(|name| name == RECORD);
        // A record of an earlier execution would vouch for a mixture of both.
        match fs::remove_file(self.destination.join(RECORD)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for name in names {
            let to = self.destination.join(&name);
            match fs::symlink_metadata(&to) {
                Ok(old) if old.is_dir() => tree::remove(&to)?,
                Ok(_) => fs::remove_file(&to)?,
                Err(_) => {}
            }
            fs::rename(self.path.join(&name), to)?;
        }
        fs::remove_dir(&self.path)
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        // What can't be removed now is removed as a stale one later.
        if !self.finished.load(Ordering::Relaxed)
            && let Err(error) = tree::remove(&self.path)
        {
            tracing::warn!(folder = %self.path.display(), %error, "can't remove an execution's folder");
        }
    }
}

/// The folder that something lies in.
fn beside(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and locks it. Another process may take it for a stale one and remove it between the two;
/// then it is made again.
fn create_locked(path: &Path) -> io::Result<File> {
    loop {
        fs::create_dir(path)?;
        let Ok(folder) = tree::open_folder(path) else { continue };
        rustix::fs::flock(&folder, FlockOperation::LockShared)?;
        let locked = folder.metadata()?.ino();
        if fs::metadata(path).is_ok_and(|there| there.ino() == locked) {
            return Ok(folder);
        }
    }
}

/// Whether `folder` holds nothing, or is not there. What a killed dayfly left there, or beside it, is removed
/// and does not count.
pub(crate) fn is_free(folder: &Path) -> Result<bool, Error> {
    remove_stale(folder);
    remove_stale(beside(folder));
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        // A link to nowhere is there, and can't become a folder.
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(folder).is_err() => {
            Ok(true)
        }
        Err(error) => Err(Error::unwritable(folder)(error)),
    }
}

/// Removes folders of executions whose dayfly is gone.
pub(crate) fn remove_stale(parent: &Path) {
    remove_unlocked(parent, STAGING_PREFIX);
}

/// Removes folders that nobody holds a lock on: of this user, named as only dayfly names them, by a prefix and an
/// execution, and no links.
pub(crate) fn remove_unlocked(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(prefix));
        if id.is_none_or(|id| ExecutionId::parse(id).is_none()) {
            continue;
        }
        let Ok(folder) = tree::open_folder(&entry.path()) else { continue };
        let ours = folder.metadata().is_ok_and(|there| there.uid() == rustix::process::geteuid().as_raw());
        if ours && rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = tree::remove_open(folder, &entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Digests, Status, Usage};

    fn record(id: &ExecutionId) -> ExecutionOutcome {
        ExecutionOutcome {
            id: id.clone(),
            task: "main".into(),
            replica: 0,
            attempt: 0,
            engine: "wasm".into(),
            status: Status::Succeeded,
            exit_code: 0,
            reason: None,
            folder: None,
            job: None,
            job_name: None,
            started: String::new(),
            ended: String::new(),
            usage: Usage::default(),
            digests: Digests::default(),
            refusals: Vec::new(),
            warnings: Vec::new(),
            observed: None,
            returned: None,
            published: None,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_seen_before_it_is_finished() {
        let home = tempfile::tempdir().unwrap();
        let (id, destination) = (ExecutionId::fresh(), home.path().join("deep/out"));
        let staging = StagingFolder::create(&destination, &id).unwrap();
        staging.create_file("stdout").unwrap();
        assert!(!destination.exists());
        staging.finish(&record(&id)).unwrap();
        drop(staging);
        assert_eq!(names(&destination), ["execution.json", "stdout"]);
        assert_eq!(names(&home.path().join("deep")), ["out"]);
    }

    #[test]
    fn an_existing_folder_is_filled_and_what_else_it_holds_is_kept() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("mine"), "x").unwrap();
        fs::create_dir(home.path().join("stdout")).unwrap();
        let id = ExecutionId::fresh();
        let staging = StagingFolder::create(home.path(), &id).unwrap();
        staging.create_file("stdout").unwrap();
        staging.finish(&record(&id)).unwrap();
        drop(staging);
        assert_eq!(names(home.path()), ["execution.json", "mine", "stdout"]);
        assert!(home.path().join("stdout").is_file());
    }

    #[test]
    fn only_what_dayfly_made_is_ever_removed() {
        let home = tempfile::tempdir().unwrap();
        let staging = |end: &str| home.path().join(format!("{STAGING_PREFIX}{end}"));
        fs::create_dir(home.path().join("mine")).unwrap();
        fs::write(home.path().join("mine/precious"), "x").unwrap();
        fs::create_dir(staging("area")).unwrap();
        fs::create_dir(home.path().join(".staging-e-1")).unwrap();
        let (link, pipe) = (ExecutionId::fresh(), ExecutionId::fresh());
        std::os::unix::fs::symlink("mine", staging(link.as_str())).unwrap();
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
        rustix::fs::mknodat(rustix::fs::CWD, staging(pipe.as_str()), kind, mode, 0).unwrap();
        remove_stale(home.path());
        assert_eq!(names(home.path()).len(), 5);
        assert!(home.path().join("mine/precious").is_file());
    }

    #[test]
    fn a_place_that_was_taken_meanwhile_costs_no_results() {
        let home = tempfile::tempdir().unwrap();
        let (id, destination) = (ExecutionId::fresh(), home.path().join("out"));
        let staging = StagingFolder::create(&destination, &id).unwrap();
        staging.create_file("stdout").unwrap();
        fs::write(&destination, "somebody else's").unwrap();
        let Err(Error::KeptElsewhere { kept, .. }) = staging.finish(&record(&id)) else { panic!() };
        drop(staging);
        assert_eq!(names(&kept), ["execution.json", "stdout"]);
        assert_eq!(fs::read(destination).unwrap(), b"somebody else's");
    }

    #[test]
    fn a_link_to_nowhere_is_not_free() {
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", home.path().join("out")).unwrap();
        assert!(is_free(&home.path().join("out")).is_err());
    }

    #[test]
    fn an_unfinished_folder_is_gone_when_it_is_dropped() {
        let home = tempfile::tempdir().unwrap();
        drop(StagingFolder::create(&home.path().join("out"), &ExecutionId::fresh()).unwrap());
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn a_stale_folder_is_removed_and_one_in_use_is_not() {
        let home = tempfile::tempdir().unwrap();
        let killed = || {
            let name = format!("{STAGING_PREFIX}{}", ExecutionId::fresh());
            fs::create_dir(home.path().join(name)).unwrap();
        };
        killed();
        let used = StagingFolder::create(&home.path().join("one"), &ExecutionId::fresh()).unwrap();
        remove_stale(home.path());
        let other = StagingFolder::create(&home.path().join("two"), &ExecutionId::fresh()).unwrap();
        assert!(used.path().is_dir() && other.path().is_dir());
        assert_eq!(names(home.path()).len(), 2);
        assert!(!is_free(home.path()).unwrap());
        drop((used, other));
        killed();
        assert!(is_free(home.path()).unwrap());
    }
}
