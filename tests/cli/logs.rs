//! `dayfly logs`: what a guest wrote, as it wrote it.

use rustix::process::Signal;

use crate::support::Case;

/// A case in which a guest wrote to both streams, and its execution.
fn both() -> (Case, String) {
    let case = Case::new();
    let text = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\05\00\00\00\15\00\00\00\05\00\00\00o\1b[1\0ae\ff\00!\0a")
        (data (i32.const 16) "o\1b[1\0ae\ff\00!\0a")
        (func (export "_start")
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64)))
            (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 64)))))"#;
    case.write("both.wat", text);
    let outcome = case.dayfly(["run", "both.wat", "--json"]).exits(0).json();
    (case, outcome["executions"][0]["id"].as_str().unwrap().to_owned())
}

#[test]
fn each_stream_goes_to_its_own_descriptor_byte_for_byte() {
    let (case, id) = both();
    let output = |arguments: &[&str]| case.command(arguments).output().unwrap();
    let all = output(&["logs", &id]);
    assert_eq!((&*all.stdout, &*all.stderr), (&b"o\x1b[1\n"[..], &b"e\xff\0!\n"[..]));
    assert!(all.status.success());
    let out = output(&["logs", "--stdout", &id]);
    assert_eq!((&*out.stdout, &*out.stderr), (&b"o\x1b[1\n"[..], &b""[..]));
    let err = output(&["logs", "--stderr", &id]);
    assert_eq!((&*err.stdout, &*err.stderr), (&b""[..], &b"e\xff\0!\n"[..]));
    case.dayfly(["logs", "--stdout", "--stderr", &id]).exits(2);
    // One that ended is not waited for.
    assert_eq!(output(&["logs", "--follow", &id]).stdout, all.stdout);
}

#[test]
fn a_folder_of_the_users_choice_has_logs_too() {
    let case = Case::new();
    case.guest("return_normally");
    case.dayfly(["run", "return_normally.wasm", "-o", "out"]).exits(0);
    case.dayfly(["logs", "./out"]).exits(0).prints("done\n");
    case.dayfly(["logs", "e-0"]).exits(66).prints("").says("dayfly ps --all").has_one_error();
}

#[test]
fn one_that_runs_is_followed_to_its_end() {
    let case = Case::new();
    case.guest("echo_stdin");
    let mut running = case.start(["run", "echo_stdin.wasm"]);
    running.wait_for("reading");
    let list = case.dayfly(["ps", "--json"]).exits(0).json();
    let id = list[0]["id"].as_str().unwrap();
    // Without --follow there is what there is.
    case.dayfly(["logs", id]).exits(0).prints("reading\n");
    let mut following = case.start(["logs", "--follow", id]);
    following.wait_for("reading");
    running.write("more\n");
    following.wait_for("more");
    running.signal(Signal::INT);
    running.end().exits(130);
    following.end().exits(0).prints("reading\nmore\n");
}

#[test]
fn one_that_is_killed_is_not_followed_for_ever() {
    let case = Case::new();
    case.guest("spin");
    let mut running = case.start(["run", "spin.wasm", "--", "/file"]);
    running.wait_for("spinning");
    let list = case.dayfly(["ps", "--json"]).exits(0).json();
    let mut following = case.start(["logs", "-f", list[0]["id"].as_str().unwrap()]);
    following.wait_for("spinning");
    running.signal(Signal::KILL);
    running.end();
    following.end().exits(0).prints("spinning\n");
}

#[test]
fn a_reader_that_goes_away_has_seen_enough() {
    let case = Case::with_job("flood_output", |job| job.arguments(["1000000"]));
    case.run_job(&["-o", "out", "-q"]).exits(0);
    let mut logs = case.command(["logs", "--stdout", "./out"]);
    logs.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = logs.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}
