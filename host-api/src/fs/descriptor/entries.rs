//! A stream of a folder's entries.

use std::mem;
use std::sync::Arc;

use super::held::HeldDirectory;
use crate::fs::{Entry, Errno, Listing};

/// Lists a folder, each time from where the last look ended.
#[derive(Debug)]
pub struct Entries {
    held: Arc<HeldDirectory>,
    listing: Listing,
    cookie: u64,
}

impl Entries {
    /// Fails where the folder can't be listed.
    pub(super) fn new(held: &Arc<HeldDirectory>) -> Result<Entries, Errno> {
        let mut entries = Entries { held: held.clone(), listing: Listing::default(), cookie: 0 };
        entries.take(0).map(|_| entries)
    }

    /// The next entries, at most `most` of them; none mean the end. The folder itself and its parent are not told.
    pub(in crate::fs) fn take(&mut self, most: usize) -> Result<Vec<Entry>, Errno> {
        let mut taken = Vec::new();
        let Entries { held, listing, cookie } = self;
        held.files.lock().entries(&held.directory, listing, *cookie, |entry| {
            let own = entry.name == "." || entry.name == "..";
            if !own && taken.len() == most {
                return false;
            }
            *cookie = entry.next;
            if !own {
                taken.push(entry.clone());
            }
            true
        })?;
        Ok(taken)
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        self.held.files.lock().close_listing(mem::take(&mut self.listing));
    }
}
