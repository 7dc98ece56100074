//! The arguments of `dayfly gpu`.

use clap::{Args, Subcommand};

/// Show the GPUs of this machine, which of them guests may have, and why there are no more.
///
/// Those that guests may have come first, in the order in which they are given out. A software adapter is a program that
/// does the work of a GPU on the processor: guests may have it where DAYFLY_GPU is `software`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly gpu
  DAYFLY_GPU=software dayfly gpu --json | jq -r '.adapters[].name'
  dayfly gpu bench

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
    #[command(subcommand)]
    pub(crate) verb: Option<GpuVerb>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GpuVerb {
    Bench(BenchArguments),
}

/// Measure how fast the GPUs are that guests may have.
///
/// Each is measured for some seconds, as a guest finds it: by the same calls, with the same checks. All values are the middle of
/// several runs. What a software adapter gives says nothing of any GPU.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly gpu bench
  dayfly gpu bench --json | jq '.adapters[] | {name, f32_operations_per_second}'

Rows:
  upload    from a guest's memory to the GPU's, waited for
  download  from the GPU's memory to a guest's
  memory    what a shader reads and writes, together
  f32       operations with numbers of 32 bits; multiplying and adding in one
            are two
  launch    from recording a dispatch that does nothing until it is known that
            it is done
  dispatch  what each of 1,000 such dispatches in one submission takes

JSON:
  an object: `adapters`, a list with `name`, `kind`, `note`, and
  `upload_bytes_per_second`, `download_bytes_per_second`,
  `memory_bytes_per_second`, `f32_operations_per_second`, `launch_ns` and
  `dispatch_ns`, or `error`.

Exit status:
  0 all were measured, 69 guests may have none or others have them, 1 one can't
  be measured, 2 DAYFLY_GPU or DAYFLY_GPU_LOOPS makes no sense, 73 the result
  can't be written")]
pub(crate) struct BenchArguments {}
