//! Exit statuses, where they are not the guest's own. See `docs/exit-status.md`.

use std::process::ExitCode;

/// The job or the module is not valid.
pub(crate) const INVALID: u8 = 65;
/// The job file, or an input, is not there.
pub(crate) const MISSING: u8 = 66;
/// A fault of dayfly, or of what it needs.
pub(crate) const FAULT: u8 = 70;

/// The exit status that stands for an outcome's exit code: a code over 255 shows as 255.
pub(crate) fn status(code: u32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}
