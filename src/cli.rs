//! The command line, one file a verb. Help texts, man pages and completions are made from what stands here.

mod compile_child;
mod inspect;
mod run;
mod validate;
mod values;

use clap::{Parser, Subcommand};

pub(crate) use compile_child::CompileChildArguments;
pub(crate) use inspect::InspectArguments;
pub(crate) use run::RunArguments;
pub(crate) use validate::ValidateArguments;
pub(crate) use values::{AllowedFolder, Variable, Volume};

/// Runs jobs on the machine in front of you.
///
/// dayfly runs job files (Bacalhau's current form) and bare WebAssembly modules inside a capability
/// sandbox: a guest sees the files, variables and limits that its job names, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "dayfly", version, arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a job file, or a bare WebAssembly module
    Run(Box<RunArguments>),
    /// Say what a WebAssembly module or component is
    Inspect(InspectArguments),
    /// Check job files without running anything
    Validate(ValidateArguments),
    /// Compile the module on standard input; what `run` starts for modules that are new
    #[command(hide = true)]
    CompileChild(CompileChildArguments),
}
