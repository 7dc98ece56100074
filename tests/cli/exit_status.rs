//! How a guest ends, and which exit status that gives.

use crate::support::{Case, Ended};

/// Runs a guest by a job file and returns what came of it, with the `exitCode` file.
fn ends(module: &str, arguments: [&str; 1]) -> (Ended, String) {
    let case = Case::with_job(module, |job| job.arguments(arguments));
    let ended = case.run_job(&["-o", "out"]);
    let written = case.read("out/exitCode");
    (ended, written)
}

#[test]
fn the_guests_exit_code_is_the_exit_status() {
    for code in ["0", "1", "2", "125", "126", "127", "128", "255"] {
        let (ended, written) = ends("exit_with", [code]);
        ended.exits(code.parse().unwrap());
        assert_eq!(written.trim(), code);
    }
}

#[test]
fn codes_over_255_show_as_255_and_are_kept_in_full() {
    for code in ["256", "65536", "2147483648", "4294967295"] {
        let (ended, written) = ends("exit_with", [code]);
        ended.exits(255);
        assert_eq!(written.trim(), code);
    }
}

#[test]
fn the_outcome_holds_the_full_number() {
    let case = Case::with_job("exit_with", |job| job.arguments(["4294967295"]));
    let outcome = case.run_job(&["--json"]).exits(255).json();
    assert_eq!(outcome["exit_code"], 4_294_967_295_u32);
    assert_eq!(outcome["status"], "failed");
    assert_eq!(outcome["executions"][0]["exit_code"], 4_294_967_295_u32);
}

#[test]
fn a_normal_return_is_success() {
    let (ended, written) = ends("return_normally", [""]);
    ended.exits(0).prints("done\n");
    assert_eq!(written.trim(), "0");
}

#[test]
fn a_module_that_does_nothing_is_success() {
    let case = Case::new();
    case.wat("returns");
    case.dayfly(["run", "returns.wat"]).exits(0).prints("");
}

#[test]
fn a_trap_is_134_and_what_was_written_is_kept() {
    let case = Case::with_job("trap", |job| job);
    let ended = case.run_job(&["-o", "out"]).exits(134).prints("before the trap\n").says("trap");
    assert!(!ended.stderr.contains("panicked"), "{ended}");
    assert_eq!(case.read("out/stdout"), "before the trap\n");
    assert!(case.read("out/execution.json").contains("\"trapped\""));
}

#[test]
fn unreachable_in_the_start_function_is_a_trap() {
    let case = Case::new();
    case.wat("unreachable_in_start");
    case.dayfly(["run", "unreachable_in_start.wat"]).exits(134).says("unreachable");
}

#[test]
fn a_stack_that_is_used_up_is_a_trap() {
    let case = Case::new();
    case.wat("stack_overflow");
    case.dayfly(["run", "stack_overflow.wat"]).exits(134).says("stack");
}

#[test]
fn wasi_without_a_memory_is_a_trap_that_says_so() {
    let case = Case::new();
    case.wat("no_memory");
    case.dayfly(["run", "no_memory.wat"]).exits(134).says("memory");
}
