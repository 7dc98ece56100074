//! The arguments of `dayfly man`.

use std::path::PathBuf;

use clap::Args;

/// Print the manual page dayfly(1), or write all pages into a folder.
///
/// Pages are made from the same text as `--help`. With a folder there is a page for dayfly and one for each verb,
/// `dayfly-run.1` and so on; a page of that name that is there already is replaced.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  Read the manual:
    dayfly man | man -l -

  Install all pages for yourself:
    dayfly man ~/.local/share/man/man1
    man dayfly-run

Exit status:
  0 all is written, 73 a page could not be written")]
pub(crate) struct ManArguments {
    /// Write dayfly.1 and one page a verb into this folder; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
