//! What a guest keeps on the host's disk besides its files, and is counted with them.

use super::FileSystem;
use super::refusal::RefusalKind;

impl FileSystem {
    /// Whether there is room for so many more bytes and names. `place` is one of those that are no mounts, from 0, and
    /// `what` its name for people; a refusal is remembered.
    pub(crate) fn has_room_elsewhere(&mut self, place: usize, what: &str, bytes: i64, names: i64) -> bool {
        let mount = self.tree.count() + place;
        let refused = if bytes > 0 && !self.ledger.has_room_for_bytes(mount, bytes) {
            RefusalKind::Bytes
        } else if names > 0 && !self.ledger.has_room_for_names(mount, names) {
            RefusalKind::Files
        } else {
            return true;
        };
        self.refusals.add(refused, "keep more in", what, None);
        false
    }

    /// Counts a change, for which so many bytes were written.
    pub(crate) fn changed_elsewhere(&mut self, place: usize, bytes: i64, names: i64, written: u64) {
        let mount = self.tree.count() + place;
        self.ledger.operation();
        self.ledger.changed(mount, bytes, names, written);
    }

    /// Counts bytes that were read.
    pub(crate) fn read_elsewhere(&mut self, bytes: u64) {
        self.ledger.operation();
        self.ledger.read(bytes);
    }
}
