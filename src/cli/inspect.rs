//! The arguments of `dayfly inspect`.

use std::path::PathBuf;

use clap::Args;

/// Say what a WebAssembly module or component is, without running it.
///
/// What it imports and exports, its memories, which WASI it speaks, what made it, which WebAssembly proposals it
/// needs, what its bytes go to, and whether dayfly runs it. It is validated on the way.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly inspect tool.wasm
  dayfly inspect tool.wasm --json | jq '.imports[].module'
  curl -s https://example.com/tool.wasm | dayfly inspect -

Exit status:
  0 it is valid, 65 it is not, 66 it is not there")]
pub(crate) struct InspectArguments {
    /// A module or component, in binary form or as text; - reads standard input
    pub(crate) module: PathBuf,

    /// Print everything as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
