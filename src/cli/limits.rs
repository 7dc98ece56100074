//! What a guest may take: the arguments that all verbs share that run one.

use std::time::Duration;

use clap::Args;
use dayfly::spec::model::Fuel;

use super::{GpuWish, values};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct LimitArguments {
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

    /// Give the guest so many GPUs, or all that there are
    ///
    /// Core modules compute on them by `dayfly:gpu/v1`. They are the guest's alone until it ends; where there are not so
    /// many that nobody else has, it is not started. See `dayfly gpu`.
    #[arg(long, value_name = "COUNT|all", value_parser = values::gpus)]
    pub(crate) gpu: Option<GpuWish>,

    /// Limit how long the guest may run: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) timeout: Option<Duration>,
}
