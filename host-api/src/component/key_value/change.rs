//! A change of a store, within what its guest may keep.

use super::backend::{Backend, Failure, Found};
use super::limits::{MAX_KEY, MAX_MEMORY, MAX_VALUE, cost};
use super::operations::never_opened;
use super::store::{RefusalKind, Stores};
use crate::fs::SharedFiles;

/// A change that is being made.
pub(super) struct Change<'a> {
    backend: &'a mut dyn Backend,
    room: Room<'a>,
    /// By how much the store has grown so far.
    growth: Growth,
    /// Bytes that were written.
    written: u64,
    /// The guest had no room for some of it.
    full: bool,
}

#[derive(Clone, Copy, Default)]
struct Growth {
    bytes: i64,
    entries: i64,
}

/// Where there has to be room.
enum Room<'a> {
    /// In memory, of which so much is used.
    Memory(i64),
    /// On the disk, with the guest's files.
    #[cfg_attr(not(feature = "keyvalue"), allow(dead_code, reason = "then all stores are in memory"))]
    Disk { files: &'a SharedFiles, place: usize, name: String },
}

/// The longest number: more digits than any of 64 bits.
const MAX_NUMBER: usize = 32;

impl Change<'_> {
    /// Makes a change. What it was refused leaves what it did before; anything else that goes wrong leaves nothing.
    pub(super) fn make<R>(
        stores: &mut Stores,
        files: &SharedFiles,
        store: usize,
        make: &impl Fn(&mut Change<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let used = stores.in_memory;
        let state = stores.state(store).ok_or_else(never_opened)?;
        let (in_memory, name) = (state.is_in_memory(), state.name().to_owned());
        let room = match in_memory {
            true => Room::Memory(used),
            false => Room::Disk { files, place: store, name: format!("the store {name}") },
        };
        let backend = state.backend.as_mut().ok_or_else(never_opened)?;
        backend.begin()?;
        let mut change =
            Change { backend: &mut **backend, room, growth: Growth::default(), written: 0, full: false };
        let made = make(&mut change);
        let Change { growth, written, full, .. } = change;
        if let Err(failure @ (Failure::Busy | Failure::Broken { .. })) = made {
            backend.roll_back();
            return Err(failure);
        }
        if let Err(failure) = backend.commit() {
            backend.roll_back();
            return Err(failure);
        }
        if full && in_memory {
            stores.refuse(RefusalKind::Memory, &name);
        }
        if in_memory {
            stores.in_memory += growth.bytes;
        }
        #[cfg(feature = "keyvalue")]
        if !in_memory {
            files.lock().changed_elsewhere(store, growth.bytes, growth.entries, written);
        }
        #[cfg(not(feature = "keyvalue"))]
        let _ = (written, growth.entries);
        made
    }

    pub(super) fn find(&mut self, key: &str) -> Result<Option<Found>, Failure> {
        check_key(key)?;
        self.backend.find(key)
    }

    pub(super) fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Failure> {
        if value.len() > MAX_VALUE {
            let why = format!("a value has no more than {MAX_VALUE} bytes, and this one has {}", value.len());
            return Err(Failure::Refused(why));
        }
        let before = self.find(key)?;
        let bytes = cost(key, value.len()) - before.map_or(0, |found| cost(key, found.bytes));
        let entries = i64::from(before.is_none());
        self.check_room(bytes, entries)?;
        self.backend.put(key, value)?;
        self.written += value.len() as u64;
        self.grow(bytes, entries);
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &str) -> Result<(), Failure> {
        if let Some(found) = self.find(key)? {
            self.backend.remove(key)?;
            self.grow(-cost(key, found.bytes), -1);
        }
        Ok(())
    }

    /// A value as a number, 0 where there is none; none where it is something else.
    pub(super) fn number(&mut self, key: &str) -> Result<Option<i128>, Failure> {
        match self.find(key)? {
            None => Ok(Some(0)),
            Some(found) if found.bytes > MAX_NUMBER => Ok(None),
            Some(_) => {
                let entry = self.backend.get(key)?;
                let text = entry.as_ref().and_then(|entry| std::str::from_utf8(&entry.value).ok());
                Ok(text.and_then(|text| text.parse().ok()))
            }
        }
    }

    fn check_room(&mut self, bytes: i64, entries: i64) -> Result<(), Failure> {
        let (bytes, entries) = (self.growth.bytes + bytes, self.growth.entries + entries);
        let fits = match &self.room {
            Room::Memory(used) => bytes <= 0 || used + bytes <= MAX_MEMORY,
            #[cfg(feature = "keyvalue")]
            Room::Disk { files, place, name } => {
                files.lock().has_room_elsewhere(*place, name, bytes, entries)
            }
            #[cfg(not(feature = "keyvalue"))]
            Room::Disk { .. } => entries <= 0,
        };
        if fits {
            return Ok(());
        }
        self.full = true;
        Err(Failure::Refused("there is no room for it: what the guest may keep is used up".to_owned()))
    }

    fn grow(&mut self, bytes: i64, entries: i64) {
        self.growth.bytes += bytes;
        self.growth.entries += entries;
    }
}

/// Whether a key could be one.
///
/// # Errors
/// It is too long.
pub(super) fn check_key(key: &str) -> Result<(), Failure> {
    match key.len() > MAX_KEY {
        true => {
            let why = format!("a key has no more than {MAX_KEY} bytes, and this one has {}", key.len());
            Err(Failure::Refused(why))
        }
        false => Ok(()),
    }
}
