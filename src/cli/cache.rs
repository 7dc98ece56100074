//! The arguments of `dayfly cache`.

use clap::{Args, Subcommand};

use super::values;

/// Look after the compiled code that is kept.
///
/// A module is compiled when it first runs, and its code is kept for the next time, for its user alone: in `cache/code`
/// in $DAYFLY_HOME, else in `dayfly/code` in the XDG cache folder. Nothing is lost when it is removed. Native code is
/// sealed when it is written, and never used unless it is what was sealed.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_long_help = "\
Examples:
  dayfly cache ls
  dayfly cache gc --max-size 100MB
  dayfly cache verify

Exit status:
  0 all is well, 65 `verify` removed an entry, 69 the cache can't be used,
  73 what was asked for can't be written"
)]
pub(crate) struct CacheArguments {
    #[command(subcommand)]
    pub(crate) verb: CacheVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheVerb {
    Ls(ListArguments),
    Gc(GcArguments),
    Verify(VerifyArguments),
}

/// List what is kept, the entries used last first.
///
/// The times are those of the last use, to about an hour. Code that another version of dayfly compiled is not used by
/// this one, and is called stale.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly cache ls
  dayfly cache ls --json | jq '.entries[].module'

Exit status:
  0 it was listed, 69 the cache can't be used, 73 the list can't be written")]
pub(crate) struct ListArguments {
    /// Print an object with the entries as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Remove what is of no use, and then what was used least recently.
///
/// What killed processes left unfinished goes, entries that are not what was sealed or that another version compiled,
/// and then those that were used least recently, until what is left is no more than the cache may hold, 1 GiB. It
/// is done in passing whenever something is kept. Guests that run are not disturbed.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly cache gc
  dayfly cache gc --max-size 100MB
  dayfly cache gc --all

Exit status:
  0 it is done, 69 the cache can't be used, 73 the summary can't be written")]
pub(crate) struct GcArguments {
    /// Leave no more than this: 100MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) max_size: Option<u64>,

    /// Leave nothing
    #[arg(long, conflicts_with = "max_size")]
    pub(crate) all: bool,

    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check every entry byte for byte.
///
/// What is not what was sealed is removed, and named with the reason. No run would have used it.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly cache verify
  dayfly cache verify --json

Exit status:
  0 every entry is sound, 65 one was not and is removed, 69 the cache can't be used,
  73 the findings can't be written")]
pub(crate) struct VerifyArguments {
    /// Print an object with the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
