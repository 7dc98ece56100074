//! Panics of what is built over drivers. They are caught, and told as errors; what would be printed of them as well is
//! where that lay on the machine that built it.

use std::panic::{set_hook, take_hook};
use std::sync::Once;
use std::thread;

/// What the names of all threads begin with whose panics are caught.
pub(super) const THREADS: &str = "dayfly-gpu";

/// Has nothing be printed of panics of those threads, from now on. Others are handled as before.
pub(super) fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !thread::current().name().is_some_and(|name| name.starts_with(THREADS)) {
                before(info);
            }
        }));
    });
}
