//! Opening and closing.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::fs::{AtFlags, FileType, Stat};

use super::ledger::FileId;
use super::mount::Object;
use super::walk::{self, Last, Target};
use super::{Access, Directory, Errno, FileKind, FileSystem, OpenFile, RefusalKind, Use};

/// How something is opened.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct OpenOptions {
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Each write goes to the end.
    pub append: bool,
    /// Make a file where nothing is.
    pub create: bool,
    /// Fail where something is, if a file is to be made.
    pub exclusive: bool,
    /// Make the file empty.
    pub truncate: bool,
    /// Fail unless it is a folder.
    pub directory: bool,
    /// Follow a link at the path's end.
    pub follow: bool,
}

/// What was opened.
#[derive(Debug)]
pub enum Opened {
    /// A regular file.
    File(OpenFile),
    /// A folder.
    Directory(Directory),
}

/// Where an opened file comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// It was there.
    There,
    /// It was made by opening it.
    Created,
    /// It is mounted by itself.
    Mounted,
}

/// A step of opening: it is open, or it is a link.
enum Attempt {
    Opened(Opened),
    Link,
}

impl FileSystem {
    /// Opens what a path names.
    ///
    /// # Errors
    /// The POSIX ones of `openat`; `EPERM` where the path leads out of `base`, `EROFS` where the mount is read-only,
    /// `ENOSPC` and `EMFILE` where a limit is met, `ENOTSUP` for what is neither file nor folder.
    pub fn open(&mut self, base: &Directory, path: &str, options: OpenOptions) -> Result<Opened, Errno> {
        self.ledger.operation();
        self.take_handle(path)?;
        let opened = self.try_open(base, path, options);
        if opened.is_err() {
            self.handles.give();
        }
        opened
    }

    /// Closes a file.
    pub fn close(&mut self, file: OpenFile) {
        self.closing(&file);
    }

    /// Closes a folder.
    pub fn close_directory(&mut self, directory: Directory) {
        self.closing_directory();
        drop(directory);
    }

    /// A file is about to be closed by who holds it.
    pub(super) fn closing(&mut self, file: &OpenFile) {
        self.handles.give();
        self.ledger.closed(file.id);
    }

    /// The same for a folder.
    pub(super) fn closing_directory(&mut self) {
        self.handles.give();
    }

    fn try_open(&mut self, base: &Directory, path: &str, options: OpenOptions) -> Result<Opened, Errno> {
        let target = self.walk(base, path, Last::Keep)?;
        if let Attempt::Opened(opened) = self.attempt(&target, options)? {
            return Ok(opened);
        }
        if !options.follow && !target.must_be_folder || options.create && options.exclusive {
            return Err(if options.create && options.exclusive { Errno::EXIST } else { Errno::LOOP });
        }
        let target = self.walk(base, path, Last::Follow)?;
        match self.attempt(&target, options)? {
            Attempt::Opened(opened) => Ok(opened),
            // Another process put a link there between the two looks.
            Attempt::Link => Err(Errno::LOOP),
        }
    }

    fn attempt(&mut self, target: &Target, options: OpenOptions) -> Result<Attempt, Errno> {
        let Some(name) = &target.name else { return self.open_directory(target.parent.clone(), options) };
        if let Some(node) = self.tree.child(&target.parent, name) {
            if options.create && options.exclusive {
                return Err(Errno::EXIST);
            }
            if let Some((mount, mounted)) = self.tree.mounted(node)
                && let Object::File(file) = &mounted.object
            {
                let (file, mut place) = (file.clone(), target.parent.clone());
                if options.directory || target.must_be_folder {
                    return Err(Errno::NOTDIR);
                }
                place.mount = mount;
                return self.open_mounted_file(&file, &place, name, options);
            }
            let directory = walk::enter_node(&self.tree, &target.parent, name, node)?;
            return self.open_directory(directory, options);
        }
        let place = &target.parent;
        let folder = match &place.folder {
            Some(folder) => folder.clone(),
            None if options.create => return self.may_write("create", place, name).and(Err(Errno::ROFS)),
            None => return Err(Errno::NOENT),
        };
        // Nothing that is there is opened by making it, so that this needs no look before it.
        if options.create
            && !options.directory
            && !target.must_be_folder
            && let Some(file) = self.make_file(&folder, place, name, options)?
        {
            let stat = rustix::fs::fstat(&file)?;
            return self.opened_file(file, &stat, place, name, options, Origin::Created);
        }
        // Looked at before it is opened: opening a pipe wakes who waits at its other end, and a file of a read-only
        // mount is never opened for writing. Refused as read-only only where there is something.
        let exclusive = options.create && options.exclusive;
        let is_there = match rustix::fs::statat(&folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => match FileKind::of_stat(&stat) {
                FileKind::Link => return Ok(Attempt::Link),
                FileKind::Special if !exclusive => return Err(self.refuse_special(place, name)),
                _ if (options.write || options.truncate) && !exclusive => {
                    self.may_write("write to", place, name)?;
                    true
                }
                _ => true,
            },
            Err(Errno::NOENT) => false,
            Err(error) => return Err(error),
        };
        let (file, origin) = match self.open_at(&folder, place, name, options, is_there) {
            // What O_NOFOLLOW says of a link.
            Err(Errno::LOOP | Errno::MLINK) => return Ok(Attempt::Link),
            Err(Errno::NOTDIR) if walk::read_link(place, name)?.is_some() => return Ok(Attempt::Link),
            opened => opened?,
        };
        let stat = rustix::fs::fstat(&file)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let path = place.path_of(name);
                let directory =
                    Directory { folder: Some(Arc::new(file)), mount: place.mount, node: None, path };
                self.open_directory(directory, options)
            }
            FileType::RegularFile if options.directory || target.must_be_folder => {
                if origin == Origin::Created {
                    rustix::fs::unlinkat(&folder, name.as_str(), AtFlags::empty())?;
                }
                Err(Errno::NOTDIR)
            }
            FileType::RegularFile => self.opened_file(file, &stat, place, name, options, origin),
            _ => Err(self.refuse_special(place, name)),
        }
    }

    fn refuse_special(&mut self, place: &Directory, name: &str) -> Errno {
        self.refusals.add(RefusalKind::Special, "open", place.path_of(name).as_str(), None);
        Errno::NOTSUP
    }

    fn open_directory(&mut self, directory: Directory, options: OpenOptions) -> Result<Attempt, Errno> {
        if options.create && options.exclusive {
            return Err(Errno::EXIST);
        }
        if options.write || options.truncate || options.create && !options.directory {
            return Err(Errno::ISDIR);
        }
        Ok(Attempt::Opened(Opened::Directory(directory)))
    }

    fn opened_file(
        &mut self,
        file: OwnedFd,
        stat: &Stat,
        place: &Directory,
        name: &str,
        options: OpenOptions,
        origin: Origin,
    ) -> Result<Attempt, Errno> {
        let changeable = self.tree.mount(place.mount).access == Access::ReadWrite;
        let id = FileId::of(stat);
        if origin == Origin::Created {
            self.ledger.name_added(place.mount);
        }
        match (origin, options.write || options.truncate) {
            (Origin::Created, _) => self.touch(place, "", Use::REARRANGED),
            (_, true) => self.touch(place, name, Use::WRITTEN),
            (_, false) => self.touch(place, name, Use::LOOKED_AT),
        }
        let size = stat.st_size.try_into().unwrap_or(0);
        self.ledger.opened(id, changeable.then_some(place.mount), size);
        let file = OpenFile {
            file,
            id,
            changeable,
            readable: options.read,
            writable: options.write,
            append: options.append,
            mounted: origin == Origin::Mounted,
            path: place.path_of(name),
        };
        if options.truncate
            && origin != Origin::Created
            && let Err(error) = self.truncate(&file, 0)
        {
            self.ledger.closed(id);
            return Err(error);
        }
        Ok(Attempt::Opened(Opened::File(file)))
    }

    fn open_mounted_file(
        &mut self,
        file: &OwnedFd,
        place: &Directory,
        name: &str,
        options: OpenOptions,
    ) -> Result<Attempt, Errno> {
        let mount = self.tree.mount(place.mount);
        let (access, id) = (mount.access, mount.id);
        if (options.write || options.truncate) && access == Access::ReadOnly {
            self.refusals.add(RefusalKind::ReadOnly, "write to", place.path_of(name).as_str(), Some(id));
            return Err(Errno::ROFS);
        }
        // A second handle will do: reads and writes say where they begin, so that the position that both share
        // is never used.
        let file = rustix::io::fcntl_dupfd_cloexec(file, 0)?;
        let stat = rustix::fs::fstat(&file)?;
        self.opened_file(file, &stat, place, name, options, Origin::Mounted)
    }
}
