//! `dayfly schema`: what an editor needs to complete and check job files.

use std::process::ExitCode;

use dayfly::spec;

use crate::cli::SchemaArguments;
use crate::exit;
use crate::say::print;

pub(crate) fn schema(arguments: &SchemaArguments) -> ExitCode {
    if print(&spec::schema(arguments.dialect)) { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}
