//! What this machine can do for dayfly, what it lacks, and how to get it.
//!
//! Nothing is changed and nothing is written: every probe only asks.

mod build;
#[cfg(feature = "compile")]
mod cache;
#[cfg(feature = "gpu")]
mod gpu;
mod limits;
mod memory;
mod proc;
mod processor;
mod storage;
mod system;

use std::path::Path;
#[cfg(feature = "compile")]
use std::path::PathBuf;

use serde::Serialize;

#[cfg(feature = "gpu")]
pub use gpu::gpu_finding;

#[cfg(feature = "compile")]
use crate::home::{default_cache, default_home};

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was looked at; stays the same from version to version: `memory`, `pagemap-scan`.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// Whether no job can run as long as it is [`Health::Missing`].
    pub needed: bool,
    /// What was found, in words for people.
    pub says: String,
    /// What would change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Ok,
    /// Well enough, and worth knowing.
    Note,
    /// Not there, or less than it takes.
    Missing,
}

/// Looks at this machine, this build, the folder that state lives in, and the cache of a runtime that has this home: that
/// of [`default_cache`](crate::default_cache) for the [`default_home`](crate::default_home), else `cache` in it. GPUs are
/// looked at by `gpu_finding`, which takes longer.
///
/// ```
/// # let home = tempfile::tempdir().unwrap();
/// let findings = dayfly::doctor(home.path());
/// let in_the_way: Vec<_> = findings.iter().filter(|finding| finding.prevents()).collect();
/// assert!(in_the_way.is_empty(), "{in_the_way:?}");
/// ```
pub fn doctor(home: &Path) -> Vec<Finding> {
    let rooms = [
        build::findings(),
        processor::findings(),
        system::findings(),
        memory::findings(),
        limits::findings(),
        storage::findings(home),
        #[cfg(feature = "compile")]
        cache::findings(&cache_of(home)),
    ];
    rooms.into_iter().flatten().collect()
}

/// The folder that a runtime with this home has for what can be made anew.
#[cfg(feature = "compile")]
fn cache_of(home: &Path) -> PathBuf {
    let default = default_home().filter(|default| default == home).and_then(|_| default_cache());
    default.unwrap_or_else(|| home.join("cache"))
}

impl Finding {
    /// Whether no job can run because of this.
    pub fn prevents(&self) -> bool {
        self.needed && self.health == Health::Missing
    }

    fn ok(name: &'static str, says: impl Into<String>) -> Finding {
        Finding { name, health: Health::Ok, needed: false, says: says.into(), remedy: None }
    }

    fn note(name: &'static str, says: impl Into<String>) -> Finding {
        Finding { health: Health::Note, ..Finding::ok(name, says) }
    }

    fn missing(name: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { health: Health::Missing, remedy: Some(remedy.into()), ..Finding::ok(name, says) }
    }

    /// Without it no job runs.
    fn needed(self) -> Finding {
        Finding { needed: true, ..self }
    }

    fn remedy(self, remedy: impl Into<String>) -> Finding {
        Finding { remedy: Some(remedy.into()), ..self }
    }
}
