//! Exit statuses, where they are not the guest's own. See `docs/exit-status.md`.

/// The command line makes no sense; what clap uses too.
pub(crate) const USAGE: u8 = 2;
/// The job or the module is not valid.
pub(crate) const INVALID: u8 = 65;
/// The job file, or an input, is not there.
pub(crate) const MISSING: u8 = 66;
/// This build or this machine does not have what it takes.
pub(crate) const UNAVAILABLE: u8 = 69;
/// A fault of dayfly, or of what it needs.
pub(crate) const FAULT: u8 = 70;

/// What was asked for can't be written.
pub(crate) const UNWRITABLE: u8 = 73;

/// The exit status that stands for an outcome's exit code: a code over 255 shows as 255.
pub(crate) fn status(code: u32) -> u8 {
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// Ends the process without tidying up what ends with it anyway: giving memory back page by page is a good part of
/// what a short run takes.
#[allow(unsafe_code)]
pub(crate) fn at_once(status: u8) -> ! {
    // SAFETY: it has no preconditions. Nothing is left to be flushed: `say` does so with whatever it writes.
    unsafe { libc::_exit(status.into()) }
}
