//! The arguments of `dayfly show`.

use clap::Args;

/// Show an execution: how it ended, what it used, what was refused to it, and its results.
///
/// Identifiers are those of `dayfly ps`; the beginning of one is enough if no other begins so. A folder that was
/// given to --output is named as a path, with a slash in it: ./out.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly show 3f8a
  dayfly show ./out
  dayfly show --json e-3f8a | jq .usage.peak_memory_bytes

Exit status:
  0 it was shown, 66 there is no one such execution, 73 it can't be written")]
pub(crate) struct ShowArguments {
    /// The execution's identifier or the beginning of it, or its folder
    #[arg(value_name = "ID")]
    pub(crate) execution: String,

    /// Print it as JSON: what `dayfly ps --json` has of it
    #[arg(long)]
    pub(crate) json: bool,
}
