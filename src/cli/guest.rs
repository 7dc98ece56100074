//! What a guest is given: the arguments that all verbs share that run a bare module.

use clap::Args;

use super::{Variable, Volume};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct GuestArguments {
    /// Set a variable for the guest (modules only; repeatable)
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) env: Vec<Variable>,

    /// Show a file or folder of the host to the guest (modules only; repeatable)
    ///
    /// Read-only unless it ends with :rw. With the destination / it takes the place of the guest's own root.
    #[arg(short, long, value_name = "SRC:DST[:rw]")]
    pub(crate) volume: Vec<Volume>,
}
