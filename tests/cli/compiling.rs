//! Compiling what is hostile: within limits, in a process that is gone afterwards.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Case, Job, allowed_by_the_system};

/// A module of 2 MB with one function that is dear to compile: each of its hundred thousand conditions adds to the
/// work for all the others.
pub(crate) fn bomb() -> Vec<u8> {
    let number = |mut value: usize| {
        let mut bytes = Vec::new();
        loop {
            let low = (value & 0x7f) as u8;
            value >>= 7;
            if value == 0 {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    };
    let section = |id: u8, content: &[u8]| [&[id][..], &number(content.len()), content].concat();
    // if (local 1) { memory[0] = local 1 += memory[0] }
    let condition =
        [0x20, 1, 0x04, 0x40, 0x41, 0, 0x41, 0, 0x28, 2, 0, 0x20, 1, 0x6a, 0x22, 1, 0x36, 2, 0, 0x0b];
    let body = [&[1, 2, 0x7f][..], &condition.repeat(100_000), &[0x0b]].concat();
    let code = [number(1), number(body.len()), body].concat();
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, &[1, 0x60, 0, 0]),
        section(3, &[1, 0]),
        section(5, &[1, 0, 1]),
        section(7, b"\x01\x06_start\0\0"),
        section(10, &code),
    ]
    .concat()
}

fn case() -> Case {
    let case = Case::new();
    case.write("bomb.wasm", bomb());
    case.write("plain.wat", "(module (func (export \"_start\")))");
    case
}

#[test]
fn a_bomb_ends_at_the_deadline_of_compiling() {
    case()
        .dayfly(["run", "bomb.wasm", "--compile-timeout", "500ms", "-o", "out"])
        .exits(137)
        .has_one_error()
        .says("compiling `bomb.wasm` takes longer than the 500ms")
        .says("--compile-timeout");
}

#[test]
fn a_bomb_ends_at_its_limit_of_memory() {
    let case = case();
    case.dayfly(["run", "bomb.wasm", "--compile-memory", "60MB", "-o", "out"])
        .exits(137)
        .has_one_error()
        .says("compiling `bomb.wasm` takes more than the 60000000 bytes of memory")
        .says("--compile-memory");
    // Not even enough to start with.
    case.dayfly(["run", "plain.wat", "--compile-memory", "100kB"]).exits(137).says("--compile-memory");
}

#[test]
fn a_compiler_that_the_system_kills_did_not_take_too_long() {
    let case = case();
    let running = case.start(["run", "bomb.wasm"]);
    let child = loop {
        match children(running.id()).first() {
            Some(&child) if is_confined(child) => break child,
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let child = rustix::process::Pid::from_raw(child.try_into().unwrap()).unwrap();
    rustix::process::kill_process(child, Signal::KILL).unwrap();
    running.end().exits(137).has_one_error().says("compiling `bomb.wasm` was killed").says("out of memory");
}

#[test]
fn limits_that_are_lower_already_stop_no_compiling() {
    // Without this capability, root may not raise a limit either.
    let before = [
        "prlimit",
        "--cpu=60",
        "--as=3000000000",
        "--fsize=50000000",
        "setpriv",
        "--bounding-set=-sys_resource",
    ];
    if !allowed_by_the_system(&before) {
        return;
    }
    let case = case();
    case.finish(case.behind(&before, ["run", "plain.wat"])).exits(0);
}

#[test]
fn no_more_modules_are_compiled_at_a_time_than_there_are_processors() {
    const MODULES: usize = 7;
    let case = Case::new();
    let names: Vec<String> = (0..MODULES).map(|number| format!("bomb{number}.wasm")).collect();
    for (number, name) in names.iter().enumerate() {
        // A custom section of its own makes each of them another module.
        case.write(name, [bomb(), vec![0, 2, 1, number as u8]].concat());
    }
    let imports: String =
        (0..MODULES).map(|number| format!(r#"(import "bomb{number}" "_start" (func))"#)).collect();
    case.write("entry.wat", format!(r#"(module {imports} (func (export "_start")))"#));
    case.write("job.json", Job::of("entry.wat").param("ImportModules", names).text());
    let running = case.start(["run", "job.json"]);
    let began = std::time::Instant::now();
    let mut most = 0;
    while began.elapsed() < Duration::from_secs(2) {
        most = most.max(children(running.id()).len());
        std::thread::sleep(Duration::from_millis(2));
    }
    // All that wait their turn are gone at once, too.
    running.signal(Signal::INT);
    running.end().exits(130);
    let processors = std::thread::available_parallelism().unwrap().get();
    assert!((1..=processors).contains(&most), "{most} at a time on {processors} processors");
}

#[test]
fn who_stops_waiting_stops_the_compiling() {
    let case = case();
    let running = case.start(["run", "bomb.wasm"]);
    let child = loop {
        match children(running.id()).first() {
            Some(&child) => break child,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    running.signal(Signal::INT);
    running.end().exits(130);
    assert!(!is_running(child), "the child outlives who asked for it");

    let running = case.start(["run", "bomb.wasm"]);
    let child = loop {
        // It has its own name only once it is confined.
        match children(running.id()).first() {
            Some(&child) if is_confined(child) => break child,
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    running.signal(Signal::KILL);
    while is_running(child) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn without_a_child_the_same_comes_out() {
    case().dayfly(["run", "plain.wat", "--no-compile-child"]).exits(0).prints("");
    let case = Case::new();
    case.write("broken.wasm", b"\0asm\x01\0\0\0\x03\x02\x01\x07");
    let child = case.refuses("broken.wasm", 65);
    let none = case.dayfly(["run", "broken.wasm", "--no-compile-child"]).exits(65);
    assert_eq!(child.stderr, none.stderr);
}

#[test]
fn a_terminal_shows_what_takes_long_and_a_pipe_does_not() {
    if !allowed_by_the_system(&["script", "--version"]) {
        return;
    }
    let case = case();
    let run = format!("{} run bomb.wasm --compile-timeout 1s", env!("CARGO_BIN_EXE_dayfly"));
    let mut command = case.command_of("script".as_ref(), ["-qec", &run, "/dev/null"]);
    command.env("TERM", "xterm");
    let terminal = case.finish(command).exits(137);
    assert!(terminal.stdout.contains("compiling bomb.wasm (2.00 MB)"), "{terminal}");
    let pipe = case.dayfly(["run", "bomb.wasm", "--compile-timeout", "1s"]).exits(137).has_one_error();
    assert!(!pipe.stderr.contains("MB"), "{pipe}");
}

pub(crate) fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|children| children.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

pub(crate) fn is_running(process: u32) -> bool {
    // A process that nobody has waited for yet is a zombie: it does nothing any more.
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn is_confined(process: u32) -> bool {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap_or_default();
    limits.lines().any(|line| line.starts_with("Max address space") && !line.contains("unlimited"))
}
