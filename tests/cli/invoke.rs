//! `dayfly run --invoke`: any export of a component, with values in WAVE.

use serde_json::json;

use crate::support::{Case, Ended, Job};

fn invoke(call: &str) -> Ended {
    let case = Case::new();
    case.wat("calculator");
    case.dayfly(["run", "calculator.wat", "--invoke", call])
}

#[test]
fn what_a_function_gives_is_printed() {
    invoke("add(1, 2)").exits(0).prints("3\n");
    invoke("same(\"two\\nlines \\\"ä\\\"\")").exits(0).prints("\"two\\nlines \\\"ä\\\"\"\n");
    invoke("half(8)").exits(0).prints("ok(4)\n");
    invoke("nothing()").exits(0).prints("");
    invoke("nothing").exits(0).prints("");
}

#[test]
fn functions_of_interfaces_are_named_with_them_or_without() {
    for call in [
        "docs:calc/ops@1.0.0#sum(4, 5)",
        "docs:calc/ops#sum(4, 5)",
        "docs:calc/ops@1.0.0.sum(4, 5)",
        "sum(4, 5)",
    ] {
        invoke(call).exits(0).prints("9\n");
    }
}

#[test]
fn an_error_is_a_failure_and_a_trap_is_one() {
    invoke("half(7)").exits(1).prints("err(3)\n");
    invoke("trap()").exits(134).prints("").says("unreachable");
}

#[test]
fn a_call_that_can_t_be_made_says_why_and_what_could() {
    invoke("ad(1, 2)")
        .exits(65)
        .says("there is no function `ad`")
        .says("`add: func(a: u32, b: u32) -> u32`")
        .says("--invoke");
    invoke("nothin()").exits(65).says("there is `nothing: func()`, ");
    invoke("add(1)").exits(65).says("add: func(a: u32, b: u32) -> u32").says("`u32`, `u32` is expected");
    invoke("add(1, two)").exits(65).says("column 5 of its arguments, at `two`");
    invoke("add(1, -1)").exits(65).says("at `-1`");
    invoke("same(1)").exits(65).says("`string` is expected");
    invoke("add(1, 2").exits(65).says("does not end with `)`");
    invoke("docs:calc/none#add(1, 2)").exits(65).says("there is no function `docs:calc/none#add`");
    invoke("").exits(65).says("NAME(ARGUMENTS)");
}

#[test]
fn what_only_components_can_hold_is_not_passed() {
    let case = Case::new();
    case.wat("things");
    let ended = case.dayfly(["run", "things.wat", "--invoke", "make()"]).exits(65);
    ended.says("`make: func() -> resource`").says("gives a resource, which only components can hold");
}

#[test]
fn a_function_that_waits_is_called_like_any_other() {
    let case = Case::new();
    case.wat("tasks");
    case.dayfly(["run", "tasks.wat", "--invoke", "double(21)"]).exits(77).says("--wasi03");
    case.dayfly(["run", "tasks.wat", "--wasi03", "--invoke", "double(21)"]).exits(0).prints("42\n");
    case.dayfly(["plan", "tasks.wat", "--wasi03", "--invoke", "double(21)"])
        .exits(0)
        .prints_some("double(21), which is async func(of: u32) -> u32");
}

#[test]
fn a_job_file_says_itself_what_is_called() {
    let case = Case::new();
    case.wat("calculator");
    case.write("job.json", Job::of("calculator.wat").text());
    case.dayfly(["run", "job.json", "--invoke", "add(1, 2)"]).exits(2).says("--invoke is for bare modules");
}

#[test]
fn a_core_module_is_not_called_with_values() {
    let case = Case::new();
    case.wat("entry_points");
    case.dayfly(["run", "entry_points.wat", "--invoke", "main(1)"])
        .exits(65)
        .says("core module")
        .says("--invoke");
    case.dayfly(["run", "entry_points.wat", "--invoke", "a", "--entry", "b"]).exits(2).says("--entry");
}

#[test]
fn a_job_names_such_an_entry_point_and_its_outcome_has_the_value() {
    let case = Case::new();
    case.wat("calculator");
    case.write("job.json", Job::of("calculator.wat").param("EntryPoint", "half(9)").text());
    let outcome = case.dayfly(["run", "job.json", "--json", "-o", "out"]).exits(1).says("err(4)").json();
    assert_eq!(outcome["executions"][0]["returned"], json!({"err": 4}));
    assert_eq!(case.read("out/stdout"), "err(4)\n");
    case.write("job.json", Job::of("calculator.wat").param("EntryPoint", "nothing").text());
    let outcome = case.dayfly(["run", "job.json", "--json"]).exits(0).json();
    assert!(outcome["executions"][0].get("returned").is_none());
}

#[test]
fn a_plan_tells_whether_there_is_such_a_function() {
    let case = Case::new();
    case.wat("calculator");
    case.dayfly(["plan", "calculator.wat", "--invoke", "sum(4, 5)"])
        .exits(0)
        .prints_some("\"sum(4, 5)\", which is func(a: u32, b: u32) -> u32");
    case.dayfly(["plan", "calculator.wat", "--invoke", "total(4, 5)"])
        .exits(65)
        .prints_some("there is no function `total`");
}
