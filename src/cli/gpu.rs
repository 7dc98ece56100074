//! The arguments of `dayfly gpu`.

use clap::Args;

/// Show the GPUs of this machine, which of them guests may have, and why there are no more.
///
/// Those that guests may have come first, in the order in which they are given out. A software adapter is a program that
/// does the work of a GPU on the processor: guests may have it where DAYFLY_GPU is `software`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly gpu
  DAYFLY_GPU=software dayfly gpu --json | jq -r '.adapters[].name'

JSON:
  an object: `adapters`, a list with `name`, `kind` (`discrete`, `integrated`,
  `virtual`, `software` or `other`), `usable` (whether guests may have it),
  `driver`, `vendor`, `device`, `bus`, `memory_bytes`, `note`, `features` and
  `limits`; and `missing`, a list of what keeps guests from having more.

Exit status:
  0 guests may have a GPU, 69 they may have none, 2 DAYFLY_GPU,
  DAYFLY_GPU_LOOPS or DAYFLY_GPU_ISOLATION makes no sense, 73 the list can't be
  written")]
pub(crate) struct GpuArguments {
    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
