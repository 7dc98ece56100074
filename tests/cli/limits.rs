//! What a guest may not exceed, and what happens where it would.

use serde_json::json;

use crate::support::{Case, Ended};

fn resources(module: &str, name: &str, value: &str, argument: &str) -> Case {
    Case::with_job(module, |job| {
        job.arguments([argument]).task("Resources", json!({ name: value })).result("results", "/results")
    })
}

/// The first number on a line that starts with this.
#[track_caller]
fn number_after(ended: &Ended, start: &str) -> u64 {
    let line = ended.stdout.lines().find_map(|line| line.strip_prefix(start));
    line.and_then(|rest| rest.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("no `{start}`\n{ended}"))
}

#[test]
fn memory_ends_at_the_jobs_limit() {
    let ended = resources("grow_memory", "Memory", "16MB", "").run_job(&[]).exits(0);
    let bytes = number_after(&ended, "refused at ");
    assert!((15_000_000..=16_000_000).contains(&bytes), "{bytes}");
}

#[test]
fn memory_has_a_limit_where_a_job_is_silent() {
    let case = Case::with_job("grow_memory", |job| job);
    let bytes = number_after(&case.run_job(&[]).exits(0), "refused at ");
    assert!((500_000_000..=512_000_000).contains(&bytes), "{bytes}");
}

#[test]
fn the_command_line_limits_memory_too() {
    let case = Case::new();
    case.guest("grow_memory");
    let ended = case.dayfly(["run", "grow_memory.wasm", "--memory", "16MB"]).exits(0);
    assert!(number_after(&ended, "refused at ") <= 16_000_000);
}

/// What was refused is said where the guest makes do without it, and ends well.
#[test]
fn refused_memory_is_told_with_what_would_give_it() {
    let case = resources("grow_memory", "Memory", "16MB", "");
    let outcome = case.run_job(&["--json"]).exits(0).json();
    let refusal = &outcome["executions"][0]["refusals"][0];
    assert!(refusal["what"].as_str().unwrap().contains("where it may have 16000000"), "{refusal}");
    assert_eq!(refusal["remedy"], "`Tasks[0].Resources.Memory` sets the limit");
    assert_eq!(refusal["count"], 1);
    case.run_job(&[]).exits(0).says("refused: the guest may not have");
}

#[test]
fn all_memories_together_have_one_limit() {
    let case = Case::new();
    case.wat("two_memories");
    // 100 pages of 64 KiB.
    let ended = case.dayfly(["run", "two_memories.wat", "--memory", "6553600", "--json"]);
    assert_eq!(ended.json()["exit_code"], 100);
}

#[test]
fn a_guest_that_traps_after_a_refused_grow_was_stopped_at_its_limit() {
    let case = resources("grow_memory", "Memory", "16MB", "trap");
    let outcome = case.run_job(&["--json"]).exits(137).json();
    assert_eq!(outcome["status"], "limited");
    case.run_job(&[]).exits(137).says("Memory");
}

#[test]
fn a_module_that_can_not_start_within_its_memory_is_stopped_at_its_limit() {
    let case = Case::new();
    case.wat("large_memory");
    case.dayfly(["run", "large_memory.wat"]).exits(137).has_one_error().says("--memory");
    case.dayfly(["run", "large_memory.wat", "--memory", "2GiB"]).exits(0);
}

#[test]
fn a_full_disk_is_an_error_in_the_guest_and_space_comes_back() {
    let case = resources("fill_disk", "Disk", "1MB", "/results/file");
    case.run_job(&["-o", "out"])
        .exits(0)
        .prints("full after 1000000 bytes: nospc\nafter removing: 1000000 bytes\n");
    assert_eq!(case.path("out/results/file").metadata().unwrap().len(), 1_000_000);
}

#[test]
fn scratch_space_counts_as_disk() {
    let case = Case::new();
    case.guest("fill_disk");
    case.dayfly(["run", "fill_disk.wasm", "--disk", "500kB", "--", "/file"])
        .exits(0)
        .prints("full after 500000 bytes: nospc\nafter removing: 500000 bytes\n");
}

#[test]
fn a_guest_that_computes_for_ever_times_out() {
    let case = Case::with_job("spin", |job| {
        job.arguments(["/results/file"])
            .result("results", "/results")
            .task("Timeouts", json!({"ExecutionTimeout": 1}))
    });
    case.run_job(&["-o", "out"]).exits(124).prints("spinning\n").says("job exceeded ExecutionTimeout");
    assert_eq!(case.read("out/stdout"), "spinning\n");
    assert_eq!(case.read("out/results/file"), "written before the loop\n");
    assert!(case.read("out/execution.json").contains("\"timed_out\""));
}

#[test]
fn a_guest_that_sleeps_for_ever_times_out() {
    let case = Case::new();
    case.guest("sleep");
    case.dayfly(["run", "sleep.wasm", "--timeout", "300ms"]).exits(124).prints("sleeping\n");
}

#[test]
fn a_guest_that_waits_for_input_for_ever_times_out() {
    let case = Case::new();
    case.guest("echo_stdin");
    let running = case.start(["run", "echo_stdin.wasm", "--timeout", "300ms"]);
    running.end().exits(124).prints("reading\n");
}

#[test]
fn much_output_arrives_whole() {
    let case = Case::with_job("flood_output", |job| job.arguments(["3000000"]));
    let ended = case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(ended.stdout.len(), 3_000_000);
    assert_eq!(case.path("out/stdout").metadata().unwrap().len(), 3_000_000);
    assert_eq!(case.path("out/stderr").metadata().unwrap().len(), 3_000_000);
}

#[test]
fn a_reader_that_goes_away_is_an_error_in_the_guest() {
    let case = Case::new();
    case.guest("flood_output");
    let mut command = case.command(["run", "flood_output.wasm", "--", "3000000"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("pipe"));
}

/// What instances take beside their memories is the host's memory all the same.
#[test]
fn a_component_has_no_large_module_any_number_of_times() {
    let globals = "(global (mut i32) (i32.const 0))".repeat(100_000);
    let component = |count: usize| {
        let instances = "(core instance (instantiate $m))".repeat(count);
        format!(
            r#"(component (component $c (core module $m {globals} (func (export "f"))) {instances}
                (core instance $i (instantiate $m)) (func (export "f") (canon lift (core func $i "f"))))
                (instance $one (instantiate $c)) (export "f" (func $one "f")))"#
        )
    };
    let case = Case::new();
    case.write("few.wat", component(50));
    case.write("many.wat", component(900));
    case.dayfly(["run", "few.wat", "--invoke", "f"]).exits(0);
    case.dayfly(["run", "many.wat", "--invoke", "f"]).exits(137).says("instance count too high");
}
