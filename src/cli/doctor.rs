//! The arguments of `dayfly doctor`.

use clap::Args;

/// Show what this machine can do for dayfly, what it lacks, and how to get it.
///
/// Nothing is changed and nothing is written. A line is `ok`, a `note` (well enough, and worth knowing) or
/// `missing`; what would change it stands below.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly doctor
  dayfly doctor --json | jq -r '.[] | select(.health == \"missing\").name'

JSON:
  a list of objects: `name`, `health` (`ok`, `note` or `missing`), `needed`
  (whether no job runs while it is missing), `says`, and `remedy` where there
  is one.

Exit status:
  0 jobs can run, 69 they can't: something that is needed is missing,
  70 there is no folder for dayfly's state, 73 the list can't be written")]
pub(crate) struct DoctorArguments {
    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
