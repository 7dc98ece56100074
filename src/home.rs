//! The runtime that all verbs use, as the environment wants it.

use std::env;
use std::path::PathBuf;

use dayfly::{BuildError, Kept, Retention, Runtime, RuntimeBuilder};

use crate::exit;

/// How many executions are kept, and for how long.
const KEEP: &str = "DAYFLY_KEEP";

/// What the environment says that makes no sense, and the exit status that says so.
#[derive(Debug)]
pub(crate) struct Unusable {
    pub(crate) status: u8,
    pub(crate) why: String,
}

/// A runtime with the home and the retention that the environment names.
pub(crate) fn runtime() -> Result<RuntimeBuilder, Unusable> {
    Ok(Runtime::builder().retention(retention()?))
}

/// The executions that are kept.
pub(crate) fn kept() -> Result<Kept, Unusable> {
    folder().map(Kept::of)
}

/// The folder that state lives in.
pub(crate) fn folder() -> Result<PathBuf, Unusable> {
    let why = || BuildError::NoHome.to_string();
    // As `run` ends where there is none.
    dayfly::default_home().ok_or_else(|| Unusable { status: exit::FAULT, why: why() })
}

fn retention() -> Result<Retention, Unusable> {
    let Some(text) = env::var_os(KEEP).filter(|text| !text.is_empty()) else {
        return Ok(Retention::default());
    };
    // Text that is not Unicode is no retention either, and is shown as well as can be.
    text.to_string_lossy()
        .parse()
        .map_err(|error| Unusable { status: exit::USAGE, why: format!("{KEEP}: {error}") })
}
