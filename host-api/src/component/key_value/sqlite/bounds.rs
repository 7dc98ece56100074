//! What a file that anybody may have written can make SQLite do: a guest of another job may have had its folder mounted.

use std::ffi::{c_int, c_void};

use rusqlite::{Connection, ffi};

use super::{APPLICATION, SCHEMA};
use crate::component::key_value::limits::{MAX_KEY, MAX_VALUE};

/// The longest row, in bytes; those of ours are little longer than a key and a value.
const MAX_ROW: c_int = (MAX_KEY + MAX_VALUE + (64 << 10)) as c_int;
/// The most steps of a statement. Those of ours take a few for each key of a page; pages of a file that lead back to each
/// other would be walked for ever, on the guest's thread, where nobody could end it.
const MAX_STEPS: c_int = 1_000_000;

/// Bounds what statements of a connection take. To be called before anything is read.
#[allow(unsafe_code, reason = "rusqlite has no safe form of these without more of its features")]
pub(super) fn bound(connection: &Connection) {
    // SAFETY: the handle is that of a connection that is open and lent to this function; the callback takes nothing from
    // its argument.
    unsafe {
        let handle = connection.handle();
        ffi::sqlite3_limit(handle, ffi::SQLITE_LIMIT_LENGTH, MAX_ROW);
        ffi::sqlite3_progress_handler(handle, MAX_STEPS, Some(interrupt), std::ptr::null_mut());
    }
}

/// Ends a statement that takes so many steps.
extern "C" fn interrupt(_: *mut c_void) -> c_int {
    1
}

/// Whether a file is new, or of ours: it has the tables of ours, word for word. Others may compute what they hold, for as
/// long as whoever made them likes.
pub(super) fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found = schema(connection)?;
    if found.is_empty() {
        return Ok(true);
    }
    let expected = Connection::open_in_memory()?;
    expected.execute_batch(SCHEMA)?;
    Ok(application == APPLICATION && found == schema(&expected)?)
}

/// All that a file has a name for: what it is, and how it was made.
fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    const ALL: &str = "SELECT type, name, sql FROM sqlite_schema ORDER BY name LIMIT 100";
    let mut statement = connection.prepare(ALL)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}
