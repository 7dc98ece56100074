//! What others wrote, at work on what anybody may have written.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does work that gives up on some components by a panic: those that put components together were written for what
/// compilers make. What is given to them was validated before; a panic all the same is an error like any other.
///
/// # Errors
/// What the work says, or that it gave up.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Nothing that the work changes is looked at afterwards.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().copied();
        let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Err(format!("it is beyond what can be put together ({})", said.unwrap_or("no reason is given")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(contained(|| Ok(1)), Ok(1));
        assert_eq!(contained(|| Err::<(), _>("no".to_owned())), Err("no".to_owned()));
        let given_up = contained(|| -> Result<(), String> { panic!("on {}", 7) }).unwrap_err();
        assert!(given_up.contains("on 7"), "{given_up}");
    }
}
