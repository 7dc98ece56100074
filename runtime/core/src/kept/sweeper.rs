//! When to let old executions go.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::Retention;
use crate::ExecutionId;

/// One run in so many clears up: which, its random name decides, so that nothing has to be counted or written.
const ONE_IN: u8 = 64;
/// After such a time without any, the next run clears up in any case.
const QUIET: Duration = Duration::from_secs(3600);

/// Decides when to let old executions go. What that costs must not be felt by the runs in between: it takes no
/// listing of what is kept, and no file of its own.
#[derive(Debug)]
pub(crate) struct Sweeper {
    pub(crate) retention: Retention,
    /// When somebody last did it, or when an execution was last added, as far as this process knows.
    last: Mutex<Option<SystemTime>>,
}

impl Sweeper {
    pub(crate) fn new(retention: Retention) -> Sweeper {
        Sweeper { retention, last: Mutex::new(None) }
    }

    /// Takes the state of the folder before this process adds something to it.
    pub(crate) fn look_at(&self, executions: &Path) {
        let changed = fs::metadata(executions).and_then(|there| there.modified());
        // Where there is no such folder, nothing is old.
        let changed = changed.unwrap_or_else(|_| SystemTime::now());
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(changed);
    }

    /// Whether to clear up after a run with these executions.
    pub(crate) fn is_due<'a>(&self, mut ids: impl Iterator<Item = &'a ExecutionId>) -> bool {
        if self.retention == Retention::ALL {
            return false;
        }
        let now = SystemTime::now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back is no reason to wait.
        let quiet = last.is_some_and(|last| now.duration_since(last).is_ok_and(|time| time > QUIET));
        let due = quiet || ids.any(is_chosen);
        if due {
            *last = Some(now);
        }
        due
    }
}

/// Whether the name of an execution is one in [`ONE_IN`].
fn is_chosen(id: &ExecutionId) -> bool {
    let byte = id.as_str().get(2..4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_some_and(|byte| byte.is_multiple_of(ONE_IN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(begins: &str) -> ExecutionId {
        ExecutionId::parse(&format!("e-{begins}000000-0000-4000-8000-000000000000")).unwrap()
    }

    #[test]
    fn one_run_in_64_clears_up() {
        let chosen = (0..=255_u8).filter(|byte| is_chosen(&id(&format!("{byte:02x}"))));
        assert_eq!(chosen.count(), 256 / usize::from(ONE_IN));
        let (other, chosen) = (id("01"), id("40"));
        let sweeper = Sweeper::new(Retention::default());
        assert!(!sweeper.is_due([&other].into_iter()));
        assert!(sweeper.is_due([&other, &chosen].into_iter()));
        assert!(!Sweeper::new(Retention::ALL).is_due([&chosen].into_iter()));
    }

    #[test]
    fn the_first_run_after_a_quiet_time_clears_up() {
        let folder = tempfile::tempdir().unwrap();
        let other = id("01");
        let sweeper = Sweeper::new(Retention::default());
        sweeper.look_at(folder.path());
        assert!(!sweeper.is_due([&other].into_iter()));

        let long_ago = fs::FileTimes::new().set_modified(SystemTime::now() - 2 * QUIET);
        fs::File::open(folder.path()).unwrap().set_times(long_ago).unwrap();
        let sweeper = Sweeper::new(Retention::default());
        sweeper.look_at(folder.path());
        assert!(sweeper.is_due([&other].into_iter()));
        assert!(!sweeper.is_due([&other].into_iter()), "once");
    }
}
