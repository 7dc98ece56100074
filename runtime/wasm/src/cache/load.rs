//! From an entry to code that runs.

use wasmtime::Engine;

use super::code;
use super::doubt::Doubt;
use super::look::Found;
use super::open::Open;
use super::store;
use crate::native::{Kind, Native};

/// Loads an entry. None if there is none.
///
/// The file that was checked stays open and is the one that is mapped; what its name leads to by then does not matter.
///
/// # Errors
/// The entry is not to be used.
pub(super) fn load(open: &Open, engine: &Engine, kind: Kind, entry: &str) -> Result<Option<Native>, Doubt> {
    let Some(found) = Found::look_up(open, entry)? else { return Ok(None) };
    found.seal_file.touch();
    if !found.is_as_sealed() {
        let native = load_checked(open, engine, kind, &found)?;
        // The next one should not have to do it again. Nothing is lost if that fails.
        if let Err(error) = store::seal_again(open, entry, &found) {
            tracing::debug!(entry, %error, "checked code is not sealed again");
        }
        return Ok(Some(native));
    }
    // SAFETY: it is the file that this installation wrote or checked, unchanged since by its identity, which the
    // seal vouches for; nobody but this user may write to it, and dayfly never writes to a code file once it is
    // sealed, but removes it and makes another. So it holds what wasmtime compiled, and stays so.
    #[allow(unsafe_code, reason = "native code is what the cache is for")]
    match unsafe { Native::deserialize_open_file(engine, kind, found.code) } {
        Ok(native) => Ok(Some(native)),
        Err(error) => {
            // The file system may have been mounted anew without the right to run what it holds.
            tracing::debug!(entry, %error, "code is not mapped where it lies");
            let found = Found::look_up(open, entry)?;
            found.map(|found| load_checked(open, engine, kind, &found)).transpose()
        }
    }
}

/// Checks all of the code and loads that.
#[cfg(target_os = "linux")]
fn load_checked(open: &Open, engine: &Engine, kind: Kind, found: &Found) -> Result<Native, Doubt> {
    let copy = code::checked_copy(found, &open.secret)?;
    // SAFETY: the copy is what this installation sealed, by its keyed hash, and the kernel lets nobody write to it.
    #[allow(unsafe_code, reason = "native code is what the cache is for")]
    let native = unsafe { Native::deserialize_open_file(engine, kind, copy) };
    native.map_err(|error| unfit(&error))
}

/// Checks all of the code and loads that.
#[cfg(not(target_os = "linux"))]
fn load_checked(open: &Open, engine: &Engine, kind: Kind, found: &Found) -> Result<Native, Doubt> {
    let bytes = code::checked_copy(found, &open.secret)?;
    // SAFETY: the bytes are what this installation sealed, by their keyed hash, and in memory of this process alone.
    #[allow(unsafe_code, reason = "native code is what the cache is for")]
    let native = unsafe { Native::deserialize(engine, kind, &bytes) };
    native.map_err(|error| unfit(&error))
}

fn unfit(error: &wasmtime::Error) -> Doubt {
    Doubt::Refused(format!("wasmtime does not take it: {error:#}"))
}
