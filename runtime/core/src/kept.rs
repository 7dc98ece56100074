//! Executions of a home, past and present: finding them, reading what they left, and letting the old ones go.
//!
//! ```text
//! <home>/executions/e-…/                            one that ended, whole
//! <home>/executions/.running/.dayfly-staging-e-…/   one that runs (it is locked), or whose dayfly was killed
//! <home>/executions/.running/.dayfly-removed-e-…/   one that is being removed
//! ```

mod entry;
mod list;
mod locks;
mod retention;
mod sweep;
mod sweeper;

use std::path::{Path, PathBuf};

pub use entry::{KeptExecution, KeptFolder, KeptState, KeptStream};
pub use retention::Retention;
pub(crate) use sweep::Sweep;
pub(crate) use sweeper::Sweeper;

use crate::{Error, ExecutionId};

/// The most executions that a message names.
const MOST_NAMED: usize = 10;

/// The folder that executions of a home go to.
pub(crate) fn executions(home: &Path) -> PathBuf {
    home.join("executions")
}

/// The folder that they are put together in: inside of where they go, so that it is never on another file system.
pub(crate) fn running(home: &Path) -> PathBuf {
    executions(home).join(".running")
}

/// The executions that a home holds. Those with a folder of their user's choice are not among them; what one of
/// these holds is seen with [`KeptExecution::in_folder`].
#[derive(Clone, Debug)]
pub struct Kept {
    home: PathBuf,
}

impl Kept {
    /// What is kept in `home`; it need not exist.
    pub fn of(home: impl Into<PathBuf>) -> Kept {
        Kept { home: home.into() }
    }

    /// All executions, those that run first, then the latest first. Their records are not read.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn list(&self) -> Result<Vec<KeptExecution>, Error> {
        list::list(&self.home)
    }

    /// The execution of this name. The beginning of one is enough if no other begins so; `e-` may be left out.
    ///
    /// # Errors
    /// There is none, or several, or the folder can't be read.
    pub fn find(&self, name: &str) -> Result<KeptExecution, Error> {
        let unknown = || Error::NoExecution(name.to_owned());
        let prefix = name.strip_prefix("e-").unwrap_or(name);
        if prefix.is_empty() {
            return Err(unknown());
        }
        let begins = |id: &ExecutionId| id.as_str().get(2..).is_some_and(|rest| rest.starts_with(prefix));
        let mut found = self.list()?;
        found.retain(|execution| begins(execution.id()));
        match found.len() {
            0 => Err(unknown()),
            1 => found.pop().ok_or_else(unknown),
            several => {
                let named = found.iter().take(MOST_NAMED).map(|execution| execution.id().clone());
                Err(Error::Ambiguous { name: name.to_owned(), several, candidates: named.collect() })
            }
        }
    }

    /// Removes what is older, or more, than `retention` allows, and what killed processes left half removed or half
    /// published. Gives the number of executions removed; none where another process is at it. An execution that is
    /// in use stays, whatever its age.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn sweep(&self, retention: &Retention) -> Result<usize, Error> {
        Sweep::new(&self.home, retention).run()
    }
}
