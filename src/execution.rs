//! The execution that a verb is about.

use std::path::Path;

use dayfly::{Error, KeptExecution};

use crate::home::{self, Unusable};

/// The execution of this name, or with this folder.
pub(crate) fn find(named: &str) -> Result<KeptExecution, Unusable> {
    // Identifiers have no slash, so that a path is always told from one.
    let found = if named.contains('/') {
        KeptExecution::in_folder(Path::new(named))
    } else {
        home::kept()?.find(named)
    };
    found.map_err(|error| unusable(&error))
}

/// An error as what is said of it and the exit status that goes with it.
pub(crate) fn unusable(error: &Error) -> Unusable {
    let hint = match error {
        Error::NoExecution(_) => {
            "\n`dayfly ps --all` lists those that are kept; a folder that was given to --output is named as ./FOLDER"
        }
        Error::Ambiguous { .. } => "\ngive more of it",
        _ => "",
    };
    // Every code of these is one that a process can end with.
    let status = u8::try_from(error.failure().exit_code).unwrap_or(u8::MAX);
    Unusable { status, why: format!("{error}{hint}") }
}
