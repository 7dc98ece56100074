//! The arguments of `dayfly validate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReadingArguments;

/// Check job files without running anything.
///
/// Only the files themselves are read: whether inputs, modules and the machine are what a job needs shows when
/// it runs. Every finding is printed as `file:line:column: severity[code]: text` with its line, and the number of
/// them at the end. Warnings alone are no failure. `dayfly explain CODE` says more about a code.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly validate job.yaml
  dayfly validate job.yaml --var name=hello
  dayfly validate --json jobs/*.yaml
  dayfly validate --format sarif jobs/*.yaml > findings.sarif

Exit status:
  0 all files are valid, 65 one is not, 66 one is not there,
  73 the findings can't be written")]
pub(crate) struct ValidateArguments {
    /// Job files (JSON or YAML); - reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// How findings are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ValidateFormat,

    /// Print the findings as a JSON list; short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ValidateFormat {
    /// For people: with the line, marks below it, and help
    #[default]
    Text,
    /// One list of objects
    Json,
    /// A log in SARIF 2.1.0, for code hosts and editors
    Sarif,
}

impl ValidateArguments {
    /// What was asked for in either way.
    pub(crate) fn format(&self) -> ValidateFormat {
        if self.json { ValidateFormat::Json } else { self.format }
    }
}
