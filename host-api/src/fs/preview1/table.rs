//! The descriptors of a guest.

use super::{Errno, Rights};
use crate::fs::{Directory, FileSystem, Listing, OpenFile};

/// What a guest's descriptor stands for.
#[derive(Debug)]
pub(super) struct Descriptor {
    pub(super) object: Object,
    /// What it may be used for.
    pub(super) rights: Rights,
    /// What may be opened through it with which rights.
    pub(super) inheriting: Rights,
    /// The flags that it was opened with, or that were set.
    pub(super) flags: u16,
}

#[derive(Debug)]
pub(super) enum Object {
    Stdin,
    Stdout,
    Stderr,
    File { file: OpenFile, position: u64 },
    Directory { directory: Directory, listing: Listing, preopened: bool },
}

/// The descriptors of a guest, by number. A new one gets the lowest number that is free.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Option<Descriptor>>,
    /// No slot below it is free.
    lowest: usize,
}

impl Table {
    /// The streams, and the root as the one folder that is open from the start.
    pub(super) fn new(root: Directory) -> Table {
        let stream =
            |object| Descriptor { object, rights: Rights::STREAM, inheriting: Rights::NONE, flags: 0 };
        let root = Descriptor {
            object: Object::Directory { directory: root, listing: Listing::default(), preopened: true },
            rights: Rights::FOLDER,
            inheriting: Rights::FOLDER.and(Rights::FILE),
            flags: 0,
        };
        let descriptors = [stream(Object::Stdin), stream(Object::Stdout), stream(Object::Stderr), root];
        Table { lowest: descriptors.len(), slots: descriptors.into_iter().map(Some).collect() }
    }

    pub(super) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        self.slots.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BADF)
    }

    pub(super) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::BADF)
    }

    /// A folder, if the descriptor is one and has these rights.
    pub(super) fn directory(&self, fd: u32, needed: Rights) -> Result<&Directory, Errno> {
        let descriptor = self.get(fd)?;
        let Object::Directory { directory, .. } = &descriptor.object else { return Err(Errno::NOTDIR) };
        descriptor.rights.check(needed)?;
        Ok(directory)
    }

    /// A file, if the descriptor is one and has these rights.
    pub(super) fn file(&mut self, fd: u32, needed: Rights) -> Result<(&mut OpenFile, &mut u64), Errno> {
        let descriptor = self.get_mut(fd)?;
        let rights = descriptor.rights;
        match &mut descriptor.object {
            Object::File { file, position } => {
                rights.check(needed)?;
                Ok((file, position))
            }
            Object::Directory { .. } => Err(Errno::BADF),
            Object::Stdin | Object::Stdout | Object::Stderr => Err(Errno::SPIPE),
        }
    }

    pub(super) fn insert(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        let free = self.slots[self.lowest..].iter().position(Option::is_none);
        let slot = free.map_or(self.slots.len(), |offset| self.lowest + offset);
        let fd = u32::try_from(slot).map_err(|_| Errno::MFILE)?;
        match self.slots.get_mut(slot) {
            Some(free) => *free = Some(descriptor),
            None => self.slots.push(Some(descriptor)),
        }
        self.lowest = slot + 1;
        Ok(fd)
    }

    /// Takes a descriptor out, to be closed.
    pub(super) fn remove(&mut self, fd: u32) -> Result<Descriptor, Errno> {
        let slot = self.slots.get_mut(fd as usize).ok_or(Errno::BADF)?;
        let descriptor = slot.take().ok_or(Errno::BADF)?;
        self.lowest = self.lowest.min(fd as usize);
        Ok(descriptor)
    }

    /// Moves `from` onto `to`; both are open. Gives what `to` was, to be closed.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Descriptor>, Errno> {
        self.get(to)?;
        if from == to {
            return Ok(None);
        }
        let moved = self.remove(from)?;
        Ok(self.slots[to as usize].replace(moved))
    }
}

impl Descriptor {
    /// Gives back what it held.
    pub(super) fn close(self, files: &mut FileSystem) {
        match self.object {
            Object::File { file, .. } => files.close(file),
            Object::Directory { directory, listing, preopened } => {
                files.close_listing(listing);
                // The guest had that one from the start.
                if !preopened {
                    files.close_directory(directory);
                }
            }
            Object::Stdin | Object::Stdout | Object::Stderr => {}
        }
    }
}
