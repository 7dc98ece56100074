//! Entries of a folder that were read from the host and are not given to the guest yet.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use super::Entry;
use super::positions::Kept;

/// The entries ahead, each with where the folder goes on after it. They count against the budget of all listings, as the
/// positions do that they stand for in memory, and are given back when they are given or dropped.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    entries: VecDeque<(Entry, u64)>,
    kept: Option<Kept>,
}

impl Ahead {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The next entry.
    pub(super) fn front(&self) -> Option<&(Entry, u64)> {
        self.entries.front()
    }

    /// Keeps one more.
    pub(super) fn push(&mut self, entry: Entry, position: u64, kept: &Kept) {
        self.kept.get_or_insert_with(|| kept.clone()).fetch_add(weight(&entry), Ordering::Relaxed);
        self.entries.push_back((entry, position));
    }

    /// The next entry is given.
    pub(super) fn pop(&mut self) {
        if let (Some((entry, _)), Some(kept)) = (self.entries.pop_front(), &self.kept) {
            kept.fetch_sub(weight(&entry), Ordering::Relaxed);
        }
    }

    /// There are none any more.
    pub(super) fn clear(&mut self) {
        while !self.entries.is_empty() {
            self.pop();
        }
        self.entries.shrink_to_fit();
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.clear();
    }
}

/// How many positions an entry takes as much memory as; the allocator's own share is two of them.
fn weight(entry: &Entry) -> usize {
    (size_of::<(Entry, u64)>() + entry.name.len()) / size_of::<u64>() + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::FileKind;

    #[test]
    fn entries_count_by_their_size_and_are_given_back() {
        let (kept, mut ahead) = (Kept::default(), Ahead::default());
        let entry = |name: &str| Entry { name: name.to_owned(), kind: FileKind::File, inode: 1, next: 1 };
        ahead.push(entry("a"), 1, &kept);
        let small = kept.load(Ordering::Relaxed);
        ahead.push(entry(&"a".repeat(200)), 2, &kept);
        assert!(small >= 8 && kept.load(Ordering::Relaxed) > 3 * small);
        ahead.pop();
        ahead.pop();
        assert_eq!((kept.load(Ordering::Relaxed), ahead.len()), (0, 0));
        ahead.push(entry("c"), 3, &kept);
        drop(ahead);
        assert_eq!(kept.load(Ordering::Relaxed), 0);
    }
}
