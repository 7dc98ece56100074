//! What a guest may use of the processor, from the command line and from job files, and what is said of it.

use serde_json::{Value, json};

use crate::support::{Case, Ended, Job};

/// What the only execution used.
#[track_caller]
fn usage(ended: &Ended) -> Value {
    ended.json()["executions"][0]["usage"].clone()
}

/// Fails the test unless a guest that computes for ever had a share of the processor and no more.
#[track_caller]
fn assert_held(usage: &Value) {
    let (cpu, wall) = (usage["cpu_ns"].as_u64().unwrap(), usage["wall_ns"].as_u64().unwrap());
    assert!(cpu > 0 && cpu * 3 < wall, "{usage}");
}

#[test]
fn a_job_has_a_share_of_the_processor() {
    let case = Case::with_job("spin", |job| {
        job.task("Resources", json!({"CPU": "100m"})).task("Timeouts", json!({"ExecutionTimeout": 1}))
    });
    let ended = case.run_job(&["--json"]).exits(124);
    assert_held(&usage(&ended));
    assert!(!ended.stderr.contains("CPU"), "{ended}");
}

#[test]
fn the_command_line_has_the_last_word_on_the_share() {
    let case = Case::with_job("spin", |job| job.task("Resources", json!({"CPU": "1"})));
    let ended = case.run_job(&["--cpu", "0.1", "--timeout", "1s", "--json"]).exits(124);
    assert_held(&usage(&ended));
    case.run_job(&["--cpu", "0"]).exits(2);
}

#[test]
fn processor_time_ends_a_guest_at_its_limit() {
    let limited = |job: Job| job.task("Meta", json!({"limits.cpu-time": "100ms"}));
    let case = Case::with_job("spin", limited);
    let outcome = case.run_job(&["--json"]).exits(137).json();
    assert_eq!(outcome["status"], "limited");
    case.run_job(&[])
        .exits(137)
        .says("processor time of 100ms; `Tasks[0].Meta.limits.cpu-time` sets the limit");
    case.run_job(&["--cpu-time", "60ms"])
        .exits(137)
        .says("processor time of 60ms; `--cpu-time` sets the limit");
    case.run_job(&["--cpu-time", "1h", "--timeout", "200ms"]).exits(124);
}

#[test]
fn fuel_is_the_same_each_time_and_can_be_limited() {
    let case = Case::new();
    case.write(
        "count.wat",
        "(module (func (export \"_start\") (local i32) (local.set 0 (i32.const 1000))
        (loop $on (br_if $on (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))",
    );
    let counted =
        |flag: &str| usage(&case.dayfly(["run", "count.wat", "--json", flag]).exits(0))["fuel"].clone();
    let first = counted("--fuel");
    assert!(first.as_u64().unwrap() > 1_000, "{first}");
    assert_eq!(counted("--fuel=1000000"), first);
    let ended = case.dayfly(["run", "count.wat", "--fuel=100"]).exits(137);
    ended.says("the guest used up its fuel of 100 units; `--fuel` sets the limit");
    assert_eq!(usage(&case.dayfly(["run", "count.wat", "--json"]).exits(0)).get("fuel"), None);

    let endless = Case::with_job("spin", |job| job.task("Meta", json!({"limits.fuel": "5,000,000"})));
    endless.run_job(&[]).exits(137).says("`Tasks[0].Meta.limits.fuel` sets the limit");
    let plan = endless.dayfly(["plan", "job.json"]).exits(0);
    assert!(plan.stdout.contains("5,000,000") && plan.stdout.contains("profile fuelled"), "{plan}");
}

#[test]
fn a_guest_whose_fuel_is_counted_is_held_and_stopped_like_any_other() {
    let case = Case::new();
    case.guest("spin");
    let run = |flags: &[&str]| case.dayfly(["run", "spin.wasm", "--fuel", "--json"].iter().chain(flags));
    assert_held(&usage(&run(&["--cpu", "0.1", "--timeout", "1s"]).exits(124)));
    run(&["--cpu-time", "50ms"]).exits(137);
}

#[test]
fn usage_is_a_small_table_where_it_is_asked_for() {
    let case = Case::new();
    case.guest("fill_disk");
    let table = |flags: &[&str]| {
        let ended = case.dayfly(["run", "fill_disk.wasm"].iter().chain(flags).chain(&["--", "/file"]));
        ended.exits(0).stderr
    };
    let small = ["--disk", "500kB"];
    assert!(!table(&small).contains("usage"));
    let text = table(&["--disk", "500kB", "--usage", "-q"]);
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    assert_eq!(lines[0], "dayfly: usage", "{text}");
    for start in [
        "processor ",
        "time ",
        "memory ",
        "read ",
        "written ",
        "disk ",
        "files ",
        "compiling ",
        "instantiating ",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(start)), "{start}: {text}");
    }
    assert!(text.contains("1.0 MB") || text.contains("500 kB"), "{text}");
}

#[test]
fn the_time_of_a_whole_execution_ends_it_too() {
    let case = Case::with_job("sleep", |job| job.task("Timeouts", json!({"TotalTimeout": 1})));
    case.run_job(&[])
        .exits(124)
        .says("timed out after 1s; `Tasks[0].Timeouts.TotalTimeout` sets the limit")
        .says("(Job timed out. Job took longer than 1s)");
}
