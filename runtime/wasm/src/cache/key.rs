//! What names an entry.

use std::hash::{Hash, Hasher};

use dayfly_core::Digest;
use wasmtime::{Engine, ModuleVersionStrategy};

/// What code is kept under: the module that it was compiled from, the engine profile that it was compiled for, and
/// a hash over both and over everything else that the code depends on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CodeKey {
    pub(super) hash: [u8; 32],
    pub(super) module: Digest,
    pub(super) profile: String,
}

impl CodeKey {
    /// The key of a module's code for `engine`: its version of wasmtime, the target, the processor's features and
    /// all settings count.
    pub(super) fn of(engine: &Engine, profile: &str, module: &Digest) -> CodeKey {
        let mut hasher = Hashing(blake3::Hasher::new_derive_key("dayfly code cache 2: key of an entry"));
        module.as_str().hash(&mut hasher);
        profile.hash(&mut hasher);
        engine.precompile_compatibility_hash().hash(&mut hasher);
        CodeKey { hash: hasher.hash(), module: module.clone(), profile: profile.to_owned() }
    }
}

/// Tells this version of wasmtime from others: code of another one is of no use any more.
pub(super) fn wasmtime_version() -> [u8; 32] {
    let mut hasher = Hashing(blake3::Hasher::new_derive_key("dayfly code cache 1: version of wasmtime"));
    ModuleVersionStrategy::WasmtimeVersion.hash(&mut hasher);
    hasher.hash()
}

/// BLAKE3 for what can be hashed in memory. The same on one machine and for one build alone, as it must be here.
struct Hashing(blake3::Hasher);

impl Hashing {
    fn hash(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Hasher for Hashing {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The first 64 bits. Nothing here asks for them.
    fn finish(&self) -> u64 {
        u64::from_le_bytes(self.0.finalize().as_bytes()[..8].try_into().unwrap_or_default())
    }
}
