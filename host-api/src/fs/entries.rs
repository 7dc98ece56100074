//! Listing folders.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, SeekFrom};

use super::ahead::Ahead;
use super::positions::{Kept, Positions};
use super::{Directory, Errno, FileKind, FileSystem, Metadata, Use};

/// What the host is asked for at a time, in bytes.
const BUFFER: usize = 16 << 10;

/// One entry of a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its number.
    pub inode: u64,
    /// Where the listing goes on after it.
    pub next: u64,
}

/// The most entries of a folder that are listed, and that all listings of a guest remember together; those that were read
/// ahead weigh more.
const MOST: usize = 4 << 20;

/// The state of a listing. Cookies count entries from 1: C's `telldir` has 32 bits, which the host's own cookies
/// may not fit into. Going on where one has stopped needs no seek, after which some file systems would skip
/// entries when others were removed. One that was used is given back with [`FileSystem::close_listing`].
#[derive(Debug, Default)]
pub struct Listing {
    folder: Option<OwnedFd>,
    /// Where the host's folder goes on after each entry that was given so far.
    given: Positions,
    /// What was read from the host ahead of that, each with where the folder goes on after it.
    ahead: Ahead,
}

impl FileSystem {
    /// Lists a folder from a cookie on (0: from the beginning), until there are no more entries or `take` gives
    /// false. `.` and `..` are listed; names that are no text are not.
    ///
    /// # Errors
    /// The POSIX ones of `getdents`; `EOVERFLOW` for folders of millions of entries, `EMFILE` where the handle that a
    /// listing takes is one too many.
    pub fn entries(
        &mut self,
        directory: &Directory,
        listing: &mut Listing,
        cookie: u64,
        mut take: impl FnMut(&Entry) -> bool,
    ) -> Result<(), Errno> {
        self.ledger.operation();
        self.touch(directory, "", Use::LISTED);
        let cookie = usize::try_from(cookie).unwrap_or(usize::MAX);
        let mut from_host = 0;
        if let Some(folder) = &directory.folder {
            if listing.folder.is_none() {
                self.take_handle(directory.path())?;
                match open(folder) {
                    Ok(host) => listing.folder = Some(host),
                    Err(error) => {
                        self.handles.give();
                        return Err(error);
                    }
                }
            }
            if !self.host_entries(directory, listing, cookie, &mut take)? {
                return Ok(());
            }
            from_host = listing.given.len();
        }
        // A folder that is not on the host has no entries for itself and its parent there.
        let own = if directory.folder.is_none() { &[".", ".."][..] } else { &[] };
        let mounted = self.tree.children(directory).map(|(name, _)| name);
        let names: Vec<String> = own.iter().copied().chain(mounted).map(str::to_owned).collect();
        for (index, name) in names.into_iter().enumerate().skip(cookie.saturating_sub(from_host)) {
            let Metadata { kind, inode, .. } = match name.as_str() {
                "." | ".." => self.directory_metadata(directory)?,
                name => self.metadata(directory, name, false)?,
            };
            if !take(&Entry { name, kind, inode, next: (from_host + index + 1) as u64 }) {
                break;
            }
        }
        Ok(())
    }

    /// Gives back what a listing holds.
    pub fn close_listing(&mut self, listing: Listing) {
        if listing.folder.is_some() {
            self.handles.give();
        }
    }

    /// Gives what the host has; false if `take` wants no more.
    fn host_entries(
        &self,
        directory: &Directory,
        listing: &mut Listing,
        cookie: usize,
        take: &mut impl FnMut(&Entry) -> bool,
    ) -> Result<bool, Errno> {
        let Some(host) = &listing.folder else { return Ok(true) };
        if cookie == 0 || cookie < listing.given.len() {
            let position = cookie.checked_sub(1).and_then(|last| listing.given.get(last)).unwrap_or(0);
            rustix::fs::seek(host, SeekFrom::Start(position))?;
            listing.given.truncate(cookie);
            listing.ahead.clear();
        }
        loop {
            while let Some((entry, position)) = listing.ahead.front() {
                let wanted =
                    listing.given.len() >= cookie && self.tree.child(directory, &entry.name).is_none();
                if wanted && !take(entry) {
                    return Ok(false);
                }
                listing.given.push(*position, &self.listed, MOST)?;
                listing.ahead.pop();
            }
            if !read_ahead(host, listing.given.len(), &mut listing.ahead, &self.listed)? {
                return Ok(true);
            }
        }
    }
}

/// Opens a folder to be listed: a handle of a walk is good for paths alone.
fn open(folder: &OwnedFd) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// Reads one buffer of the host's entries; `given` come before them. False if there are no more.
fn read_ahead(host: &OwnedFd, given: usize, ahead: &mut Ahead, kept: &Kept) -> Result<bool, Errno> {
    // Asked before: what is read from the host and not kept would be missing.
    if kept.load(Ordering::Relaxed).saturating_add(BUFFER) > MOST {
        return Err(Errno::OVERFLOW);
    }
    let mut buffer = [MaybeUninit::<u8>::uninit(); BUFFER];
    let mut entries = RawDir::new(host, &mut buffer);
    let mut any = false;
    while let Some(entry) = entries.next() {
        let entry = entry?;
        any = true;
        if let Ok(name) = entry.file_name().to_str() {
            let next = given + ahead.len() + 1;
            if next > MOST {
                return Err(Errno::OVERFLOW);
            }
            let kind = kind(host, name, entry.file_type());
            let position = entry.next_entry_cookie();
            let entry = Entry { name: name.to_owned(), kind, inode: entry.ino(), next: next as u64 };
            ahead.push(entry, position, kept);
        }
        if entries.is_buffer_empty() {
            break;
        }
    }
    Ok(any)
}

/// What an entry is; some file systems don't say it in their listings.
fn kind(folder: &OwnedFd, name: &str, listed: FileType) -> FileKind {
    match listed {
        FileType::Unknown => rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
            .map_or(FileKind::Special, |stat| FileKind::of_stat(&stat)),
        listed => FileKind::of(listed),
    }
}
