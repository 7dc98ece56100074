//! The battery of executors.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a battery is made of tests")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model::{Located, Origin};
use tokio::io::AsyncReadExt as _;
use tokio_util::sync::CancellationToken;

use crate::capacity::Capacity;
use crate::event::{Teller, channel};
use crate::{
    Egress, Ended, Ending, EventKind, Events, ExecutionId, Executor, Grants, GuestInput, Limits, Live,
    Machine, Mount, MountObject, OutputStream, Program, Reporter, Start, Stdio,
};

/// What a guest of the battery does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Behaviour {
    /// Ends without a word.
    Return,
    /// Exits with a code.
    Exit(u32),
    /// Does what no guest may do.
    Trap,
    /// Computes for ever.
    Spin,
    /// Sleeps for ever.
    Sleep,
    /// Reads its standard input for ever.
    ReadForEver,
    /// Writes `out` to its standard output and `err` to its standard error.
    Print,
    /// Writes its standard input to its standard output, until the end.
    Echo,
    /// Writes to its standard output for ever.
    Flood,
    /// Writes each argument after the first, and then each `KEY=VALUE` of its environment, with a NUL byte
    /// after each.
    Describe,
    /// Asks for more than 64 MiB of memory and traps when that is refused.
    Hoard,
    /// Writes `new` to the file `/input/file`, and exits with 1 if that is refused.
    Overwrite,
    /// Writes `new` to the file `/made` of its own space.
    Make,
}

/// Guests that behave as asked.
pub trait Guests: Sync {
    /// A guest with that behaviour.
    fn program(&self, behaviour: Behaviour) -> Program;
}

/// Everything that an executor has to do, one after the other. Panics where it does not.
pub async fn battery(executor: &dyn Executor, guests: &dyn Guests) {
    a_return_is_success(executor, guests).await;
    every_exit_code_is_kept_in_full(executor, guests).await;
    a_trap_is_told(executor, guests).await;
    output_is_kept_and_seen_live(executor, guests).await;
    input_is_read_to_its_end(executor, guests).await;
    arguments_and_environment_are_the_jobs_alone(executor, guests).await;
    a_guest_is_stopped_at_its_deadline(executor, guests).await;
    a_guest_is_stopped_when_it_is_cancelled(executor, guests).await;
    a_dropped_execution_lets_go_of_everything(executor, guests).await;
    a_writer_that_does_not_read_holds_only_its_guest(executor, guests).await;
    what_happens_is_told_in_order(executor, guests).await;
    a_reader_of_events_holds_the_guest_and_misses_nothing(executor, guests).await;
    a_guest_whose_events_nobody_reads_any_more_goes_on(executor, guests).await;
    memory_is_limited(executor, guests).await;
    output_is_limited(executor, guests).await;
    an_input_is_read_only_and_the_root_is_not(executor, guests).await;
}

/// A guest that returns has succeeded.
pub async fn a_return_is_success(executor: &dyn Executor, guests: &dyn Guests) {
    let ended = Bench::new(guests, Behaviour::Return).run(executor).await;
    assert_eq!(ended.ending, Ending::Exited(0));
    assert!(ended.usage.wall_ns > 0);
}

/// Exit codes have 32 bits.
pub async fn every_exit_code_is_kept_in_full(executor: &dyn Executor, guests: &dyn Guests) {
    for code in [0, 1, 125, 126, 255, 256, u32::MAX] {
        let ended = Bench::new(guests, Behaviour::Exit(code)).run(executor).await;
        assert_eq!(ended.ending, Ending::Exited(code));
    }
}

/// A trap is no exit code.
pub async fn a_trap_is_told(executor: &dyn Executor, guests: &dyn Guests) {
    let ended = Bench::new(guests, Behaviour::Trap).run(executor).await;
    assert!(matches!(&ended.ending, Ending::Trapped(why) if !why.is_empty()), "{:?}", ended.ending);
}

/// What a guest writes goes to the kept files and to who watches.
pub async fn output_is_kept_and_seen_live(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Print);
    let (live, mut seen) = tokio::io::duplex(64);
    bench.start().stdio.stdout = Live::Writer(Box::new(live));
    let ended = bench.run(executor).await;
    assert_eq!(ended.ending, Ending::Exited(0));
    let mut text = String::new();
    seen.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "out");
    assert_eq!(bench.kept("stdout"), b"out");
    assert_eq!(bench.kept("stderr"), b"err");
    assert_eq!(ended.usage.written_bytes, 6);
}

/// Standard input comes from a reader, or is at its end from the start.
pub async fn input_is_read_to_its_end(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Echo);
    bench.start().stdio.stdin = GuestInput::Reader(Box::new(&b"some input"[..]));
    assert_eq!(bench.run(executor).await.ending, Ending::Exited(0));
    assert_eq!(bench.kept("stdout"), b"some input");

    let mut bench = Bench::new(guests, Behaviour::Echo);
    assert_eq!(bench.run(executor).await.ending, Ending::Exited(0));
    assert_eq!(bench.kept("stdout"), b"");
}

/// A guest sees the arguments and variables that it was given, and nothing of the host's.
pub async fn arguments_and_environment_are_the_jobs_alone(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Describe);
    bench.start().arguments = vec!["one".into(), "two words".into(), String::new()];
    bench.start().environment = vec![("A".into(), "1".into()), ("B".into(), "x=y\n".into())];
    assert_eq!(bench.run(executor).await.ending, Ending::Exited(0));
    assert_eq!(String::from_utf8_lossy(&bench.kept("stdout")), "one\0two words\0\0A=1\0B=x=y\n\0");
}

/// Computing, sleeping and reading all end at the deadline.
pub async fn a_guest_is_stopped_at_its_deadline(executor: &dyn Executor, guests: &dyn Guests) {
    for behaviour in [Behaviour::Spin, Behaviour::Sleep, Behaviour::ReadForEver] {
        let mut bench = Bench::new(guests, behaviour);
        bench.wait_for_input();
        bench.start().limits.timeout = Some(unwritten(Duration::from_millis(50)));
        assert_eq!(bench.run(executor).await.ending, Ending::TimedOut, "{behaviour:?}");
    }
}

/// Computing, sleeping and reading all end when they are cancelled.
pub async fn a_guest_is_stopped_when_it_is_cancelled(executor: &dyn Executor, guests: &dyn Guests) {
    for behaviour in [Behaviour::Spin, Behaviour::Sleep, Behaviour::ReadForEver] {
        let mut bench = Bench::new(guests, behaviour);
        bench.wait_for_input();
        let cancel = bench.start().cancel.clone();
        let stop = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            cancel.cancel();
        };
        let (ended, ()) = tokio::join!(bench.run(executor), stop);
        assert_eq!(ended.ending, Ending::Cancelled, "{behaviour:?}");
    }
}

/// Dropping an execution stops its guest, and what it held is let go.
pub async fn a_dropped_execution_lets_go_of_everything(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Spin);
    let held = Arc::new(());
    let watched = Arc::downgrade(&held);
    bench.start().hold = held;
    drop(tokio::time::timeout(Duration::from_millis(300), bench.run(executor)).await);
    while watched.upgrade().is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A guest waits for who watches its output, and can be stopped meanwhile.
pub async fn a_writer_that_does_not_read_holds_only_its_guest(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Flood);
    let (live, seen) = tokio::io::duplex(64);
    bench.start().stdio.stdout = Live::Writer(Box::new(live));
    bench.start().limits.timeout = Some(unwritten(Duration::from_millis(100)));
    let ended = bench.run(executor).await;
    drop(seen);
    assert_eq!(ended.ending, Ending::TimedOut);
}

/// Whoever asked is told that the guest starts, and then what it writes.
pub async fn what_happens_is_told_in_order(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Print);
    let (teller, mut events) = bench.tell();
    assert_eq!(bench.run(executor).await.ending, Ending::Exited(0));
    drop(teller);
    let (mut started, mut told) = (false, HashMap::<_, Vec<u8>>::new());
    while let Some(event) = events.next().await {
        match event.kind {
            EventKind::Started => started = true,
            EventKind::Output { stream, bytes } => {
                assert!(started, "it wrote before it started");
                told.entry(stream).or_default().extend(bytes);
            }
            EventKind::Compiling { .. } | EventKind::Compiled { .. } => assert!(!started),
            other => panic!("{other:?} is not the executor's to tell"),
        }
    }
    assert_eq!(told[&OutputStream::Stdout], b"out");
    assert_eq!(told[&OutputStream::Stderr], b"err");
}

/// A guest waits for who reads its output from the events; every byte that is kept is told.
pub async fn a_reader_of_events_holds_the_guest_and_misses_nothing(
    executor: &dyn Executor,
    guests: &dyn Guests,
) {
    let mut bench = Bench::new(guests, Behaviour::Flood);
    let (teller, mut events) = bench.tell();
    bench.start().limits.timeout = Some(unwritten(Duration::from_millis(300)));
    assert_eq!(bench.run(executor).await.ending, Ending::TimedOut);
    drop(teller);
    let mut told = 0;
    while let Some(event) = events.next().await {
        if let EventKind::Output { bytes, .. } = event.kind {
            told += bytes.len();
        }
    }
    assert!((1..1 << 20).contains(&told), "{told} bytes were heaped up");
    assert_eq!(bench.kept("stdout").len(), told);
}

/// Dropping the events stops nothing.
pub async fn a_guest_whose_events_nobody_reads_any_more_goes_on(
    executor: &dyn Executor,
    guests: &dyn Guests,
) {
    let mut bench = Bench::new(guests, Behaviour::Flood);
    let (_teller, events) = bench.tell();
    let (cancel, kept) = (bench.start().cancel.clone(), bench.folder.path().join("stdout"));
    let watch = async {
        let length = || fs::metadata(&kept).unwrap().len();
        while length() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(events);
        while length() < 4 << 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cancel.cancel();
    };
    let (ended, ()) = tokio::join!(bench.run(executor), watch);
    assert_eq!(ended.ending, Ending::Cancelled);
}

/// A guest that needs more memory than it may have ends as limited, not as trapped.
pub async fn memory_is_limited(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Hoard);
    bench.start().limits.memory = unwritten(32 << 20);
    let ended = bench.run(executor).await;
    assert!(matches!(ended.ending, Ending::Limited(_)), "{:?}", ended.ending);
    assert!(ended.usage.peak_memory_bytes <= 32 << 20);

    let mut bench = Bench::new(guests, Behaviour::Hoard);
    bench.start().limits.memory = unwritten(128 << 20);
    let ended = bench.run(executor).await;
    assert_eq!(ended.ending, Ending::Exited(0));
    assert!(ended.usage.peak_memory_bytes > 64 << 20);
}

/// Output ends at its limit; the write that would pass it fails in the guest.
pub async fn output_is_limited(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Flood);
    bench.start().limits.output = 10_000;
    bench.start().limits.timeout = Some(unwritten(Duration::from_secs(1)));
    bench.run(executor).await;
    assert_eq!(bench.kept("stdout").len(), 10_000);
}

/// An input can't be changed, and the refusal says so; the guest's own space can.
pub async fn an_input_is_read_only_and_the_root_is_not(executor: &dyn Executor, guests: &dyn Guests) {
    let mut bench = Bench::new(guests, Behaviour::Overwrite);
    let input = bench.folder.path().join("input");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("file"), "old").unwrap();
    let mount = mount("/input", &input, false);
    bench.start().mounts.push(mount);
    let ended = bench.run(executor).await;
    assert_eq!(ended.ending, Ending::Exited(1));
    assert_eq!(fs::read(input.join("file")).unwrap(), b"old");
    assert!(
        ended.refusals.iter().any(|refusal| refusal.what.contains("/input/file")),
        "{:?}",
        ended.refusals
    );

    let mut bench = Bench::new(guests, Behaviour::Make);
    assert_eq!(bench.run(executor).await.ending, Ending::Exited(0));
    assert_eq!(bench.kept("root/made"), b"new");
}

/// A guest's start, and the folder that it needs.
struct Bench {
    folder: tempfile::TempDir,
    start: Option<Start>,
    /// Keeps a standard input open that nothing is written to.
    silent: Option<tokio::io::DuplexStream>,
}

impl Bench {
    fn new(guests: &dyn Guests, behaviour: Behaviour) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("root")).unwrap();
        let create = |name| fs::File::create(folder.path().join(name)).unwrap();
        let start = Start {
            program: guests.program(behaviour),
            arguments: Vec::new(),
            environment: Vec::new(),
            root: mount("/", &folder.path().join("root"), true),
            mounts: Vec::new(),
            stdio: Stdio::default(),
            stdout: create("stdout"),
            stderr: create("stderr"),
            limits: Limits::default(),
            egress: Arc::new(Egress::none()),
            grants: Grants::default(),
            cancel: CancellationToken::new(),
            reporter: Reporter::default(),
            files: Capacity::new(None, Machine::this()).files(),
            machine: Arc::new(Machine::this()),
            observe: false,
            hold: Arc::new(()),
        };
        Bench { folder, start: Some(start), silent: None }
    }

    fn start(&mut self) -> &mut Start {
        self.start.as_mut().unwrap()
    }

    /// Asks for the guest's events.
    fn tell(&mut self) -> (Teller, Events) {
        let (teller, events) = channel(true);
        self.start().reporter = Reporter::of(Some(&teller), &ExecutionId::fresh(), "main", 0);
        (teller, events)
    }

    fn wait_for_input(&mut self) {
        let (ours, guests) = tokio::io::duplex(64);
        self.start().stdio.stdin = GuestInput::Reader(Box::new(guests));
        self.silent = Some(ours);
    }

    async fn run(&mut self, executor: &dyn Executor) -> Ended {
        executor.execute(self.start.take().unwrap()).await
    }

    fn kept(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }
}

fn mount(target: &str, folder: &Path, writable: bool) -> Mount {
    let dir = Dir::open_ambient_dir(folder, ambient_authority()).unwrap();
    Mount { target: target.into(), object: MountObject::Folder(dir), writable, remedy: None, alias: None }
}

fn unwritten<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten("the battery"))
}
