//! The trait of where results go, and the publisher that needs no network.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use dayfly_spec::model;
use flate2::Compression;
use flate2::write::GzEncoder;
use rustix::fs::{FlockOperation, Mode, OFlags};
use tokio_util::sync::CancellationToken;

use crate::cancellable::Cancellable;
use crate::{Digest, Error, ExecutionId, Published, folder};

/// A place that results go to.
#[async_trait]
pub trait Publisher: Send + Sync {
    /// Whether it serves such a publisher.
    fn serves(&self, publisher: &model::Publisher) -> bool;

    /// Publishes the results of an execution, whole or not at all.
    ///
    /// # Errors
    /// What the user can act on: denied, unavailable, no room.
    async fn publish(&self, publication: Publication<'_>) -> Result<Published, Error>;

    /// Whether it could publish, as far as can be told without doing so. One that can't tell says yes.
    ///
    /// # Errors
    /// As [`Publisher::publish`].
    async fn check(&self, _publisher: &model::Publisher) -> Result<(), Error> {
        Ok(())
    }
}

/// What is published.
#[derive(Debug)]
pub struct Publication<'a> {
    /// Where it goes.
    pub publisher: &'a model::Publisher,
    /// The execution that it comes from.
    pub execution: &'a ExecutionId,
    /// The folder that holds it.
    pub folder: &'a Path,
    /// Which files and folders of it are published.
    pub names: &'a [String],
    /// Stops the publishing.
    pub cancel: &'a CancellationToken,
}

/// Keeps results in an archive of this machine: `<home>/published/<execution>.tar.gz`, with the names and the
/// `.` entry of Bacalhau's own archives.
#[derive(Clone, Debug)]
pub struct LocalPublisher {
    folder: PathBuf,
}

impl LocalPublisher {
    /// A publisher that keeps its archives in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> LocalPublisher {
        LocalPublisher { folder: folder.into() }
    }

    /// Writes the archive of `names` in `from`.
    fn archive(
        &self,
        execution: &ExecutionId,
        from: &Path,
        names: &[String],
        cancel: &CancellationToken,
    ) -> Result<Published, Error> {
        let to = self.folder.join(format!("{execution}.tar.gz"));
        let partial = self.folder.join(format!(".{execution}{PARTIAL_SUFFIX}"));
        let written = write_archive(&partial, from, names, cancel).and_then(|()| {
            fs::rename(&partial, &to)?;
            File::open(&self.folder)?.sync_all()
        });
        if let Err(error) = written {
            let _ = fs::remove_file(&partial);
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            return Err(Error::unwritable(&to)(error));
        }
        let archive = File::open(&to).map_err(Error::unwritable(&to))?;
        let digest = Digest::of_reader(archive, &CancellationToken::new()).map_err(Error::unwritable(&to))?;
        Ok(Published { kind: "local".to_owned(), location: to.display().to_string(), digest: Some(digest) })
    }
}

#[async_trait]
impl Publisher for LocalPublisher {
    fn serves(&self, publisher: &model::Publisher) -> bool {
        matches!(publisher, model::Publisher::Local)
    }

    async fn check(&self, _: &model::Publisher) -> Result<(), Error> {
        folder::can_be_made(&self.folder)
    }

    async fn publish(&self, publication: Publication<'_>) -> Result<Published, Error> {
        fs::create_dir_all(&self.folder).map_err(Error::unwritable(&self.folder))?;
        let (publisher, execution) = (self.clone(), publication.execution.clone());
        let (from, names) = (publication.folder.to_owned(), publication.names.to_vec());
        let cancel = publication.cancel.clone();
        let writing =
            tokio::task::spawn_blocking(move || publisher.archive(&execution, &from, &names, &cancel));
        writing.await.map_err(|error| Error::Fault(error.to_string()))?
    }
}

/// What a file is called that becomes an archive.
const PARTIAL_SUFFIX: &str = ".partial";

/// Makes a file and locks it for as long as it is open. Another process may take it for one that was left and remove
/// it between the two; then it is made again.
fn create_locked(path: &Path) -> std::io::Result<File> {
    loop {
        let file = File::create(path)?;
        rustix::fs::flock(&file, FlockOperation::LockShared)?;
        let locked = file.metadata()?.ino();
        if fs::metadata(path).is_ok_and(|there| there.ino() == locked) {
            return Ok(file);
        }
    }
}

/// Removes what publishing left in a home that was killed: files of this user that are named so, and that nobody
/// writes to.
pub(crate) fn remove_partials(home: &Path) {
    let Ok(entries) = fs::read_dir(home.join("published")) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix('.')?.strip_suffix(PARTIAL_SUFFIX));
        if id.is_none_or(|id| ExecutionId::parse(id).is_none()) {
            continue;
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(file) = rustix::fs::openat(rustix::fs::CWD, entry.path(), flags, Mode::empty()) else {
            continue;
        };
        let file = File::from(file);
        let ours = file
            .metadata()
            .is_ok_and(|there| there.is_file() && there.uid() == rustix::process::geteuid().as_raw());
        if ours && rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write_archive(
    path: &Path,
    folder: &Path,
    names: &[String],
    cancel: &CancellationToken,
) -> std::io::Result<()> {
    let file = Cancellable::new(create_locked(path)?, cancel);
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    tar.follow_symlinks(false);
    tar.append_dir(".", folder)?;
    for name in names {
        let from = folder.join(name);
        if from.symlink_metadata()?.is_dir() {
            tar.append_dir_all(name, from)?;
        } else {
            tar.append_path_with_name(from, name)?;
        }
    }
    tar.into_inner()?.finish()?.into_inner().sync_all()
}
