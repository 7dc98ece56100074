//! What is done with names below a descriptor.

use std::sync::Arc;

use super::held::{HeldDirectory, HeldFile};
use super::item::{Object, identity};
use super::{Asked, Descriptor, Flags};
use crate::fs::{Errno, Metadata, OpenOptions, Opened, SetTimes};

impl Descriptor {
    /// Opens what a path names. Making or emptying a file means writing to it; what is not opened for writing is opened for
    /// reading.
    pub(in crate::fs) fn open_at(&self, path: &str, asked: Asked) -> Result<Descriptor, Errno> {
        let held = self.directory()?;
        if asked.directory && (asked.create || asked.exclusive || asked.truncate) {
            return Err(Errno::INVAL);
        }
        let options = OpenOptions {
            read: asked.flags.read || !asked.flags.write,
            write: asked.flags.write || asked.create || asked.truncate,
            append: false,
            create: asked.create,
            exclusive: asked.exclusive,
            truncate: asked.truncate,
            directory: asked.directory,
            follow: asked.follow,
        };
        let opened = held.files.lock().open(&held.directory, path, options)?;
        let flags = Flags { read: options.read, write: options.write, ..asked.flags };
        let files = held.files.clone();
        Ok(match opened {
            Opened::File(file) => Descriptor {
                object: Object::File(Arc::new(HeldFile { files, file })),
                flags: Flags { mutate_directory: false, ..flags },
            },
            Opened::Directory(directory) => {
                let held = HeldDirectory { files, directory, counted: true };
                Descriptor { object: Object::Directory(Arc::new(held)), flags }
            }
        })
    }

    /// Makes a folder.
    pub(in crate::fs) fn create_directory_at(&self, path: &str) -> Result<(), Errno> {
        let held = self.directory()?;
        held.files.lock().make_directory(&held.directory, path)
    }

    /// What is known of what a path names.
    pub(in crate::fs) fn stat_at(&self, path: &str, follow: bool) -> Result<Metadata, Errno> {
        let held = self.directory()?;
        held.files.lock().metadata(&held.directory, path, follow)
    }

    /// A number of what a path names, as [`identity`] makes it.
    pub(in crate::fs) fn metadata_hash_at(&self, path: &str, follow: bool) -> Result<(u64, u64), Errno> {
        self.stat_at(path, follow).map(|metadata| identity(&metadata))
    }

    /// Sets the times of what a path names.
    pub(in crate::fs) fn set_times_at(&self, path: &str, follow: bool, times: SetTimes) -> Result<(), Errno> {
        let held = self.directory()?;
        held.files.lock().set_times(&held.directory, path, follow, times)
    }

    /// Gives a file a second name.
    pub(in crate::fs) fn link_at(
        &self,
        old_path: &str,
        follow: bool,
        new: &Descriptor,
        new_path: &str,
    ) -> Result<(), Errno> {
        let (held, new) = (self.directory()?, new.directory()?);
        // POSIX leaves open what a link's own second name is; no other host of WASI makes one.
        if follow {
            return Err(Errno::INVAL);
        }
        held.files.lock().hard_link(&held.directory, old_path, &new.directory, new_path)
    }

    /// What a symbolic link holds.
    pub(in crate::fs) fn readlink_at(&self, path: &str) -> Result<String, Errno> {
        let held = self.directory()?;
        held.files.lock().read_link(&held.directory, path)
    }

    /// Removes an empty folder.
    pub(in crate::fs) fn remove_directory_at(&self, path: &str) -> Result<(), Errno> {
        let held = self.directory()?;
        held.files.lock().remove_directory(&held.directory, path)
    }

    /// Gives something another name.
    pub(in crate::fs) fn rename_at(
        &self,
        old_path: &str,
        new: &Descriptor,
        new_path: &str,
    ) -> Result<(), Errno> {
        let (held, new) = (self.directory()?, new.directory()?);
        held.files.lock().rename(&held.directory, old_path, &new.directory, new_path)
    }

    /// Makes a symbolic link that holds `contents`.
    pub(in crate::fs) fn symlink_at(&self, contents: &str, path: &str) -> Result<(), Errno> {
        let held = self.directory()?;
        held.files.lock().symlink(contents, &held.directory, path)
    }

    /// Removes the name of a file or link.
    pub(in crate::fs) fn unlink_file_at(&self, path: &str) -> Result<(), Errno> {
        let held = self.directory()?;
        held.files.lock().remove_file(&held.directory, path)
    }
}
