//! Descriptors, and what is done with what they have open.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::held::{HeldDirectory, HeldFile};
use super::{Entries, Flags, MOST, PIECE, Reading, Writing};
use crate::fs::{Errno, FileKind, Metadata, SetTimes, SharedFiles};

/// Something that a component has open.
#[derive(Debug)]
pub struct Descriptor {
    pub(super) object: Object,
    /// What it was opened for.
    pub(super) flags: Flags,
}

#[derive(Debug)]
pub(super) enum Object {
    File(Arc<HeldFile>),
    Directory(Arc<HeldDirectory>),
}

impl Descriptor {
    /// The guest's root.
    pub(super) fn root(files: &SharedFiles) -> Descriptor {
        let (directory, mutate_directory) = {
            let files = files.lock();
            let root = files.root();
            let writable = files.is_writable(&root);
            (root, writable)
        };
        let held = HeldDirectory { files: files.clone(), directory, counted: false };
        let flags = Flags { read: true, mutate_directory, ..Flags::default() };
        Descriptor { object: Object::Directory(Arc::new(held)), flags }
    }

    pub(super) fn file(&self) -> Result<&Arc<HeldFile>, Errno> {
        match &self.object {
            Object::File(file) => Ok(file),
            Object::Directory(_) => Err(Errno::BADF),
        }
    }

    pub(super) fn directory(&self) -> Result<&Arc<HeldDirectory>, Errno> {
        match &self.object {
            Object::File(_) => Err(Errno::NOTDIR),
            Object::Directory(directory) => Ok(directory),
        }
    }

    /// What it was opened for.
    pub(in crate::fs) fn flags(&self) -> Flags {
        self.flags
    }

    /// What it is.
    pub(in crate::fs) fn kind(&self) -> FileKind {
        match &self.object {
            Object::File(_) => FileKind::File,
            Object::Directory(_) => FileKind::Folder,
        }
    }

    /// A stream out of a file, from an offset on.
    pub(in crate::fs) fn reading(&self, offset: u64) -> Result<Reading, Errno> {
        match &self.object {
            Object::File(file) => Reading::new(file, offset),
            Object::Directory(_) => Err(Errno::ISDIR),
        }
    }

    /// A stream into a file, from an offset on.
    pub(in crate::fs) fn writing(&self, offset: u64) -> Result<Writing, Errno> {
        Writing::new(self.file()?, Some(offset), self.flags)
    }

    /// A stream to the end of a file.
    pub(in crate::fs) fn appending(&self) -> Result<Writing, Errno> {
        Writing::new(self.file()?, None, self.flags)
    }

    /// The entries of a folder.
    pub(in crate::fs) fn entries(&self) -> Result<Entries, Errno> {
        Entries::new(self.directory()?)
    }

    /// Reads at most `length` bytes, and no more than a piece of them; says whether that was the end.
    pub(in crate::fs) fn read(&self, length: u64, offset: u64) -> Result<(Vec<u8>, bool), Errno> {
        let most = usize::try_from(length).unwrap_or(usize::MAX).min(PIECE);
        let bytes = Reading::new(self.file()?, offset)?.read_some(most)?;
        let end = bytes.is_empty();
        Ok((bytes, end))
    }

    /// Writes what fits into one call; gives how many bytes.
    pub(in crate::fs) fn write(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        let mut writing = self.writing(offset)?;
        if bytes.len() > MOST {
            writing.may_write_all(bytes.len())?;
        }
        writing.write(&bytes[..bytes.len().min(MOST)])
    }

    /// Takes advice on how a file will be used, which is free to be ignored.
    pub(in crate::fs) fn advise(&self) -> Result<(), Errno> {
        self.file().map(drop)
    }

    /// Makes a file exactly `size` bytes long.
    pub(in crate::fs) fn set_size(&self, size: u64) -> Result<(), Errno> {
        let held = self.file()?;
        // POSIX: a file that can't be written can't be made longer or shorter.
        match held.files.lock().set_size(&held.file, size) {
            Err(Errno::BADF) => Err(Errno::INVAL),
            set => set,
        }
    }

    /// Sets the times of what is open.
    pub(in crate::fs) fn set_times(&self, times: SetTimes) -> Result<(), Errno> {
        match &self.object {
            Object::File(held) => held.files.lock().set_file_times(&held.file, times),
            Object::Directory(held) => held.files.lock().set_directory_times(&held.directory, times),
        }
    }

    /// Waits until what was written is on the disk.
    pub(in crate::fs) fn sync(&self, only_content: bool) -> Result<(), Errno> {
        match &self.object {
            Object::File(held) => held.files.lock().sync(&held.file, only_content),
            Object::Directory(held) => held.files.lock().sync_directory(&held.directory),
        }
    }

    /// What is known of what is open.
    pub(in crate::fs) fn metadata(&self) -> Result<Metadata, Errno> {
        match &self.object {
            Object::File(held) => held.files.lock().file_metadata(&held.file),
            Object::Directory(held) => held.files.lock().directory_metadata(&held.directory),
        }
    }

    /// A number of what is open, as [`identity`] makes it.
    pub(in crate::fs) fn metadata_hash(&self) -> Result<(u64, u64), Errno> {
        self.metadata().map(|metadata| identity(&metadata))
    }

    /// Whether both have the same thing open.
    pub(in crate::fs) fn is_same_object(&self, other: &Descriptor) -> bool {
        let identity = |descriptor: &Descriptor| {
            let metadata = descriptor.metadata().ok()?;
            Some((metadata.device, metadata.inode))
        };
        // What can't be asked is nothing else's equal.
        identity(self).is_some_and(|one| identity(other) == Some(one))
    }
}

/// A number that all names and descriptors of one thing have, and that nothing else has: programs of C take it for the
/// number of a file. It does not change when the file does.
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    let hash = |half: u8| {
        let mut hasher = DefaultHasher::new();
        (half, metadata.device, metadata.inode).hash(&mut hasher);
        hasher.finish()
    };
    (hash(0), hash(1))
}
