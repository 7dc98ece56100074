//! A store in memory, which ends with its guest.

use std::collections::{BTreeMap, HashMap};

use super::backend::{Backend, Entry, Failure, Found, Page};
use super::limits::{PAGE_BYTES, PAGE_KEYS};

#[derive(Debug, Default)]
pub(super) struct Memory {
    entries: HashMap<String, Kept>,
    /// The keys by the places of their entries, which are in the order in which these were made.
    order: BTreeMap<u64, String>,
    /// Counts changes; the last one's number.
    changes: u64,
}

#[derive(Debug)]
struct Kept {
    place: u64,
    version: u64,
    value: Vec<u8>,
}

/// Changes can't fail half-way: whether there is room for them is known before.
impl Backend for Memory {
    fn begin(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn roll_back(&mut self) {}

    fn get(&mut self, key: &str) -> Result<Option<Entry>, Failure> {
        let kept = self.entries.get(key);
        Ok(kept.map(|kept| Entry { version: kept.version, value: kept.value.clone() }))
    }

    fn find(&mut self, key: &str) -> Result<Option<Found>, Failure> {
        let kept = self.entries.get(key);
        Ok(kept.map(|kept| Found { version: kept.version, bytes: kept.value.len() }))
    }

    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), Failure> {
        self.changes += 1;
        let version = self.changes;
        if let Some(kept) = self.entries.get_mut(key) {
            (kept.version, kept.value) = (version, value.to_vec());
            return Ok(());
        }
        self.order.insert(version, key.to_owned());
        self.entries.insert(key.to_owned(), Kept { place: version, version, value: value.to_vec() });
        Ok(())
    }

    fn remove(&mut self, key: &str) -> Result<(), Failure> {
        if let Some(kept) = self.entries.remove(key) {
            self.order.remove(&kept.place);
        }
        Ok(())
    }

    fn keys(&mut self, after: u64) -> Result<Page, Failure> {
        let mut page = Page::default();
        let (mut bytes, mut last) = (0, after);
        let Some(first) = after.checked_add(1) else { return Ok(page) };
        for (&place, key) in self.order.range(first..) {
            if page.keys.len() == PAGE_KEYS || bytes >= PAGE_BYTES {
                page.next = Some(last);
                break;
            }
            (bytes, last) = (bytes + key.len(), place);
            page.keys.push(key.clone());
        }
        Ok(page)
    }
}
