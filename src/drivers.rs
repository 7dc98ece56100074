//! What graphics drivers are told before any is loaded.

use std::env;

/// A layer of Mesa's asks the display of a desktop which GPU it would like, and complains where there is none. dayfly has
/// an order of its own.
const NO_DISPLAY: &str = "NODEVICE_SELECT";

/// Has no driver ask a display. To be called before there is a second thread.
#[allow(unsafe_code)]
pub(crate) fn ask_no_display() {
    if env::var_os(NO_DISPLAY).is_none() {
        // SAFETY: `main` begins with it, so that no other thread is there to look at the environment.
        unsafe { env::set_var(NO_DISPLAY, "1") };
    }
}
