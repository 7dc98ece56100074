//! The sealed code cache.

mod key;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use dayfly_core::Digest;
use wasmtime::{Engine, Module};

pub(crate) use key::CodeKey;

/// Compiled modules on disk. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CodeCache {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    max_bytes: u64,
}

/// One entry of the cache.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its name in the cache.
    pub name: String,
    /// The module that it was compiled from.
    pub module: Digest,
    /// The engine profile that it was compiled for.
    pub profile: String,
    /// What it takes on disk, in bytes.
    pub bytes: u64,
    /// When it was used last, to the hour.
    pub used: SystemTime,
}

impl CodeCache {
    /// What the cache holds at most where nothing else is said, in bytes.
    pub const DEFAULT_MAX_BYTES: u64 = 1 << 30;

    /// A cache in `folder`. Nothing is touched until it is used.
    pub fn new(folder: impl Into<PathBuf>, max_bytes: u64) -> CodeCache {
        CodeCache { shared: Arc::new(Shared { folder: folder.into(), max_bytes }) }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// What names a module's code: the module, the profile, and everything of the engine that the code depends on.
    #[allow(dead_code)]
    pub(crate) fn key(engine: &Engine, profile: &str, module: &Digest) -> CodeKey {
        CodeKey::of(engine, profile, module)
    }

    /// The code, mapped and ready; none for anything that is not whole, ours and unchanged.
    #[allow(dead_code)]
    pub(crate) fn load(&self, _engine: &Engine, _key: &CodeKey) -> Option<Module> {
        None
    }

    /// Whether there is an entry, without loading it.
    #[allow(dead_code)]
    pub(crate) fn contains(&self, _key: &CodeKey) -> bool {
        false
    }

    /// Keeps code (what `Module::serialize` or `Engine::precompile_module` gave), then makes room for it.
    #[allow(dead_code)]
    pub(crate) fn store(&self, _key: &CodeKey, code: &[u8]) -> io::Result<()> {
        if code.len() as u64 > self.shared.max_bytes {
            return Ok(());
        }
        Ok(())
    }
}
