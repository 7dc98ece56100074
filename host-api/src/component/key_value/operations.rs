//! What a guest may do with its stores.

use std::ops::RangeInclusive;
use std::time::Instant;

use wasmtime::component::{Resource, ResourceTable, ResourceTableError};

use super::backend::{Backend, Failure, Page};
use super::change::{Change, check_key};
use super::limits::{MAX_BATCH, MAX_BATCH_BYTES, MAX_SWAPS, PATIENCE, PAUSE, PIECE};
use super::store::{RefusalKind, Stores};
use crate::fs::SharedFiles;

/// The stores of a guest, in a call of it.
pub(crate) struct KeyValue<'a> {
    pub(super) stores: &'a mut Stores,
    pub(super) table: &'a mut ResourceTable,
    pub(super) files: &'a SharedFiles,
}

/// A store that a guest has opened.
#[allow(unreachable_pub, reason = "what is generated names it")]
pub struct Bucket {
    store: usize,
}

/// What a guest holds to change an entry that nobody else has changed meanwhile.
#[allow(unreachable_pub, reason = "what is generated names it")]
pub struct Swap {
    store: usize,
    key: String,
    /// The version that the entry must have then; none where it must not be there.
    expected: Option<u64>,
}

/// Why an operation was not done.
#[derive(Debug)]
#[allow(unreachable_pub, reason = "what is generated names it")]
pub enum Error {
    /// There is no such store for this guest.
    NoSuchStore,
    /// Something else, in words.
    Other(String),
    /// The guest does what no guest may do.
    Trap(wasmtime::Error),
}

impl From<ResourceTableError> for Error {
    fn from(error: ResourceTableError) -> Error {
        match error {
            ResourceTableError::Full => Error::Other("too many things are open".to_owned()),
            error => Error::Trap(error.into()),
        }
    }
}

impl KeyValue<'_> {
    pub(super) async fn open(&mut self, identifier: &str) -> Result<Resource<Bucket>, Error> {
        let Some(store) = self.stores.named(identifier) else {
            self.stores.refuse(RefusalKind::Unknown, identifier);
            return Err(Error::NoSuchStore);
        };
        self.patiently(store, |own| own.stores.state(store).map_or(Ok(()), |state| state.open())).await?;
        Ok(self.table.push(Bucket { store })?)
    }

    pub(super) fn close(&mut self, bucket: Resource<Bucket>) -> Result<(), Error> {
        self.table.delete(bucket)?;
        Ok(())
    }

    pub(super) async fn get(
        &mut self,
        bucket: &Resource<Bucket>,
        key: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let store = self.store(bucket)?;
        let entry = self.read(store, |backend| check_key(key).and_then(|()| backend.get(key))).await?;
        let value = entry.map(|entry| entry.value);
        self.was_read(store, value.as_ref().map_or(0, Vec::len));
        Ok(value)
    }

    pub(super) async fn exists(&mut self, bucket: &Resource<Bucket>, key: &str) -> Result<bool, Error> {
        let store = self.store(bucket)?;
        let found = self.read(store, |backend| check_key(key).and_then(|()| backend.find(key))).await?;
        Ok(found.is_some())
    }

    pub(super) async fn set(
        &mut self,
        bucket: &Resource<Bucket>,
        key: &str,
        value: &[u8],
    ) -> Result<(), Error> {
        let store = self.store(bucket)?;
        self.change(store, |change| change.set(key, value)).await
    }

    pub(super) async fn delete(&mut self, bucket: &Resource<Bucket>, key: &str) -> Result<(), Error> {
        let store = self.store(bucket)?;
        self.change(store, |change| change.remove(key)).await
    }

    /// Some of the keys: those after the place where another page ended.
    pub(super) async fn keys(&mut self, bucket: &Resource<Bucket>, after: u64) -> Result<Page, Error> {
        let store = self.store(bucket)?;
        let page = self.read(store, |backend| backend.keys(after)).await?;
        self.was_read(store, page.keys.iter().map(String::len).sum());
        Ok(page)
    }

    pub(super) async fn get_many(
        &mut self,
        bucket: &Resource<Bucket>,
        keys: Vec<String>,
    ) -> Result<Vec<Option<(String, Vec<u8>)>>, Error> {
        check_batch(keys.len())?;
        let mut entries = Vec::with_capacity(keys.len());
        let mut bytes = 0;
        for (index, key) in keys.into_iter().enumerate() {
            stoppable(index).await;
            let value = self.get(bucket, &key).await?;
            bytes += value.as_ref().map_or(0, Vec::len);
            if bytes > MAX_BATCH_BYTES {
                let why =
                    format!("the values have more than {MAX_BATCH_BYTES} bytes together: ask for fewer");
                return Err(Error::Other(why));
            }
            entries.push(value.map(|value| (key, value)));
        }
        Ok(entries)
    }

    /// Sets entries, some of them at a time: an error leaves those before it set.
    pub(super) async fn set_many(
        &mut self,
        bucket: &Resource<Bucket>,
        entries: &[(String, Vec<u8>)],
    ) -> Result<(), Error> {
        check_batch(entries.len())?;
        let store = self.store(bucket)?;
        for piece in entries.chunks(PIECE) {
            tokio::task::yield_now().await;
            self.change(store, |change| piece.iter().try_for_each(|(key, value)| change.set(key, value)))
                .await?;
        }
        Ok(())
    }

    pub(super) async fn delete_many(
        &mut self,
        bucket: &Resource<Bucket>,
        keys: &[String],
    ) -> Result<(), Error> {
        check_batch(keys.len())?;
        let store = self.store(bucket)?;
        for piece in keys.chunks(PIECE) {
            tokio::task::yield_now().await;
            self.change(store, |change| piece.iter().try_for_each(|key| change.remove(key))).await?;
        }
        Ok(())
    }

    /// Adds to a number, which is kept as its decimal digits; what is not there counts as 0. The sum is in `range`.
    pub(super) async fn increment(
        &mut self,
        bucket: &Resource<Bucket>,
        key: &str,
        delta: i128,
        range: RangeInclusive<i128>,
    ) -> Result<i128, Error> {
        let store = self.store(bucket)?;
        let refused = |why: &str| Failure::Refused(why.to_owned());
        self.change(store, |change| {
            let before = change.number(key)?.ok_or_else(|| refused("the value of the key is no number"))?;
            let after = before.checked_add(delta).filter(|after| range.contains(after));
            let after = after.ok_or_else(|| refused("the sum is beyond what the number may be"))?;
            change.set(key, after.to_string().as_bytes())?;
            Ok(after)
        })
        .await
    }

    /// Remembers how an entry is now.
    pub(super) async fn new_swap(
        &mut self,
        bucket: &Resource<Bucket>,
        key: String,
    ) -> Result<Resource<Swap>, Error> {
        let store = self.store(bucket)?;
        let found = self.read(store, |backend| check_key(&key).and_then(|()| backend.find(&key))).await?;
        self.push(Swap { store, key, expected: found.map(|found| found.version) })
    }

    /// The value of the entry of a swap. The swap is about this value from now on.
    pub(super) async fn current(&mut self, swap: &Resource<Swap>) -> Result<Option<Vec<u8>>, Error> {
        let Swap { store, key, .. } = self.table.get(swap)?;
        let (store, key) = (*store, key.clone());
        let entry = self.read(store, |backend| backend.get(&key)).await?;
        self.table.get_mut(swap)?.expected = entry.as_ref().map(|entry| entry.version);
        let value = entry.map(|entry| entry.value);
        self.was_read(store, value.as_ref().map_or(0, Vec::len));
        Ok(value)
    }

    /// Sets the value of the entry of a swap, unless somebody has changed it: then there is another swap to try with.
    pub(super) async fn swap(
        &mut self,
        swap: Resource<Swap>,
        value: &[u8],
    ) -> Result<Option<Resource<Swap>>, Error> {
        let Swap { store, key, expected } = self.remove(swap)?;
        let now = self
            .change(store, |change| {
                let now = change.find(&key)?.map(|found| found.version);
                if now != expected {
                    return Ok(Some(now));
                }
                change.set(&key, value)?;
                Ok(None)
            })
            .await?;
        now.map(|expected| self.push(Swap { store, key, expected })).transpose()
    }

    pub(super) fn drop_swap(&mut self, swap: Resource<Swap>) -> Result<(), Error> {
        self.remove(swap).map(drop)
    }

    fn push(&mut self, swap: Swap) -> Result<Resource<Swap>, Error> {
        if self.stores.swaps >= MAX_SWAPS {
            return Err(Error::Other(format!("a guest holds no more than {MAX_SWAPS} of these")));
        }
        let pushed = self.table.push(swap)?;
        self.stores.swaps += 1;
        Ok(pushed)
    }

    fn remove(&mut self, swap: Resource<Swap>) -> Result<Swap, Error> {
        let removed = self.table.delete(swap)?;
        self.stores.swaps = self.stores.swaps.saturating_sub(1);
        Ok(removed)
    }

    fn store(&self, bucket: &Resource<Bucket>) -> Result<usize, Error> {
        Ok(self.table.get(bucket)?.store)
    }

    /// Counts bytes that were read, where reading costs the host something.
    fn was_read(&mut self, store: usize, bytes: usize) {
        #[cfg(feature = "keyvalue")]
        if self.stores.state(store).is_some_and(|state| !state.is_in_memory()) {
            self.files.lock().read_elsewhere(bytes as u64);
        }
        #[cfg(not(feature = "keyvalue"))]
        let _ = (store, bytes);
    }

    async fn read<R>(
        &mut self,
        store: usize,
        read: impl Fn(&mut dyn Backend) -> Result<R, Failure> + Send + Sync,
    ) -> Result<R, Error> {
        self.patiently(store, |own| match own.stores.state(store).and_then(|state| state.backend.as_mut()) {
            Some(backend) => read(&mut **backend),
            None => Err(never_opened()),
        })
        .await
    }

    /// Changes a store, all or nothing unless `change` was refused something: then what it did before stays.
    async fn change<R>(
        &mut self,
        store: usize,
        change: impl Fn(&mut Change<'_>) -> Result<R, Failure> + Send + Sync,
    ) -> Result<R, Error> {
        self.patiently(store, |own| Change::make(own.stores, own.files, store, &change)).await
    }

    /// Tries until no other process is in the way, for as long as a guest waits.
    async fn patiently<R>(
        &mut self,
        store: usize,
        attempt: impl Fn(&mut KeyValue<'_>) -> Result<R, Failure> + Send,
    ) -> Result<R, Error> {
        let begun = Instant::now();
        loop {
            match attempt(self) {
                Ok(done) => return Ok(done),
                Err(Failure::Busy) if begun.elapsed() < PATIENCE => {}
                Err(Failure::Busy) => return Err(Error::Other("others keep the store busy".to_owned())),
                Err(Failure::Refused(why)) => return Err(Error::Other(why)),
                Err(Failure::Broken { told, why }) => {
                    self.stores.fail(store, &why);
                    return Err(Error::Other(told));
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What is said of a store that nobody has opened, which no guest can have.
pub(super) fn never_opened() -> Failure {
    let why = "it was never opened".to_owned();
    Failure::Broken { told: why.clone(), why }
}

fn check_batch(keys: usize) -> Result<(), Error> {
    match keys > MAX_BATCH {
        true => Err(Error::Other(format!(
            "one call takes no more than {MAX_BATCH} keys, and this one has {keys}"
        ))),
        false => Ok(()),
    }
}

/// Lets a guest be stopped, now and then in a long call.
async fn stoppable(index: usize) {
    if index % PIECE == PIECE - 1 {
        tokio::task::yield_now().await;
    }
}
