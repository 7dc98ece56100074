//! Where state lives.

use std::env;
use std::path::PathBuf;

/// The folder that dayfly's state lives in: `$DAYFLY_HOME`, else `dayfly` in the XDG data folder. None where
/// the environment names neither, nor a home folder.
pub fn default_home() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = variable("DAYFLY_HOME") {
        return Some(home);
    }
    // The XDG base directory specification asks to ignore relative paths.
    let data = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    data.or_else(|| variable("HOME").map(|home| home.join(".local/share"))).map(|data| data.join("dayfly"))
}
