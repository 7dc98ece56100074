//! The arguments of `dayfly plan`.

use clap::Args;

use super::JobArguments;

/// Say what a run would do, without running anything.
///
/// Which engine and why, modules with their digests and sizes, who satisfies which import, what the guest would
/// see and may not exceed, where results go, whether code would have to be compiled, and everything that would keep the
/// job from being run. Nothing is compiled, and nothing that is written stays.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly plan job.yaml
  dayfly plan tool.wasm -v ./data:/data -- --fast /data/x
  dayfly plan job.yaml --json | jq .findings

Exit status:
  0 it would be run, or served where it is a function; else the first that `dayfly run` would end with:
   65 invalid job or module                 73 results could not be written
   66 job file or input missing             77 denied by policy
   69 engine or service not available      137 can't start within its limits")]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) job: JobArguments,

    /// Ask publishers too whether they could do their part
    ///
    /// Files and folders of this machine are looked at anyway.
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the plan as one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// Say nothing but errors besides the plan
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
