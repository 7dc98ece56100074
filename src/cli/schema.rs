//! The arguments of `dayfly schema`.

use clap::Args;
use dayfly::spec::Dialect;

use super::values::dialect;

/// Print the JSON Schema of a dialect's job files.
///
/// Editors complete and check job files by it. It takes what dayfly takes, and it is made from the tables that
/// dayfly itself reads by; docs/schemas.md says how an editor learns of it.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly schema bacalhau > bacalhau.schema.json

  Then, as the first line of a job file in YAML:
    # yaml-language-server: $schema=bacalhau.schema.json

Exit status:
  0 it was printed, 73 it could not be written")]
pub(crate) struct SchemaArguments {
    /// The dialect
    #[arg(value_parser = dialect())]
    pub(crate) dialect: Dialect,
}
