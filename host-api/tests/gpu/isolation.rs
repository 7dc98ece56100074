//! Drivers in processes of their own: guests compute as they do without, and only their process is lost with a driver.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use dayfly_host_api::gpu::{Allowed, Errno, Gpus, Isolation, Program, Quotas};
use rustix::process::{Pid, Signal, kill_process};

use crate::compute::{LONG, SAXPY, patient, saxpy};
use crate::guest::{COPY_DST, COPY_SRC, Guest, OUT, STORAGE, this};

/// The GPUs of this machine, whose drivers run in another process; none where there are none.
pub(crate) fn isolated(quotas: Quotas, program: Program) -> Option<Gpus> {
    let gpus = Gpus::isolated(Allowed::Software, quotas, Isolation::Process(program));
    if gpus.count() == 0 {
        assert!(std::env::var_os("DAYFLY_TESTS_NEED_GPU").is_none(), "{:?}", gpus.why_no_more());
        println!("skipped: no adapter is here: {}", gpus.why_no_more().join("; "));
        return None;
    }
    Some(gpus)
}

/// The processes that this one has started, and has not buried.
pub(crate) fn children() -> BTreeSet<i32> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let children = tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("children")).ok());
    children
        .flat_map(|all| all.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

pub(crate) fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

/// What this process has open.
fn files() -> BTreeSet<String> {
    let all = fs::read_dir("/proc/self/fd").unwrap();
    let all = all.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    all.map(|to| to.to_string_lossy().into_owned()).filter(|to| !to.starts_with("/proc")).collect()
}

/// Waits until something is so.
pub(crate) fn becomes(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Says to a test that it has a process of its own.
const ALONE: &str = "DAYFLY_TEST_ALONE";

/// Whether this test has a process of its own, whose children are this test's alone. Where it has not, it is run in one.
pub(crate) fn is_alone() -> bool {
    let thread = thread::current();
    // Where tests come one after the other they run on the main thread.
    let name = thread.name().filter(|name| *name != "main" && std::env::var_os(ALONE).is_none());
    let Some(name) = name else { return true };
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let run = command.args(["--exact", name]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    false
}

/// Runs other tests of these in a process of their own, with their drivers in further ones.
fn through_workers(tests: &[&str]) {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let run = command
        .args(tests)
        .arg("--test-threads=1")
        .env("DAYFLY_TESTS_ISOLATION", "process")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert!(!said.contains("running 0 tests"), "{said}");
}

#[test]
fn guests_compute_as_without() {
    through_workers(&[
        "compute::saxpy_is_computed",
        "compute::what_was_not_written_is_nothing",
        "compute::copies_clears_and_dispatches_come_in_order",
        "compute::layouts_offsets_constants_and_immediates_reach_the_shader",
        "compute::passes_say_when_they_began_and_ended",
        "compute::guests_compute_beside_each_other",
        "compute::an_indirect_dispatch_of_too_many_does_nothing_worse",
    ]);
}

#[test]
fn loops_are_bounded_and_told_of_as_without() {
    through_workers(&["loops::"]);
}

#[test]
fn what_needs_no_gpu_is_as_without() {
    through_workers(&["noop::", "quotas::"]);
}

#[test]
fn the_host_loads_no_driver_and_nothing_is_left() {
    if !is_alone() {
        return;
    }
    let before = files();
    {
        let Some(gpus) = isolated(patient(), this()) else { return };
        assert!(children().is_empty(), "{:?}", children());
        let mut guest = Guest::on(&gpus);
        let device = guest.device();
        assert_eq!(children().len(), 1);
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let drivers =
            |maps: &str| maps.contains("libvulkan") || maps.contains("_lvp") || maps.contains("libvk");
        assert!(!drivers(&maps), "{maps}");
        let worker = *children().first().unwrap();
        assert!(drivers(&fs::read_to_string(format!("/proc/{worker}/maps")).unwrap()));
        let environment = fs::read(format!("/proc/{worker}/environ")).unwrap();
        let has_path = environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(b"PATH="));
        assert!(!has_path, "the worker has the host's environment");
        saxpy(&mut guest, 64 << 10);
        guest.ok("close", &[device]);
        becomes("a process is left", || children().is_empty());
        saxpy(&mut guest, 1024);
        guest.end();
    }
    becomes("a process is left", || children().is_empty());
    becomes("a file is left", || files() == before);
}

/// A device of a guest, a buffer, and what works on it for long.
fn long(guest: &mut Guest) -> (i64, i64, i64, i64) {
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    (device, data, pipeline, group)
}

#[test]
fn a_deadline_kills_the_process_and_frees_the_gpu_at_once() {
    if !is_alone() {
        return;
    }
    let quotas = Quotas { submission_time: Duration::from_millis(300), ..Quotas::default() };
    let Some(gpus) = isolated(quotas, this()) else { return };
    let mut guest = Guest::on(&gpus);
    let (device, _, pipeline, group) = long(&mut guest);
    let began = Instant::now();
    guest.dispatch(device, pipeline, group, [60_000, 1, 1]);
    let why = guest.fails(Errno::Lost, "wait", &[device, 0, -1]);
    assert!(why.contains("300ms"), "{why}");
    becomes("it is not killed", || children().is_empty());
    let killed = began.elapsed();
    assert_eq!(guest.context().refusals().len(), 1);
    // It may open another one.
    let other = guest.device();
    guest.ok("buffer_create", &[other, 4096, STORAGE | COPY_SRC]);
    guest.end();
    drop(guest);
    assert!(gpus.reserve(1).is_ok(), "the GPU is not free");
    // In one process, the GPU goes on with what takes a minute or so.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    println!("killed after {killed:?}");
}

/// Kills the one worker a while after this.
fn kill_soon(after: Duration) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        thread::sleep(after);
        children().into_iter().for_each(kill);
    })
}

/// It has lost its device, opens another one, and computes with that.
pub(crate) fn goes_on(guest: &mut Guest, device: i64) {
    let why = guest.fails(Errno::Lost, "device_status", &[device]);
    assert!(why.contains("the device is lost"), "{why}");
    saxpy(guest, 4096);
}

#[test]
fn a_process_that_is_killed_while_it_computes_is_a_lost_device() {
    if !is_alone() {
        return;
    }
    let Some(gpus) = isolated(patient(), this()) else { return };
    let mut guest = Guest::on(&gpus);
    let (device, data, pipeline, group) = long(&mut guest);
    guest.dispatch(device, pipeline, group, [60_000, 1, 1]);
    let killer = kill_soon(Duration::from_millis(100));
    let why = guest.fails(Errno::Lost, "wait", &[device, 0, -1]);
    assert!(why.contains("signal 9"), "{why}");
    killer.join().unwrap();
    guest.fails(Errno::Lost, "buffer_read", &[data, 0, OUT.into(), 256]);
    goes_on(&mut guest, device);
}

#[test]
fn a_process_that_is_killed_while_it_copies_is_a_lost_device() {
    if !is_alone() {
        return;
    }
    let Some(gpus) = isolated(patient(), this()) else { return };
    let mut guest = Guest::on(&gpus);
    let size = 2 << 20;
    for (round, name) in ["buffer_write", "buffer_read"].into_iter().cycle().take(8).enumerate() {
        let device = guest.device();
        let buffer = guest.ok("buffer_create", &[device, size, STORAGE | COPY_SRC | COPY_DST]);
        let killer = kill_soon(Duration::from_millis(5 * round as u64));
        let began = Instant::now();
        while guest.call(name, &[buffer, 0, 0x10_0000, size]) == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "it goes on without a process");
        }
        assert!(guest.last_error().contains("the device is lost"), "{}", guest.last_error());
        killer.join().unwrap();
        guest.fails(Errno::Lost, "device_status", &[device]);
        guest.ok("close", &[buffer]);
        guest.ok("close", &[device]);
    }
    saxpy(&mut guest, 4096);
}

#[test]
fn a_process_that_is_killed_while_it_maps_or_compiles_is_a_lost_device() {
    if !is_alone() {
        return;
    }
    let Some(gpus) = isolated(patient(), this()) else { return };
    let mut guest = Guest::on(&gpus);
    let (device, data, pipeline, group) = long(&mut guest);
    guest.dispatch(device, pipeline, group, [60_000, 1, 1]);
    let killer = kill_soon(Duration::from_millis(50));
    let began = Instant::now();
    // A driver may wait for what is under way already when more is submitted.
    let ticket = guest.call("read_start", &[data, 0, 256]);
    while ticket > 0
        && guest.call("read_finish", &[ticket, OUT.into(), 256]) == i64::from(Errno::Again.code())
    {
        assert!(began.elapsed() < Duration::from_secs(60), "it is never lost");
    }
    killer.join().unwrap();
    goes_on(&mut guest, device);
    let device = guest.device();
    let killer = kill_soon(Duration::from_millis(30));
    let statements = "a = a * 3u + 1u; a ^= a >> 3u;\n".repeat(1_500);
    let text = SAXPY.replace("{ y[id.x]", &format!("{{ var a = id.x; {statements} y[id.x]"));
    let mut given = 1;
    for _ in 0..100 {
        guest.put(0x10_0000, text.as_bytes());
        given = guest.call("shader_create", &[device, 0x10_0000, text.len() as i64]);
        if given < 0 {
            break;
        }
        guest.ok("close", &[given]);
    }
    assert_eq!(given, i64::from(Errno::Lost.code()), "{}", guest.last_error());
    killer.join().unwrap();
    goes_on(&mut guest, device);
}

#[test]
fn a_program_that_is_no_worker_is_an_error() {
    if !is_alone() {
        return;
    }
    let gpus =
        |program: Program| Gpus::isolated(Allowed::Software, Quotas::default(), Isolation::Process(program));
    for path in ["/nowhere/at/all", "/bin/true"] {
        let gpus = gpus(Program::new(path));
        assert_eq!(gpus.count(), 0);
        assert!(gpus.why_no_more()[0].contains("process"), "{:?}", gpus.why_no_more());
    }
    becomes("a process is left", || children().is_empty());
}

/// Says to a test that it is to be killed.
const HOST: &str = "DAYFLY_TESTS_HOST";

#[test]
fn computes_until_it_is_killed_where_it_is_started_to() {
    if std::env::var_os(HOST).is_none() {
        return;
    }
    let Some(gpus) = isolated(patient(), this()) else { return };
    let mut guest = Guest::on(&gpus);
    let (device, _, pipeline, group) = long(&mut guest);
    guest.dispatch(device, pipeline, group, [60_000, 1, 1]);
    println!("\nworker {}", children().first().unwrap());
    thread::sleep(Duration::from_secs(600));
}

#[test]
fn a_host_that_is_killed_takes_the_process_with_it() {
    use std::io::{BufRead as _, BufReader};
    if isolated(patient(), this()).is_none() {
        return;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "isolation::computes_until_it_is_killed_where_it_is_started_to", "--nocapture"]);
    let mut host = command.env(HOST, "1").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(host.stdout.take().unwrap()).lines().map_while(Result::ok);
    let worker = lines.filter_map(|line| line.strip_prefix("worker ").map(str::to_owned)).next().unwrap();
    host.kill().unwrap();
    host.wait().unwrap();
    // Nobody may have buried it yet.
    let is_over = || match fs::read_to_string(format!("/proc/{worker}/stat")) {
        Ok(stat) => stat.rsplit(')').next().unwrap().trim_start().starts_with('Z'),
        Err(_) => true,
    };
    becomes("the worker goes on", is_over);
}
