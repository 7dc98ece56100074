//! The WebAssembly engine of a task.

use super::{Located, Source, Value};

/// A module to run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wasm {
    /// The module that is started.
    pub entry: ModuleSource,
    /// The export that is called; `_start` where the job is silent.
    pub entry_point: Located<String>,
    /// The program's arguments, without its own name.
    pub parameters: Vec<Value>,
    /// Modules whose exports satisfy imports, in the order in which they are instantiated.
    pub imports: Vec<ImportModule>,
}

/// Where a module's bytes come from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "a task has one or a few of them: a box would cost its readers more than it saves"
)]
pub enum ModuleSource {
    /// A path: of an input in the guest's files (its target, or a file below it), else of a file beside the
    /// job file.
    Path(Located<String>),
    /// A source of its own, which the guest does not see.
    Source {
        /// Where the bytes come from.
        source: Located<Source>,
        /// The name it was given.
        alias: Option<Located<String>>,
        /// Where the job would have it in the guest's files, if it says so.
        target: Option<Located<String>>,
    },
}

/// A module whose exports other modules import.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ImportModule {
    /// Where its bytes come from.
    pub module: ModuleSource,
    /// The names under which it satisfies imports, the most specific first.
    pub names: Vec<String>,
}
