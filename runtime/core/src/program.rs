//! What an executor is asked to run.

use std::sync::Arc;

use dayfly_spec::model::Located;

use crate::Digest;

/// What an executor is asked to run, with nothing left to look up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Program {
    /// A WebAssembly module.
    Wasm {
        /// The module.
        module: Module,
        /// The export to call.
        entry_point: Located<String>,
        /// Modules whose exports satisfy imports, in the order in which they are instantiated.
        imports: Vec<ImportModule>,
    },
    /// Nothing.
    Noop,
}

/// A module whose exports other modules import.
#[derive(Clone, Debug)]
pub struct ImportModule {
    /// The module.
    pub module: Module,
    /// The names under which it satisfies imports, the most specific first.
    pub names: Vec<String>,
}

/// A module's bytes, binary or text, with their name.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file's name, or what the job calls it. The guest sees it as its first argument.
    pub name: String,
    /// The bytes as they were found.
    pub bytes: Arc<[u8]>,
    /// The name of the bytes.
    pub digest: Digest,
}

impl Module {
    /// The largest module that is read, in bytes.
    pub const MAX_BYTES: u64 = 512 << 20;

    /// A module of these bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Module {
        let bytes = bytes.into();
        Module { name: name.into(), digest: Digest::of(&bytes), bytes }
    }
}
