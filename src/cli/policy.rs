//! What a job may use of the host: the arguments that all verbs share that start guests of job files.

use clap::Args;
use dayfly::AllowedHost;
use dayfly::spec::model::NetworkKind;

use super::{AllowedFolder, Variable, values};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct PolicyArguments {
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
}
