//! Ctrl-C, SIGTERM and `kill -9`.

use rustix::process::Signal;

use crate::support::{Case, names};

/// A guest that leaves a file and prints a line before it goes on for ever.
fn spinning() -> Case {
    Case::with_job("spin", |job| job.arguments(["/results/file"]).result("results", "/results"))
}

#[test]
fn an_interrupted_guest_stops_and_what_it_wrote_is_kept() {
    for signal in [Signal::INT, Signal::TERM] {
        let case = spinning();
        let mut running = case.start(["run", "job.json", "-o", "out"]);
        running.wait_for("spinning");
        running.signal(signal);
        running.end().exits(130).prints("spinning\n").says("out");
        assert_eq!(case.read("out/stdout"), "spinning\n");
        assert_eq!(case.read("out/results/file"), "written before the loop\n");
        assert!(case.read("out/execution.json").contains("\"cancelled\""));
    }
}

#[test]
fn a_sleeping_guest_is_interrupted() {
    let case = Case::new();
    case.guest("sleep");
    let mut running = case.start(["run", "sleep.wasm"]);
    running.wait_for("sleeping");
    running.signal(Signal::INT);
    running.end().exits(130);
}

#[test]
fn a_guest_that_waits_for_input_is_interrupted() {
    let case = Case::new();
    case.guest("echo_stdin");
    let mut running = case.start(["run", "echo_stdin.wasm"]);
    running.wait_for("reading");
    running.signal(Signal::TERM);
    running.end().exits(130);
}

#[test]
fn an_interrupted_run_still_prints_its_outcome() {
    let case = Case::new();
    case.guest("sleep");
    let mut command = case.command(["run", "sleep.wasm", "--json", "-v", ".:/here:rw"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // With --json the guest's own output goes to standard error.
    let mut line = String::new();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    assert_eq!(line, "sleeping\n");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["status"], "cancelled");
    assert_eq!(outcome["exit_code"], 130);
}

#[test]
fn a_killed_run_leaves_nothing_half() {
    let case = spinning();
    let mut running = case.start(["run", "job.json", "-o", "out"]);
    running.wait_for("spinning");
    running.signal(Signal::KILL);
    assert_eq!(running.end().code, None);
    assert!(!case.path("out/execution.json").exists());

    // The next run finds nothing in its way, and clears up.
    case.guest("return_normally");
    case.dayfly(["run", "return_normally.wasm", "-o", "out"]).exits(0).prints("done\n");
    assert_eq!(names(&case.path("out")), ["execution.json", "exitCode", "stderr", "stdout"]);
    let left: Vec<String> = names(&case.path("")).into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_killed_run_at_home_is_cleared_up_by_the_next() {
    let case = spinning();
    let mut running = case.start(["run", "job.json"]);
    running.wait_for("spinning");
    running.signal(Signal::KILL);
    running.end();
    case.guest("return_normally");
    let outcome = case.dayfly(["run", "return_normally.wasm", "--json"]).exits(0).json();
    let folder = std::path::Path::new(outcome["executions"][0]["folder"].as_str().unwrap());
    let executions = case.home().join("executions");
    assert_eq!(names(&executions), [".running", folder.file_name().unwrap().to_str().unwrap()]);
    assert_eq!(names(&executions.join(".running")), [""; 0]);
}
