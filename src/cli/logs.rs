//! The arguments of `dayfly logs`.

use clap::Args;

/// Print what the guest of an execution wrote to its standard output and error.
///
/// Each goes to dayfly's own stream of that name, as it was written. Which line came before which of the other
/// stream is not kept.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly logs 3f8a
  dayfly logs 3f8a --stderr 2> errors.txt
  dayfly logs --follow e-3f8a

Exit status:
  0 it was printed, 66 there is no one such execution, 73 it can't be written")]
pub(crate) struct LogsArguments {
    /// The execution's identifier or the beginning of it, or its folder (./out)
    #[arg(value_name = "ID")]
    pub(crate) execution: String,

    /// Print its standard output only
    #[arg(long, conflicts_with = "stderr")]
    pub(crate) stdout: bool,

    /// Print its standard error only
    #[arg(long)]
    pub(crate) stderr: bool,

    /// Go on until the execution has ended
    #[arg(short, long)]
    pub(crate) follow: bool,
}
