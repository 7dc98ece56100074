//! What the tests of the library share: guests in text form, and jobs that run them.
#![allow(dead_code, reason = "each of the tests that include it uses some of it")]

#[cfg(feature = "components")]
pub(crate) mod components;
pub(crate) mod guests;
pub(crate) mod hostile;
#[cfg(feature = "components")]
pub(crate) mod hostile_components;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dayfly::spec::model::{Located, Origin};
use dayfly::{Job, Runtime};
use serde_json::{Value, json};

/// The room in the folder of executions for those under way.
const RUNNING: &str = ".running";

/// A runtime with a home of its own.
pub(crate) struct House {
    pub(crate) home: tempfile::TempDir,
    pub(crate) runtime: Runtime,
}

impl House {
    pub(crate) fn new() -> House {
        let home = tempfile::tempdir().unwrap();
        let runtime = Runtime::builder().home(home.path()).build().unwrap();
        House { home, runtime }
    }

    /// Executions that are being put together, and those that are kept.
    pub(crate) fn executions(&self) -> Vec<String> {
        let mut all = self.unfinished();
        all.extend(names(&self.home.path().join("executions")).into_iter().filter(|name| name != RUNNING));
        all
    }

    /// Executions that are being put together.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        names(&self.running())
    }

    /// Where executions are put together.
    fn running(&self) -> PathBuf {
        self.home.path().join("executions").join(RUNNING)
    }

    /// Waits until no execution is there, nor the beginning of one.
    pub(crate) async fn is_empty(&self) {
        wait_until("everything is removed", || self.executions().is_empty()).await;
    }

    /// Waits until an execution that is being put together holds this.
    pub(crate) async fn stages(&self, relative: &str) {
        let folder = self.running();
        let there = || names(&folder).iter().any(|name| folder.join(name).join(relative).exists());
        wait_until(relative, there).await;
    }
}

/// The names in a folder; none if it is not there.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Waits for something that other threads do; fails the test when that is a hang.
pub(crate) async fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let so = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), so).await;
    assert!(waited.is_ok(), "waited too long: {what}");
}

/// A job of one task that runs a module in text form; `task` has more fields of the task.
pub(crate) fn job(module: &str, task: Value) -> Job {
    of_kind("batch", module, task)
}

/// The same that goes on until it is stopped: its task may answer requests.
pub(crate) fn service(module: &str, task: Value) -> Job {
    of_kind("service", module, task)
}

fn of_kind(kind: &str, module: &str, task: Value) -> Job {
    let source = json!({"Type": "inline", "Params": {"Content": module}});
    let params = json!({"EntryModule": {"Source": source, "Target": "/guest.wat"}});
    let mut whole = json!({"Name": "main", "Engine": {"Type": "wasm", "Params": params}});
    whole.as_object_mut().unwrap().extend(task.as_object().unwrap().clone());
    let text = json!({"Name": "test", "Type": kind, "Tasks": [whole]}).to_string();
    Job::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The job with a time limit, which may be shorter than the second that job files count in.
pub(crate) fn stopped_after(mut job: Job, milliseconds: u64) -> Job {
    let limit = Located::new(Duration::from_millis(milliseconds), Origin::unwritten("the test"));
    job.tasks[0].timeouts.execution = Some(limit);
    job
}

/// The job with this much memory.
pub(crate) fn with_memory(mut job: Job, bytes: u64) -> Job {
    job.tasks[0].resources.memory = Some(Located::new(bytes, Origin::unwritten("the test")));
    job
}

/// The job with this share of a core, in thousandths.
pub(crate) fn with_cpu(mut job: Job, thousandths: u64) -> Job {
    let share = Located::new(thousandths, Origin::unwritten("share of the test"));
    job.tasks[0].resources.cpu = Some(share);
    job
}

/// The job with this much processor time.
pub(crate) fn with_cpu_time(mut job: Job, milliseconds: u64) -> Job {
    let time = Located::new(milliseconds, Origin::unwritten("cpu time of the test"));
    job.tasks[0].resources.cpu_time = Some(time);
    job
}

/// The job with this much disk.
pub(crate) fn with_disk(mut job: Job, bytes: u64) -> Job {
    job.tasks[0].resources.disk = Some(Located::new(bytes, Origin::unwritten("the test")));
    job
}

/// A test on a current-thread runtime and on a multi-thread one.
pub(crate) fn on_both(test: impl AsyncFn()) {
    let builders =
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()];
    for mut builder in builders {
        builder.worker_threads(2).enable_all().build().unwrap().block_on(test());
    }
}
