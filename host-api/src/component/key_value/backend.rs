//! What keeps a store.

/// What keeps the entries of one store. What a guest may do is decided elsewhere; here it is done.
pub(super) trait Backend: Send {
    /// Begins to change something. Nobody else changes anything until [`Backend::commit`] or [`Backend::roll_back`].
    fn begin(&mut self) -> Result<(), Failure>;

    /// Keeps what was changed since [`Backend::begin`].
    fn commit(&mut self) -> Result<(), Failure>;

    /// Forgets it, as far as it can.
    fn roll_back(&mut self);

    /// An entry.
    fn get(&mut self, key: &str) -> Result<Option<Entry>, Failure>;

    /// An entry without its value.
    fn find(&mut self, key: &str) -> Result<Option<Found>, Failure>;

    /// Sets the value of an entry, which may be a new one.
    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), Failure>;

    /// Removes an entry, if there is one.
    fn remove(&mut self, key: &str) -> Result<(), Failure>;

    /// Some of the keys, in the order in which their entries were made: those after the place `after`.
    fn keys(&mut self, after: u64) -> Result<Page, Failure>;
}

/// An entry.
pub(super) struct Entry {
    /// Another one after each change, also where an entry is removed and made anew.
    pub(super) version: u64,
    pub(super) value: Vec<u8>,
}

/// What is known of an entry without reading it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Found {
    pub(super) version: u64,
    /// The length of its value.
    pub(super) bytes: usize,
}

/// Some of a store's keys.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) keys: Vec<String>,
    /// The place of the last one, if there may be more after it.
    pub(super) next: Option<u64>,
}

/// Why something was not done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Failure {
    /// Another process is at it.
    #[cfg_attr(not(feature = "keyvalue"), allow(dead_code, reason = "memory is nobody else's"))]
    Busy,
    /// The guest may not, or asked for what there is not; nothing is wrong with the store.
    Refused(String),
    /// The store can't be used.
    Broken {
        /// What the guest is told, which is nothing of the host.
        told: String,
        /// What its user is told.
        why: String,
    },
}
