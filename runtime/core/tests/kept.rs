//! Executions that are kept: finding them, reading them, letting them go.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly, its helpers too")]

use std::fs::{self, File, FileTimes};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use dayfly_core::{Error, ExecutionId, Kept, KeptExecution, KeptState, KeptStream, Retention};
use rustix::fs::{CWD, FileType, FlockOperation, Mode};
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3600);

/// A home to fill by hand.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        fs::create_dir_all(home.running()).unwrap();
        home
    }

    fn kept(&self) -> Kept {
        Kept::of(self.0.path())
    }

    fn executions(&self) -> PathBuf {
        self.0.path().join("executions")
    }

    fn running(&self) -> PathBuf {
        self.executions().join(".running")
    }

    /// An execution that ended so many hours ago.
    fn ended(&self, hours: u32) -> ExecutionId {
        let id = ExecutionId::fresh();
        self.named(id.as_str(), hours);
        id
    }

    /// The same, with this name. It comes into its place with its age, as real ones do.
    fn named(&self, id: &str, hours: u32) -> PathBuf {
        let (made, folder) = (self.0.path().join(id), self.executions().join(id));
        fs::create_dir_all(made.join("result")).unwrap();
        fs::write(made.join("execution.json"), record(id)).unwrap();
        fs::write(made.join("stdout"), "out").unwrap();
        fs::write(made.join("result/file"), vec![b'x'; 10_000]).unwrap();
        let time = SystemTime::now() - HOUR * hours;
        File::open(&made).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
        fs::rename(made, &folder).unwrap();
        folder
    }

    /// A folder of the room for executions under way.
    fn staging(&self, prefix: &str) -> PathBuf {
        let folder = self.running().join(format!("{prefix}{}", ExecutionId::fresh()));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("stdout"), "half").unwrap();
        folder
    }

    fn ids(&self) -> Vec<ExecutionId> {
        self.kept().list().unwrap().iter().map(|execution| execution.id().clone()).collect()
    }

    fn sweep(&self, retention: &str) -> usize {
        self.kept().sweep(&retention.parse().unwrap()).unwrap()
    }
}

fn record(id: &str) -> String {
    format!(
        r#"{{"id": "{id}", "task": "main", "replica": 0, "attempt": 0, "engine": "wasm", "status": "failed",
            "exit_code": 9, "folder": null, "started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:00:01Z",
            "usage": {{"cpu_ns": 0, "wall_ns": 0, "peak_memory_bytes": 0, "read_bytes": 0, "written_bytes": 0,
                "sent_bytes": 0, "received_bytes": 0, "gpu_ns": 0, "compile_ns": 0, "instantiate_ns": 0}},
            "digests": {{"module": null, "inputs": {{}}, "results": {{}}}}, "of a later version": true}}"#
    )
}

fn lock(path: &Path) -> File {
    let file = File::open(path).unwrap();
    rustix::fs::flock(&file, FlockOperation::LockShared).unwrap();
    file
}

fn fifo(path: &Path) {
    rustix::fs::mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).unwrap();
}

#[test]
fn those_that_run_come_first_then_the_latest() {
    let home = Home::new();
    let (old, new) = (home.ended(5), home.ended(1));
    let running = home.staging(".dayfly-staging-");
    let _lock = lock(&running);
    home.staging(".dayfly-staging-");
    // What is not dayfly's is not seen.
    let link = home.executions().join(ExecutionId::fresh().as_str());
    symlink(home.executions().join(old.as_str()), link).unwrap();
    fs::write(home.executions().join(ExecutionId::fresh().as_str()), "a file").unwrap();
    fs::create_dir(home.executions().join("e-mine")).unwrap();
    fs::create_dir(home.running().join(".dayfly-staging-mine")).unwrap();

    let list = home.kept().list().unwrap();
    assert_eq!(list.len(), 4, "{list:?}");
    assert_eq!((list[2].id(), list[3].id()), (&new, &old));
    assert_eq!(list[2].state(), KeptState::Ended);
    let state = |wanted: &Path| list.iter().find(|one| one.folder() == wanted).unwrap().state();
    let KeptState::Running { pid } = state(&running) else { panic!("{list:?}") };
    // Where the system tells, it is this process.
    assert!(pid.is_none_or(|pid| pid == std::process::id()), "{pid:?}");
    assert_eq!(list.iter().filter(|one| one.state() == KeptState::Killed).count(), 1);
}

#[test]
fn a_home_that_is_not_there_holds_nothing() {
    let kept = Kept::of("/nowhere/at/all");
    assert!(kept.list().unwrap().is_empty());
    assert_eq!(kept.sweep(&Retention::default()).unwrap(), 0);
    assert!(matches!(kept.find("e-1"), Err(Error::NoExecution(_))));
}

#[test]
fn the_beginning_of_a_name_is_enough_if_it_is_the_only_one() {
    let home = Home::new();
    home.named("e-aaaa0000-0000-4000-8000-000000000000", 1);
    home.named("e-aaab0000-0000-4000-8000-000000000000", 1);
    home.named("e-bbbb0000-0000-4000-8000-000000000000", 1);
    let find = |name: &str| home.kept().find(name).map(|found| found.id().to_string()[..6].to_owned());
    assert_eq!(find("e-b").unwrap(), "e-bbbb");
    assert_eq!(find("b").unwrap(), "e-bbbb");
    assert_eq!(find("aaab").unwrap(), "e-aaab");
    assert_eq!(find("e-aaaa0000-0000-4000-8000-000000000000").unwrap(), "e-aaaa");
    let Err(Error::Ambiguous { several: 2, candidates, .. }) = find("e-aaa") else {
        panic!("{:?}", find("e-aaa"))
    };
    assert_eq!(candidates.len(), 2);
    for unknown in ["", "e-", "c", "e-aaaa0000-0000-4000-8000-0000000000000", "../executions", "e-*", "."] {
        assert!(matches!(find(unknown), Err(Error::NoExecution(_))), "{unknown}");
    }
}

#[test]
fn a_record_is_read_and_one_that_is_none_is_said_to_be_none() {
    let home = Home::new();
    let id = home.ended(1);
    let (execution, folder) = (home.kept().find(id.as_str()).unwrap(), home.executions().join(id.as_str()));
    assert_eq!(execution.record().unwrap().exit_code, 9);
    assert_eq!(KeptExecution::in_folder(&folder).unwrap().id(), &id);

    let file = folder.join("execution.json");
    let damaged = |why: &str| match execution.record() {
        Err(Error::Damaged { why: said, .. }) => assert!(said.contains(why), "{said}"),
        other => panic!("{why}: {other:?}"),
    };
    fs::write(&file, "{").unwrap();
    damaged("EOF");
    fs::write(&file, record(ExecutionId::fresh().as_str())).unwrap();
    damaged("it is that of e-");
    File::create(&file).unwrap().set_len(1 << 40).unwrap();
    damaged("more than");
    fs::remove_file(&file).unwrap();
    assert!(matches!(execution.record(), Err(Error::Unreadable { .. })));
    symlink("/etc/hostname", &file).unwrap();
    assert!(matches!(execution.record(), Err(Error::Unreadable { .. })));
    fs::remove_file(&file).unwrap();
    // Without a writer, opening it would wait for ever.
    fifo(&file);
    damaged("no file");
    fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(execution.record(), Err(Error::NoExecution(_))));
}

#[test]
fn what_is_open_is_read_to_its_end_whatever_becomes_of_the_execution() {
    let home = Home::new();
    let staging = home.staging(".dayfly-staging-");
    let lock = lock(&staging);
    let [running] = &home.kept().list().unwrap()[..] else { panic!() };
    let open = running.open().unwrap();
    let mut stdout = open.stream(KeptStream::Stdout).unwrap();
    assert!(open.is_running().unwrap());
    let there = home.executions().join(running.id().as_str());
    fs::rename(&staging, &there).unwrap();
    drop(lock);
    assert!(!open.is_running().unwrap());
    fs::remove_dir_all(there).unwrap();
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    assert_eq!(text, "half");
    assert!(!open.is_running().unwrap(), "it is gone");
}

#[test]
fn results_are_measured_without_following_links() {
    let home = Home::new();
    let folder = home.named("e-aaaa0000-0000-4000-8000-000000000000", 1);
    symlink("/", folder.join("result/root")).unwrap();
    let open = home.kept().find("a").unwrap().open().unwrap();
    assert_eq!(open.bytes(Some("result")).unwrap(), 10_000);
    assert_eq!(open.bytes(Some("stdout")).unwrap(), 3);
    assert!(open.bytes(None).unwrap() > 10_003);
    assert!(open.bytes(Some("missing")).is_err());
}

#[test]
fn the_oldest_go_by_number_by_age_and_by_size() {
    let home = Home::new();
    let ids: Vec<ExecutionId> = (0..10).map(|hours| home.ended(hours)).collect();
    assert_eq!(home.sweep("all"), 0);
    assert_eq!(home.sweep("executions=8"), 2);
    assert_eq!(home.ids(), ids[..8]);
    assert_eq!(home.sweep("age=5h30m"), 2);
    assert_eq!(home.ids(), ids[..6]);
    let blocks =
        |path: &str| fs::metadata(home.executions().join(ids[0].as_str()).join(path)).unwrap().blocks();
    let each: u64 =
        ["execution.json", "stdout", "result", "result/file"].map(blocks).iter().sum::<u64>() * 512;
    assert_eq!(home.sweep(&format!("size={}", 3 * each)), 3);
    assert_eq!(home.ids(), ids[..3]);
    assert_eq!(home.sweep("executions=0"), 3);
    assert!(home.ids().is_empty());
    assert_eq!(fs::read_dir(home.running()).unwrap().count(), 0);
}

#[test]
fn one_that_is_in_use_stays() {
    let home = Home::new();
    let id = home.ended(100);
    let _lock = lock(&home.executions().join(id.as_str()));
    assert_eq!(home.sweep("executions=0"), 0);
    assert_eq!(home.ids(), [id]);
}

#[test]
fn only_executions_are_removed_and_no_link_is_followed() {
    let home = Home::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("precious"), "x").unwrap();
    symlink(outside.path(), home.executions().join(ExecutionId::fresh().as_str())).unwrap();
    fs::create_dir(home.executions().join("mine")).unwrap();
    fs::write(home.executions().join(ExecutionId::fresh().as_str()), "a file").unwrap();
    let old = home.named("e-aaaa0000-0000-4000-8000-000000000000", 1000);
    symlink(outside.path(), old.join("result/link")).unwrap();
    assert_eq!(home.sweep("executions=0"), 1);
    assert_eq!(fs::read_dir(home.executions()).unwrap().count(), 4, "with the room for those under way");
    assert!(outside.path().join("precious").is_file());

    // Nor is the folder of all a link that is followed.
    let other = Home::new();
    other.ended(1000);
    let linked = tempfile::tempdir().unwrap();
    symlink(other.executions(), linked.path().join("executions")).unwrap();
    assert!(Kept::of(linked.path()).sweep(&"executions=0".parse().unwrap()).is_err());
    assert_eq!(other.ids().len(), 1);
}

#[test]
fn what_killed_processes_left_is_cleared_away_and_what_others_do_is_not() {
    let home = Home::new();
    home.staging(".dayfly-staging-");
    home.staging(".dayfly-removed-");
    let used = home.staging(".dayfly-staging-");
    let _used = lock(&used);
    let published = home.0.path().join("published");
    fs::create_dir(&published).unwrap();
    let partial = |id: &str| published.join(format!(".{id}.partial"));
    let (left, written, piped) = (ExecutionId::fresh(), ExecutionId::fresh(), ExecutionId::fresh());
    fs::write(partial(left.as_str()), "half").unwrap();
    fs::write(partial(written.as_str()), "half").unwrap();
    let _written = lock(&partial(written.as_str()));
    fifo(&partial(piped.as_str()));
    fs::write(partial("mine"), "x").unwrap();
    fs::write(published.join(format!("{left}.tar.gz")), "x").unwrap();

    assert_eq!(home.sweep("executions=10"), 0);
    let room: Vec<_> = fs::read_dir(home.running()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(room, [used]);
    assert!(!partial(left.as_str()).exists());
    assert_eq!(fs::read_dir(&published).unwrap().count(), 4);
}

#[test]
fn one_process_at_a_time_does_it() {
    let home = Home::new();
    home.ended(1000);
    let folder = File::open(home.executions()).unwrap();
    rustix::fs::flock(&folder, FlockOperation::LockExclusive).unwrap();
    assert_eq!(home.sweep("executions=0"), 0);
    drop(folder);
    assert_eq!(home.sweep("executions=0"), 1);
}

#[test]
fn many_at_a_time_lose_nothing_that_is_kept() {
    let home = Home::new();
    let mut latest: Vec<ExecutionId> = (0..5).map(|_| home.ended(0)).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| drop(home.ended(10))));
            scope.spawn(|| (0..50).map(|_| home.sweep("age=5h")).sum::<usize>());
            scope.spawn(|| (0..50).for_each(|_| drop(home.ids())));
        }
    });
    home.sweep("age=5h");
    let mut left = home.ids();
    left.sort_by_key(ToString::to_string);
    latest.sort_by_key(ToString::to_string);
    assert_eq!(left, latest);
}
