//! Where state lives.

use std::env;
#[cfg(feature = "compile")]
use std::path::Path;
use std::path::PathBuf;

#[cfg(feature = "compile")]
use dayfly_wasm::CodeCache;

/// The folder that dayfly's state lives in: `$DAYFLY_HOME`, else `dayfly` in the XDG data folder. None where
/// the environment names neither, nor a home folder.
pub fn default_home() -> Option<PathBuf> {
    variable("DAYFLY_HOME").or_else(|| xdg("XDG_DATA_HOME", ".local/share"))
}

/// The folder for what can be made anew, and so may be removed at any time: `cache` in `$DAYFLY_HOME`, else `dayfly` in
/// the XDG cache folder. None where the environment names neither, nor a home folder.
pub fn default_cache() -> Option<PathBuf> {
    variable("DAYFLY_HOME").map(|home| home.join("cache")).or_else(|| xdg("XDG_CACHE_HOME", ".cache"))
}

/// The compiled code that a runtime keeps where its builder says nothing else.
#[cfg(feature = "compile")]
pub fn default_code_cache() -> Option<CodeCache> {
    Some(code_cache(&default_cache()?, None))
}

/// The compiled code in a folder for what can be made anew.
#[cfg(feature = "compile")]
pub(crate) fn code_cache(cache: &Path, max_bytes: Option<u64>) -> CodeCache {
    CodeCache::new(cache.join("code"), max_bytes.unwrap_or(CodeCache::DEFAULT_MAX_BYTES))
}

/// Dayfly's folder in a folder of the XDG base directory specification.
fn xdg(name: &str, default: &str) -> Option<PathBuf> {
    // The specification asks to ignore relative paths.
    let folder = variable(name).filter(|path| path.is_absolute());
    folder.or_else(|| variable("HOME").map(|home| home.join(default))).map(|folder| folder.join("dayfly"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
