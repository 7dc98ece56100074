//! The code cache: modules are compiled once, and mapped from then on.
//!
//! What is kept here is native code, and so none of it is ever loaded unchecked. The attacker in mind is another user of
//! the machine; who is this user, or root, needs no cache to run code as this user.
//!
//! * **The folder** is this user's, mode 0700, and no link. If others could write to it, it is closed and emptied; if it
//!   is somebody else's, or holds what is not a cache's, it is not used. Nor is it if the folder that it lies in is a
//!   link, or belongs to somebody else who is not root. Everything in it is reached through its open handle.
//! * **An entry** is a file of code as wasmtime wrote it, and a seal beside it. The seal holds what the code is for, its
//!   keyed BLAKE3 hash, and the file's identity (device, inode, size and times), all under an authentication code. The
//!   key is random, made when the cache is first written to, mode 0600.
//! * **A load** opens the code, and compares its identity with the sealed one. If they agree, that handle is mapped, and
//!   nothing is read. If not, the code is copied into a sealed memfd, the copy is hashed, mapped if it is what was
//!   sealed, and the new identity is sealed. On network file systems, FUSE and `noexec` mounts it is always the copy.
//! * **Files never change**: each writer makes one of its own, and the seal says which counts. Readers need no lock;
//!   writers take one for as long as placing a seal takes. Removing an entry takes nothing away from who runs it.
//!
//! Anything that is not whole, ours and unchanged is no entry: it is removed, and the module compiled anew.

mod code;
mod collect;
mod doubt;
mod folder;
mod identity;
mod key;
mod load;
mod lock;
mod look;
mod name;
mod open;
mod place;
mod seal;
mod secret;
mod store;
mod survey;
#[cfg(test)]
mod tests;
mod verify;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use dayfly_core::Digest;
use wasmtime::Engine;

use self::doubt::Doubt;
use self::lock::Lock;
use self::look::Found;
use self::open::Open;
use self::survey::Survey;
use crate::native::{Kind, Native};

pub use self::collect::Collected;
pub(crate) use self::key::CodeKey;
pub use self::verify::Verified;

/// Compiled modules on disk. Cloning it is cheap, and both are the same cache.
#[derive(Clone, Debug)]
pub struct CodeCache {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    max_bytes: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// Nobody asked yet, or there was nothing.
    Unknown,
    Open(Arc<Open>),
    /// It is not to be used. Said once.
    Off,
}

/// An entry of the cache.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its name: a hash over all that its code depends on.
    pub name: String,
    /// The module that it was compiled from.
    pub module: Digest,
    /// The engine profile that it was compiled for.
    pub profile: String,
    /// What it takes on disk, in bytes.
    pub bytes: u64,
    /// When it was used last, to about an hour.
    pub used: SystemTime,
    /// Whether this version of wasmtime compiled it. Others are of no use any more.
    pub current: bool,
}

impl CodeCache {
    /// What a cache holds at most where nothing else is said, in bytes: 1 GiB.
    pub const DEFAULT_MAX_BYTES: u64 = 1 << 30;

    /// A cache of at most `max_bytes` bytes in `folder`. Nothing is touched before it is used, and nothing is made
    /// before something is kept.
    pub fn new(folder: impl Into<PathBuf>, max_bytes: u64) -> CodeCache {
        let (folder, state) = (folder.into(), Mutex::new(State::Unknown));
        CodeCache { shared: Arc::new(Shared { folder, max_bytes, state }) }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// All entries with a sound seal, the ones used last first. Their code is not read.
    ///
    /// # Errors
    /// The folder or its key is not to be trusted, or can't be read.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let Some(open) = Open::to_read(self.folder())? else { return Ok(Vec::new()) };
        let mut items = Survey::of_entries(&open)?.entries;
        items.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.entry.cmp(&b.entry)));
        let version = key::wasmtime_version();
        let entry = |item: survey::Item| Entry {
            name: item.entry,
            bytes: item.bytes,
            used: item.used,
            current: item.seal.wasmtime == version,
            module: item.seal.module,
            profile: item.seal.profile,
        };
        Ok(items.into_iter().map(entry).collect())
    }

    /// Removes what killed processes left, entries that are not usable or of another version of wasmtime, and then
    /// the ones that were not used for the longest time, until no more than `max_bytes` are left; the cache's own bound
    /// if none is given.
    ///
    /// # Errors
    /// The folder is not to be trusted, or something can't be read or removed.
    pub fn gc(&self, max_bytes: Option<u64>) -> io::Result<Collected> {
        let Some(open) = Open::to_tidy(self.folder())? else { return Ok(Collected::default()) };
        let lock = Lock::of(&open.folder)?;
        collect::collect(&open, &lock, max_bytes.unwrap_or(self.shared.max_bytes))
    }

    /// Checks every entry byte for byte, and removes those that are not what was sealed.
    ///
    /// # Errors
    /// The folder is not to be trusted, or something can't be read or removed.
    pub fn verify(&self) -> io::Result<Vec<Verified>> {
        let Some(open) = Open::to_tidy(self.folder())? else { return Ok(Vec::new()) };
        verify::verify(&open)
    }

    /// What a module's code is kept under.
    pub(crate) fn key(engine: &Engine, profile: &str, module: &Digest) -> CodeKey {
        CodeKey::of(engine, profile, module)
    }

    /// The code that is kept under a key, mapped and ready. None if there is none that is whole, ours and unchanged; it
    /// is said why, and what is there is removed.
    pub(crate) fn load(&self, engine: &Engine, kind: Kind, key: &CodeKey) -> Option<Native> {
        let entry = name::entry(&key.hash);
        let open = self.opened()?;
        let doubt = match load::load(&open, engine, kind, &entry) {
            Ok(native) => return native,
            Err(doubt) => doubt,
        };
        // A key that was made anew meanwhile sealed what this one does not know.
        let (open, doubt) = match self.opened_anew(&open) {
            None => (open, doubt),
            Some(open) => match load::load(&open, engine, kind, &entry) {
                Ok(native) => return native,
                Err(doubt) => (open, doubt),
            },
        };
        tracing::warn!(entry, module = %key.module, why = %doubt, "compiled code is not used");
        if let Doubt::Refused(_) = doubt {
            let removed = Lock::of(&open.folder).and_then(|lock| collect::remove(&open, &lock, &entry));
            if let Err(error) = removed {
                tracing::warn!(entry, %error, "it can't be removed either");
            }
        }
        None
    }

    /// Whether there is code under a key, as far as it shows without reading it. Nothing is changed.
    ///
    /// # Errors
    /// The folder or its key is not to be trusted, or can't be read.
    pub(crate) fn contains(&self, key: &CodeKey) -> io::Result<bool> {
        let Some(open) = Open::to_look(self.folder())? else { return Ok(false) };
        Ok(matches!(Found::look_up(&open, &name::entry(&key.hash)), Ok(Some(_))))
    }

    /// Whether it was said already that nothing is done with the cache.
    pub(crate) fn is_off(&self) -> bool {
        matches!(*self.state(), State::Off)
    }

    /// Keeps code, which is what [`Native::serialize`] or [`Native::precompile`] gave, in the place of what was not
    /// used for the longest time. What is larger than the whole cache may be is not kept.
    ///
    /// # Errors
    /// It can't be kept. What was there before is as it was.
    pub(crate) fn store(&self, key: &CodeKey, code: &[u8]) -> io::Result<()> {
        // Anew each time: the folder may be gone, or usable again.
        let open = Arc::new(Open::to_write(self.folder())?);
        *self.state() = State::Open(open.clone());
        store::store(&open, key, code, self.shared.max_bytes)
    }

    /// The cache, if there is one to read from. It is opened once.
    fn opened(&self) -> Option<Arc<Open>> {
        let mut state = self.state();
        match &*state {
            State::Open(open) => return Some(open.clone()),
            State::Off => return None,
            State::Unknown => {}
        }
        match Open::to_read(self.folder()) {
            Ok(open) => {
                let open = Arc::new(open?);
                *state = State::Open(open.clone());
                Some(open)
            }
            Err(error) => {
                tracing::warn!(%error, "compiled code is neither reused nor kept");
                *state = State::Off;
                None
            }
        }
    }

    /// The cache, if its key is another one by now.
    fn opened_anew(&self, old: &Open) -> Option<Arc<Open>> {
        let open = Open::to_read(self.folder()).ok().flatten().filter(|open| !open.secret.is(&old.secret))?;
        let open = Arc::new(open);
        *self.state() = State::Open(open.clone());
        Some(open)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
