//! What is known of a file without reading it.

use rustix::fs::{AtFlags, FileType, Stat};

use super::mount::Object;
use super::tree::NodeId;
use super::walk::{Last, Target};
use super::{Directory, Errno, FileSystem, OpenFile, Use};

/// What something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something else, which a guest can neither open nor make.
    Special,
}

impl FileKind {
    pub(super) fn of(kind: FileType) -> FileKind {
        match kind {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Folder,
            FileType::Symlink => FileKind::Link,
            _ => FileKind::Special,
        }
    }

    pub(super) fn of_stat(stat: &Stat) -> FileKind {
        FileKind::of(FileType::from_raw_mode(stat.st_mode))
    }
}

/// What is known of a file without reading it. Times are nanoseconds since 1970, never negative.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// The device it lies on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// How many names it has.
    pub links: u64,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last read.
    pub accessed: u64,
    /// When it was last written.
    pub modified: u64,
    /// When it, or what is known of it, last changed.
    pub changed: u64,
}

impl Metadata {
    #[allow(clippy::unnecessary_cast, clippy::cast_sign_loss, reason = "the types differ between systems")]
    pub(super) fn of(stat: &Stat) -> Metadata {
        let time = |seconds: i64, nanoseconds: i64| {
            let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
            u64::try_from(total.max(0)).unwrap_or(u64::MAX)
        };
        Metadata {
            kind: FileKind::of_stat(stat),
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            links: stat.st_nlink as u64,
            size: stat.st_size.try_into().unwrap_or(0),
            accessed: time(stat.st_atime as i64, stat.st_atime_nsec as i64),
            modified: time(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: time(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }

    /// A folder that is there only because something is mounted below it. Its node in the tree of mounts is a number
    /// that stays the same and that no other has; none is 0, which means a removed file to some programs.
    fn of_nowhere(node: Option<NodeId>) -> Metadata {
        let inode = node.map_or(1, |node| node as u64 + 1);
        Metadata {
            kind: FileKind::Folder,
            device: 0,
            inode,
            links: 1,
            size: 0,
            accessed: 0,
            modified: 0,
            changed: 0,
        }
    }
}

impl FileSystem {
    /// What is known of what a path names; of a link itself unless it is followed.
    ///
    /// # Errors
    /// The POSIX ones of `fstatat`, and `EPERM` where the path leads out of `base`.
    pub fn metadata(&mut self, base: &Directory, path: &str, follow: bool) -> Result<Metadata, Errno> {
        self.ledger.operation();
        let last = if follow || path.ends_with('/') { Last::Follow } else { Last::Keep };
        let target = self.walk(base, path, last)?;
        let metadata = self.metadata_of(&target)?;
        if target.must_be_folder && metadata.kind != FileKind::Folder {
            return Err(Errno::NOTDIR);
        }
        self.touch(&target.parent, target.name.as_deref().unwrap_or_default(), Use::LOOKED_AT);
        Ok(metadata)
    }

    /// What is known of a folder that is held open.
    ///
    /// # Errors
    /// The POSIX ones of `fstat`.
    pub fn directory_metadata(&mut self, directory: &Directory) -> Result<Metadata, Errno> {
        self.ledger.operation();
        match &directory.folder {
            Some(folder) => Ok(Metadata::of(&rustix::fs::fstat(folder)?)),
            None => Ok(Metadata::of_nowhere(directory.node)),
        }
    }

    /// What is known of a file that is held open.
    ///
    /// # Errors
    /// The POSIX ones of `fstat`.
    pub fn file_metadata(&mut self, file: &OpenFile) -> Result<Metadata, Errno> {
        self.ledger.operation();
        Ok(Metadata::of(&rustix::fs::fstat(&file.file)?))
    }

    fn metadata_of(&mut self, target: &Target) -> Result<Metadata, Errno> {
        let Some(name) = &target.name else { return self.directory_metadata(&target.parent) };
        if let Some(node) = self.tree.child(&target.parent, name) {
            return match self.tree.mounted(node) {
                Some((_, mount)) => {
                    let (Object::Folder(object) | Object::File(object)) = &mount.object;
                    Ok(Metadata::of(&rustix::fs::fstat(object)?))
                }
                None => {
                    let directory = super::walk::enter_node(&self.tree, &target.parent, name, node)?;
                    self.directory_metadata(&directory)
                }
            };
        }
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        Ok(Metadata::of(&rustix::fs::statat(folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW)?))
    }
}
