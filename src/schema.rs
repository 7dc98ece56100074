//! `dayfly schema`: what an editor needs to complete and check job files.

use std::process::ExitCode;

use dayfly::spec;

use crate::cli::SchemaArguments;
use crate::exit;
use crate::say::print;

pub(crate) fn schema(arguments: &SchemaArguments) -> ExitCode {
    // The command line takes no dialect that has none.
    let schema = spec::schema(&arguments.dialect).unwrap_or_default();
    if print(&schema) { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}
