//! The arguments of `dayfly validate`.

use std::path::PathBuf;

use clap::Args;

/// Check job files without running anything.
///
/// Only the files themselves are read: whether inputs, modules and the machine are what a job needs shows when
/// it runs. Every finding is printed as `file:line:column: severity[code]: text` with its line. Warnings alone
/// are no failure.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly validate job.yaml
  dayfly validate --json jobs/*.yaml

Exit status:
  0 all files are valid, 65 one is not, 66 one is not there")]
pub(crate) struct ValidateArguments {
    /// Job files (JSON or YAML)
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Take unknown fields for warnings
    #[arg(long)]
    pub(crate) lenient: bool,

    /// Print the findings as a JSON list
    #[arg(long)]
    pub(crate) json: bool,
}
