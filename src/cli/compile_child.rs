//! The arguments of the compiling child, which dayfly starts itself.

use clap::Args;

/// Compile the module on standard input, and write its code to standard output.
#[derive(Args, Debug)]
pub(crate) struct CompileChildArguments {
    /// The engine profile
    pub(crate) profile: String,
    /// Bytes of memory that compiling may take
    pub(crate) memory: String,
    /// Seconds that compiling may take
    pub(crate) seconds: String,
}
