//! What is run, and what it may use: the arguments that `run` and `plan` share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use dayfly::AllowedHost;
use dayfly::spec::model::{Fuel, NetworkKind};

use super::{AllowedFolder, ReadingArguments, Variable, Volume, values};

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

    /// Set a variable for the guest (modules only; repeatable)
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) env: Vec<Variable>,

    /// Show a file or folder of the host to the guest (modules only; repeatable)
    ///
    /// Read-only unless it ends with :rw. With the destination / it takes the place of the guest's own root.
    #[arg(short, long, value_name = "SRC:DST[:rw]")]
    pub(crate) volume: Vec<Volume>,

    /// Call this export rather than _start (modules only)
    #[arg(long, value_name = "NAME")]
    pub(crate) entry: Option<String>,

    /// Limit all memories and tables of the guest together: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) memory: Option<u64>,

    /// Limit the bytes that the guest keeps in files: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) disk: Option<u64>,

    /// Limit the guest's share of a processor core: 0.5, 500m
    #[arg(long, value_name = "SHARE", value_parser = values::cpu)]
    pub(crate) cpu: Option<u64>,

    /// Limit the processor time that the guest may use in all: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) cpu_time: Option<Duration>,

    /// Count how far the guest comes, in units of fuel, and limit it to COUNT if that is given
    ///
    /// Most instructions of WebAssembly take one unit: the count is the same on every machine. Counting makes the guest's
    /// code slower.
    #[arg(long, value_name = "COUNT", value_parser = values::fuel, num_args = 0..=1, require_equals = true,
          default_missing_value = "count")]
    pub(crate) fuel: Option<Fuel>,

    /// Limit the bytes that the guest sends over the network in all: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) send_limit: Option<u64>,

    /// Limit the bytes that the guest sends over the network in a second: 500kB, 1MiB
    #[arg(long, value_name = "SIZE", value_parser = values::rate)]
    pub(crate) send_rate: Option<u64>,

    /// Limit how long the guest may run: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) timeout: Option<Duration>,

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
