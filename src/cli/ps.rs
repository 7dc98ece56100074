//! The arguments of `dayfly ps`.

use clap::Args;

/// List executions that run, and the latest that ended.
///
/// Executions are kept in dayfly's home folder, the latest 1,000 for 30 days unless DAYFLY_KEEP says otherwise.
/// Those of a run with --output are not listed: their folder is where that says.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly ps
  dayfly ps --all --json | jq -r '.[] | select(.status == \"trapped\").folder'

JSON:
  a list with an object for each execution. `state` is `running`, `ended`,
  `killed` (its dayfly was, and the next run clears it away) or `damaged` (its
  record can't be read, and `reason` says why). All have `id` and `folder`; one
  that ended has all that is in its `execution.json` besides.

Exit status:
  0 it was listed, 66 the home folder can't be read, 73 the list can't be written")]
pub(crate) struct PsArguments {
    /// List all executions that are kept, rather than the latest 20
    #[arg(short, long)]
    pub(crate) all: bool,

    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
