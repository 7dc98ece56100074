//! Where the host's folders go on after each entry of a listing: one budget for all listings of a guest.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Errno;

/// How many positions all listings of a guest keep together.
pub(super) type Kept = Arc<AtomicUsize>;

/// The positions of one listing. They are given back when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Positions {
    list: Vec<u64>,
    kept: Option<Kept>,
}

impl Positions {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<u64> {
        self.list.get(index).copied()
    }

    /// Keeps one more, unless all listings have `most` already.
    pub(super) fn push(&mut self, position: u64, kept: &Kept, most: usize) -> Result<(), Errno> {
        let kept = self.kept.get_or_insert_with(|| kept.clone());
        if kept.load(Ordering::Relaxed) >= most {
            return Err(Errno::OVERFLOW);
        }
        kept.fetch_add(1, Ordering::Relaxed);
        self.list.push(position);
        Ok(())
    }

    pub(super) fn truncate(&mut self, length: usize) {
        let gone = self.list.len().saturating_sub(length);
        self.list.truncate(length);
        self.list.shrink_to(2 * length);
        if let Some(kept) = &self.kept {
            kept.fetch_sub(gone, Ordering::Relaxed);
        }
    }
}

impl Drop for Positions {
    fn drop(&mut self) {
        self.truncate(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_listings_share_one_budget_and_give_it_back() {
        let kept = Kept::default();
        let (mut one, mut two) = (Positions::default(), Positions::default());
        for position in 0..6 {
            one.push(position, &kept, 8).unwrap();
        }
        two.push(0, &kept, 8).unwrap();
        two.push(1, &kept, 8).unwrap();
        assert_eq!(two.push(2, &kept, 8), Err(Errno::OVERFLOW));
        one.truncate(5);
        assert_eq!((two.push(2, &kept, 8), one.get(4), one.get(5)), (Ok(()), Some(4), None));
        drop((one, two));
        assert_eq!(kept.load(Ordering::Relaxed), 0);
    }
}
