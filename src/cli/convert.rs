//! The arguments of `dayfly convert`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use dayfly::spec::{Dialect, Format};

use super::ReadingArguments;
use super::values::dialect;

/// Write a job file anew, in another form.
///
/// `bacalhau` is the current form of Bacalhau's job files (Name, Type, Tasks): older forms become what its servers made
/// of them. What is written is the same job to dayfly; what the form has no words for is an error that names it, and
/// nothing is written then. Templates are rendered and comments are lost. Relative paths stay as they are: write the
/// file into the same folder, or mend them. Findings of the file go to standard error, as `dayfly validate` prints them.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly convert old.json --to bacalhau
  dayfly convert old.json --to bacalhau -o job.yaml
  dayfly convert template.yaml --to bacalhau --var name=hello --format json

Exit status:
  0 it was written, 65 the file is not valid, or has no equivalent,
  66 it is not there, 73 what was asked for could not be written")]
pub(crate) struct ConvertArguments {
    /// The job file (JSON or YAML), - for standard input
    pub(crate) file: PathBuf,

    /// The dialect to write
    #[arg(long, value_name = "DIALECT", value_parser = dialect())]
    pub(crate) to: Dialect,

    /// How it is laid out; at first as the name of the output says, else as YAML
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<ConvertFormat>,

    /// The file to write, - for standard output, as without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace the output if it is there; a link to it stays one
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

/// How a job file is laid out.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConvertFormat {
    Yaml,
    Json,
}

impl ConvertArguments {
    /// The file to write; none for standard output.
    pub(crate) fn output(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// What was asked for, or is expected of a file of that name.
    pub(crate) fn format(&self) -> Format {
        let is_json = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        match self.format {
            Some(ConvertFormat::Yaml) => Format::Yaml,
            Some(ConvertFormat::Json) => Format::Json,
            None if self.output().is_some_and(is_json) => Format::Json,
            None => Format::Yaml,
        }
    }
}
