//! The arguments of `dayfly module`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CompileArguments, GuestArguments, LimitArguments, Rename};

/// Make modules of modules.
///
/// `snapshot` makes one that starts already initialised.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_long_help = "\
Examples:
  dayfly module snapshot tool.wasm
  dayfly help module snapshot

Exit status:
  0 it was made; each verb's help lists the others"
)]
pub(crate) struct ModuleArguments {
    #[command(subcommand)]
    pub(crate) verb: ModuleVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModuleVerb {
    Snapshot(Box<SnapshotArguments>),
}

/// Make a module that starts already initialised.
///
/// A function that the module exports is called once, in the sandbox of any guest: it sees what is granted here and
/// nothing else, has no network, and is bound by the same limits. What the module's memories and globals hold when it
/// returns is what the new module starts with. The new module exports neither that function nor `_initialize`, which is
/// called before it, and its start section is gone: all of that is done.
///
/// What a module imports is not part of it: files that are opened are not open in the snapshot, and a clock, a variable
/// or randomness that was asked for stays what it was. Functions that nobody provides here may be imported, and not
/// called.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  Make tool.snapshot.wasm, which starts where the function wizer-initialize of
  tool.wasm ended:
    dayfly module snapshot tool.wasm

  Call the function `warm`, with a folder to read from, and start with `resume`
  from then on:
    dayfly module snapshot tool.wasm --init warm --rename _start=resume \\
      -v ./dictionaries:/dictionaries -o quick.wasm

Exit status:
  0 it was made, 65 none can be made of this module, 66 there is no module,
  70 a fault of dayfly, 73 it can't be written, 124 it took longer than it may,
  130 interrupted, 134 the function trapped, 137 it was stopped at a limit; the
  function's own where it exits")]
pub(crate) struct SnapshotArguments {
    /// A module, in binary form or as text; - reads standard input
    pub(crate) module: PathBuf,

    /// Write the snapshot to this file; otherwise beside the module, as NAME.snapshot.wasm
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) force: bool,

    /// Call this function; otherwise wizer-initialize, or wizer.initialize
    #[arg(long, value_name = "NAME")]
    pub(crate) init: Option<String>,

    /// Export that function from the snapshot, too
    #[arg(long)]
    pub(crate) keep_init: bool,

    /// Export the function OLD as NEW from the snapshot, in the place of what has that name (repeatable)
    #[arg(long, value_name = "NEW=OLD")]
    pub(crate) rename: Vec<Rename>,

    #[command(flatten)]
    pub(crate) guest: GuestArguments,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print what was made as one JSON object on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) compiling: CompileArguments,
}
