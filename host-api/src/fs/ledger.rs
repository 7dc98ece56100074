//! What a guest keeps in the folders that it may write: counted as it happens, never by looking.

use std::collections::HashMap;

use rustix::fs::Stat;

/// What a guest may keep in its writable mounts, all together.
///
/// Only growth counts: what a mount held when the guest started is free, and what the guest removes of it makes
/// room in that mount alone.
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

/// A file that is open, through whichever mounts.
#[derive(Debug, Default)]
struct OpenInode {
    /// The mount that its bytes count in: the first through which it was opened, or removed, that may be written.
    mount: Option<usize>,
    /// Its length as the ledger counts it, once there is such a mount.
    size: u64,
    handles: usize,
    /// Its last name is gone: the bytes go with the last handle.
    unlinked: bool,
}

impl OpenInode {
    /// Counts its bytes in a mount, unless they count in one already.
    fn charge(&mut self, mount: usize, size: u64) {
        if self.mount.is_none() {
            (self.mount, self.size) = (Some(mount), size);
        }
    }
}

/// Counts bytes and names against the quota. Files that are open are known by their identity, so that a write
/// needs no look at the disk to know by how much it makes a file longer.
#[derive(Debug)]
pub(super) struct Ledger {
    quota: Quota,
    usage: Usage,
    bytes: Growth,
    files: Growth,
    open: HashMap<FileId, OpenInode>,
}

impl Ledger {
    pub(super) fn new(quota: Quota) -> Ledger {
        Ledger {
            quota,
            usage: Usage::default(),
            bytes: Growth::default(),
            files: Growth::default(),
            open: HashMap::new(),
        }
    }

    pub(super) fn usage(&self) -> Usage {
        Usage {
            live_bytes: self.bytes.total,
            live_files: self.files.total,
            peak_bytes: self.bytes.peak,
            peak_files: self.files.peak,
            ..self.usage
        }
    }

    pub(super) fn operation(&mut self) {
        self.usage.operations += 1;
    }

    pub(super) fn read(&mut self, bytes: u64) {
        self.usage.read_bytes += bytes;
    }

    /// Whether there may be one more name in a mount.
    pub(super) fn has_room_for_name(&self, mount: usize) -> bool {
        self.has_room_for_names(mount, 1)
    }

    /// Whether there may be so many more names in a mount.
    pub(super) fn has_room_for_names(&self, mount: usize, names: i64) -> bool {
        self.files.after(mount, names.into()) <= self.quota.files
    }

    /// Whether there may be so many more bytes in a mount, in no file that the ledger knows.
    #[cfg(feature = "keyvalue")]
    pub(super) fn has_room_for_bytes(&self, mount: usize, bytes: i64) -> bool {
        self.bytes.after(mount, bytes.into()) <= self.quota.bytes
    }

    /// A mount has changed by so many bytes and names, in no file that the ledger knows.
    #[cfg(feature = "keyvalue")]
    pub(super) fn changed(&mut self, mount: usize, bytes: i64, names: i64, written: u64) {
        self.usage.written_bytes += written;
        self.bytes.change(mount, bytes.into());
        self.files.change(mount, names.into());
    }

    pub(super) fn name_added(&mut self, mount: usize) {
        self.files.change(mount, 1);
    }

    /// A name is gone. `stat` is what it named before; its bytes are credited if that was its last name and
    /// nothing holds it open.
    pub(super) fn name_removed(&mut self, mount: usize, stat: &Stat, is_file: bool) {
        self.files.change(mount, -1);
        if !is_file || stat.st_nlink > 1 {
            return;
        }
        match self.open.get_mut(&FileId::of(stat)) {
            Some(open) => {
                open.unlinked = true;
                open.charge(mount, stat.st_size.try_into().unwrap_or(0));
            }
            None => self.bytes.change(mount, -i128::from(stat.st_size)),
        }
    }

    /// A file was opened; `mount` is the one it was opened through, if that may be written. One that is only read
    /// counts for nothing, but a name that it loses elsewhere makes no room while it is open.
    pub(super) fn opened(&mut self, id: FileId, mount: Option<usize>, size: u64) {
        let open = self.open.entry(id).or_default();
        open.handles += 1;
        if let Some(mount) = mount {
            open.charge(mount, size);
        }
    }

    /// A handle of a file is gone.
    pub(super) fn closed(&mut self, id: FileId) {
        let Some(open) = self.open.get_mut(&id) else { return };
        open.handles -= 1;
        if open.handles == 0 {
            let (mount, size, unlinked) = (open.mount, open.size, open.unlinked);
            self.open.remove(&id);
            if let (Some(mount), true) = (mount, unlinked) {
                self.bytes.change(mount, -i128::from(size));
            }
        }
    }

    /// The length of an open file.
    pub(super) fn size(&self, id: FileId) -> u64 {
        self.open.get(&id).map_or(0, |open| open.size)
    }

    /// Whether an open file may become `size` bytes long.
    pub(super) fn has_room_for(&self, id: FileId, size: u64) -> bool {
        let Some(open) = self.open.get(&id) else { return false };
        let Some(mount) = open.mount else { return false };
        size <= open.size || self.bytes.after(mount, i128::from(size - open.size)) <= self.quota.bytes
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
        let Some(mount) = open.mount else { return };
        let before = std::mem::replace(&mut open.size, size);
        self.bytes.change(mount, i128::from(size) - i128::from(before));
    }
}

/// By how much the mounts have grown since the guest started. One that has shrunk does not pay for another.
#[derive(Debug, Default)]
struct Growth {
    /// Of each mount, below nothing where it has shrunk. Wide enough for any sum of lengths.
    mounts: Vec<i128>,
    /// Of those that have grown, all together.
    total: u64,
    /// The largest total so far.
    peak: u64,
}

impl Growth {
    /// What the total would be.
    fn after(&self, mount: usize, change: i128) -> u64 {
        let before = self.mounts.get(mount).copied().unwrap_or(0);
        let total = i128::from(self.total) - before.max(0) + (before + change).max(0);
        u64::try_from(total.max(0)).unwrap_or(u64::MAX)
    }

    fn change(&mut self, mount: usize, change: i128) {
        self.total = self.after(mount, change);
        self.peak = self.peak.max(self.total);
        if self.mounts.len() <= mount {
            self.mounts.resize(mount + 1, 0);
        }
        self.mounts[mount] += change;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn absurd_lengths_neither_overflow_nor_panic() {
        let mut growth = Growth::default();
        for _ in 0..10 {
            growth.change(0, i128::from(u64::MAX));
        }
        assert_eq!(growth.total, u64::MAX);
        for _ in 0..20 {
            growth.change(0, -i128::from(u64::MAX));
        }
        assert_eq!(growth.total, 0);
    }

    /// What happens to one of a few files.
    #[derive(Clone, Debug)]
    enum Step {
        Open,
        OpenReadOnly,
        Close,
        Resize(u64),
        Unlink,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Open),
            Just(Step::OpenReadOnly),
            Just(Step::Close),
            (0..500_u64).prop_map(Step::Resize),
            Just(Step::Unlink),
        ]
    }

    /// A file as the plainest model has it.
    #[derive(Clone)]
    struct Model {
        size: u64,
        handles: usize,
        /// One of the handles is, or was, good for writing.
        writable: bool,
        named: bool,
    }

    proptest! {
        /// Against a model that adds up what is there: files of two mounts, all there when the guest starts.
        #[test]
        fn live_bytes_are_what_each_mount_has_grown_by(
            start in prop::collection::vec(0..300_u64, 6),
            steps in prop::collection::vec((0..6_usize, step()), 0..200),
            limit in 0..800_u64,
        ) {
            let mut ledger = Ledger::new(Quota { bytes: limit, files: u64::MAX });
            let id = |file: usize| FileId { device: 1, inode: file as u64 };
            let mut model: Vec<Model> =
                start.iter().map(|&size| Model { size, handles: 0, writable: false, named: true }).collect();
            let live = |model: &[Model]| -> u64 {
                (0..2).map(|mount| {
                    let now: u64 = model.iter().skip(mount).step_by(2)
                        .filter(|file| file.named || file.handles > 0)
                        .map(|file| file.size)
                        .sum();
                    let then: u64 = start.iter().skip(mount).step_by(2).sum();
                    now.saturating_sub(then)
                }).sum()
            };
            for (file, step) in steps {
                let mount = file % 2;
                match step {
                    Step::Open if model[file].named => {
                        ledger.opened(id(file), Some(mount), model[file].size);
                        model[file].handles += 1;
                        model[file].writable = true;
                    }
                    Step::OpenReadOnly if model[file].named => {
                        ledger.opened(id(file), None, model[file].size);
                        model[file].handles += 1;
                    }
                    Step::Close if model[file].handles > 0 => {
                        ledger.closed(id(file));
                        model[file].handles -= 1;
                        model[file].writable &= model[file].handles > 0;
                    }
                    Step::Resize(size) if model[file].writable => {
                        let mut next = model.clone();
                        next[file].size = size;
                        let fits = size <= model[file].size || live(&next) <= limit;
                        prop_assert_eq!(ledger.has_room_for(id(file), size), fits);
                        if fits {
                            ledger.resized(id(file), size);
                            model = next;
                        }
                    }
                    Step::Unlink if model[file].named => {
                        ledger.name_removed(mount, &stat(file as u64, model[file].size), true);
                        model[file].named = false;
                    }
                    Step::Open | Step::OpenReadOnly | Step::Close | Step::Resize(_) | Step::Unlink => {}
                }
                prop_assert_eq!(ledger.usage().live_bytes, live(&model));
            }
        }
    }

    /// A file with one name. The structure can't be made from its fields, so that one of the host's is changed.
    fn stat(inode: u64, size: u64) -> Stat {
        let mut stat = rustix::fs::stat("/").unwrap();
        (stat.st_dev, stat.st_ino, stat.st_nlink) = (1, inode, 1);
        stat.st_size = size.try_into().unwrap();
        stat
    }
}
