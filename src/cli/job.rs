//! What is run, and what it may use: the arguments that `run` and `plan` share.

use std::path::PathBuf;

use clap::Args;

use super::{GrantArguments, GuestArguments, LimitArguments, PolicyArguments, ReadingArguments};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Debug)]
pub(crate) struct JobArguments {
    /// A job file (JSON or YAML) or a module (.wasm or .wat); - reads standard input
    pub(crate) file: PathBuf,

    /// Put the results into this folder rather than into dayfly's own
    ///
    /// One execution makes it its folder; several get a folder each in it.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// Write into the folder of --output although it is not empty
    ///
    /// What has the same name is replaced; everything else is kept.
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) guest: GuestArguments,

    #[command(flatten)]
    pub(crate) grants: GrantArguments,

    /// Call this export rather than _start (modules only)
    #[arg(long, value_name = "NAME")]
    pub(crate) entry: Option<String>,

    /// Call this export of a component with these arguments, and print what it gives (components only)
    ///
    /// Arguments and results are written in WAVE, the notation of values of the component model: 'add(1, 2)',
    /// 'greet("you")', 'docs:calc/ops@1.0.0#sum([1, 2, 3])'. A result that is an error is a failure, with exit status 1.
    #[arg(long, value_name = "CALL", conflicts_with = "entry")]
    pub(crate) invoke: Option<String>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) policy: PolicyArguments,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// Arguments for the guest (modules only)
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
}
