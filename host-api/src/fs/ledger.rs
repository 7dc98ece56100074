//! What a guest keeps in the folders that it may write: counted as it happens, never by looking.

use std::collections::HashMap;

use rustix::fs::Stat;

/// What a guest may keep in its writable mounts, all together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quota {
    /// Live logical bytes of files: their lengths, holes included.
    pub bytes: u64,
    /// Live names: of files, folders and links.
    pub files: u64,
}

impl Default for Quota {
    /// No limit.
    fn default() -> Quota {
        Quota { bytes: u64::MAX, files: u64::MAX }
    }
}

/// What was used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    /// Bytes read from files.
    pub read_bytes: u64,
    /// Bytes written to files.
    pub written_bytes: u64,
    /// Operations on files and folders.
    pub operations: u64,
    /// Live bytes now.
    pub live_bytes: u64,
    /// Live names now.
    pub live_files: u64,
    /// The most live bytes at a time.
    pub peak_bytes: u64,
    /// The most live names at a time.
    pub peak_files: u64,
}

/// What a file is known by, whatever its names.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    pub(super) fn of(stat: &Stat) -> FileId {
        #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
        FileId { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
    }
}

/// A file of a writable mount that is open.
#[derive(Debug)]
struct OpenInode {
    size: u64,
    handles: usize,
    /// Its last name is gone: the bytes go with the last handle.
    unlinked: bool,
}

/// Counts bytes and names against the quota. Files that are open are known by their identity, so that a write
/// needs no look at the disk to know by how much it makes a file longer.
#[derive(Debug)]
pub(super) struct Ledger {
    quota: Quota,
    usage: Usage,
    open: HashMap<FileId, OpenInode>,
}

impl Ledger {
    pub(super) fn new(quota: Quota) -> Ledger {
        Ledger { quota, usage: Usage::default(), open: HashMap::new() }
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    pub(super) fn operation(&mut self) {
        self.usage.operations += 1;
    }

    pub(super) fn read(&mut self, bytes: u64) {
        self.usage.read_bytes += bytes;
    }

    /// Whether there may be one more name.
    pub(super) fn has_room_for_name(&self) -> bool {
        self.usage.live_files < self.quota.files
    }

    pub(super) fn name_added(&mut self) {
        self.usage.live_files += 1;
        self.usage.peak_files = self.usage.peak_files.max(self.usage.live_files);
    }

    /// A name is gone. `stat` is what it named before; its bytes are credited if that was its last name and
    /// nothing holds it open.
    pub(super) fn name_removed(&mut self, stat: &Stat, is_file: bool) {
        // What was there before the guest came was never charged, so that the count could fall below nothing.
        self.usage.live_files = self.usage.live_files.saturating_sub(1);
        if !is_file || stat.st_nlink > 1 {
            return;
        }
        match self.open.get_mut(&FileId::of(stat)) {
            Some(open) => open.unlinked = true,
            None => self.credit(stat.st_size.try_into().unwrap_or(0)),
        }
    }

    /// A file of a writable mount was opened.
    pub(super) fn opened(&mut self, id: FileId, size: u64) {
        self.open.entry(id).or_insert(OpenInode { size, handles: 0, unlinked: false }).handles += 1;
    }

    /// A handle of such a file is gone.
    pub(super) fn closed(&mut self, id: FileId) {
        let Some(open) = self.open.get_mut(&id) else { return };
        open.handles -= 1;
        if open.handles == 0 {
            let (size, unlinked) = (open.size, open.unlinked);
            self.open.remove(&id);
            if unlinked {
                self.credit(size);
            }
        }
    }

    /// The length of an open file.
    pub(super) fn size(&self, id: FileId) -> u64 {
        self.open.get(&id).map_or(0, |open| open.size)
    }

    /// Whether an open file may become `size` bytes long.
    pub(super) fn has_room_for(&self, id: FileId, size: u64) -> bool {
        let growth = size.saturating_sub(self.size(id));
        growth == 0 || self.usage.live_bytes.saturating_add(growth) <= self.quota.bytes
    }

    /// An open file is at least `size` bytes long now, as `written` bytes were written to it.
    pub(super) fn wrote(&mut self, id: FileId, written: u64, size: u64) {
        self.usage.written_bytes += written;
        if size > self.size(id) {
            self.resized(id, size);
        }
    }

    /// An open file is `size` bytes long now.
    pub(super) fn resized(&mut self, id: FileId, size: u64) {
        let Some(open) = self.open.get_mut(&id) else { return };
        let before = std::mem::replace(&mut open.size, size);
        if size < before {
            self.credit(before - size);
        } else {
            self.usage.live_bytes = self.usage.live_bytes.saturating_add(size - before);
            self.usage.peak_bytes = self.usage.peak_bytes.max(self.usage.live_bytes);
        }
    }

    fn credit(&mut self, bytes: u64) {
        self.usage.live_bytes = self.usage.live_bytes.saturating_sub(bytes);
    }
}
