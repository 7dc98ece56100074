//! What is run, and what it may use: the arguments that `run` and `plan` share.

use std::path::PathBuf;

use clap::Args;
use dayfly::AllowedHost;
use dayfly::spec::model::NetworkKind;

use super::{
    AllowedFolder, GrantArguments, GuestArguments, LimitArguments, ReadingArguments, Variable, values,
};

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

    /// Limit the bytes that the guest sends over the network in all: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) send_limit: Option<u64>,

    /// Limit the bytes that the guest sends over the network in a second: 500kB, 1MiB
    #[arg(long, value_name = "SIZE", value_parser = values::rate)]
    pub(crate) send_rate: Option<u64>,

    /// Let the job read this folder, and write to it with :rw (repeatable)
    ///
    /// Without it a job file may read what lies in its own folder.
    #[arg(long, value_name = "DIR[:rw]")]
    pub(crate) allow_dir: Vec<AllowedFolder>,

    /// Let the job pass this variable of dayfly's own environment to its guest (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_env: Vec<String>,

    /// Open this much of the network, whatever the job asks for
    ///
    /// none: nothing, except for what --allow-host names. http: what the job names, and --allow-host. full (or host, or
    /// bridge): every public host. Private addresses and this machine's own are open only where they are named.
    #[arg(long, value_name = "TYPE", value_parser = values::network())]
    pub(crate) network: Option<NetworkKind>,

    /// Let the guest reach this host too, on all ports or on one (repeatable)
    ///
    /// A name (example.com), all names below one (*.example.com) or that one too (.example.com), an address, an address
    /// range (10.0.0.0/8), or localhost. Where the network is closed, it is open for these alone.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) allow_host: Vec<AllowedHost>,

    /// Run components of WASI 0.3 too, which is experimental
    #[arg(long)]
    pub(crate) wasi03: bool,

    /// Say what this machine is like, for jobs that ask for it in their constraints (repeatable)
    ///
    /// Adds to what is known of itself (os_type, os_arch, name and so on) and to DAYFLY_LABELS, or takes its place.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) label: Vec<Variable>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// Arguments for the guest (modules only)
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
}
