//! Modules that import from others.

use crate::support::{Case, Job};

/// Counts from 5 on, also by its table.
const COUNTER: &str = r#"(module
  (global $start (export "start") i32 (i32.const 5))
  (global $count (export "counted") (mut i32) (i32.const 5))
  (memory (export "memory") 1)
  (data (i32.const 500) "from the counter\0a")
  (table (export "table") funcref (elem $count))
  (func $count (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))"#;

/// Uses a counter in every way there is, and exits with what it counted to in the end.
const USER: &str = r#"(module
  (import "counter" "count" (func $count (result i32)))
  (import "counter" "memory" (memory $theirs 1))
  (import "counter" "table" (table $table 1 funcref))
  (import "counter" "start" (global $start i32))
  (import "counter" "counted" (global $counted (mut i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (type $counts (func (result i32)))
  (func (export "_start")
    (if (i32.ne (global.get $start) (i32.const 5)) (then unreachable))
    (if (i32.ne (call $count) (i32.const 6)) (then unreachable))
    (if (i32.ne (call_indirect $table (type $counts) (i32.const 0)) (i32.const 7)) (then unreachable))
    (if (i32.ne (i32.load8_u $theirs (i32.const 500)) (i32.const 0x66)) (then unreachable))
    (global.set $counted (i32.const 20))
    (call $exit (call $count))))"#;

/// Writes to standard output from a memory of its own.
const SPEAKER: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\64\00\00\00\03\00\00\00")
  (data (i32.const 100) "hi\0a")
  (func (export "speak") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

fn job_with(imports: &[&str]) -> Job {
    Job::of("main.wat").param("ImportModules", imports)
}

fn case(files: &[(&str, &str)]) -> Case {
    let case = Case::new();
    for (name, text) in files {
        case.write(name, text);
    }
    case
}

#[test]
fn a_folder_that_stands_for_its_module_has_that_modules_names() {
    let case = case(&[("main.wat", USER)]);
    case.write("lib/counter.wasm", COUNTER);
    case.write("job.json", job_with(&["lib"]).text());
    case.run_job(&[]).exits(21);
}

#[test]
fn a_trap_names_the_module_of_each_function() {
    let lib = r#"(module $lib (func $inner (export "f") unreachable))"#;
    let main = r#"(module $main (import "lib" "f" (func $f)) (func $outer (export "_start") (call $f)))"#;
    let case = case(&[("main.wat", main), ("lib.wat", lib)]);
    case.write("job.json", job_with(&["lib.wat"]).text());
    case.run_job(&[]).exits(134).says("in `inner` of `lib` called by `outer` of `main`");
}

#[test]
fn names_that_are_quoted_are_cut() {
    let export = format!(r#"(export "{}" (func 0))"#, "x".repeat(50_000));
    let case = case(&[("main.wat", &format!("(module (func) {export} {export} {export})"))]);
    for command in ["run", "plan", "inspect"] {
        let ended = case.dayfly([command, "main.wat"]).exits(65);
        assert!(ended.stdout.len() + ended.stderr.len() < 5_000, "{command}");
    }
}

#[test]
fn functions_memories_tables_and_globals_are_shared() {
    let case = case(&[("main.wat", USER), ("counter.wat", COUNTER)]);
    case.write("job.json", job_with(&["counter.wat"]).text());
    // The import is of "counter", which is the file's name without what follows the dot.
    case.run_job(&[]).exits(21);
}

#[test]
fn a_module_that_two_import_is_one_and_the_same() {
    let case = case(&[
        ("counter.wat", COUNTER),
        (
            "twice.wat",
            r#"(module (import "counter" "count" (func $count (result i32))) (func (export "twice") (result i32) (drop (call $count)) (call $count)))"#,
        ),
        (
            "main.wat",
            r#"(module (import "twice" "twice" (func $twice (result i32))) (import "counter" "count" (func $count (result i32)))
               (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
               (func (export "_start") (drop (call $twice)) (call $exit (call $count))))"#,
        ),
    ]);
    case.write("job.json", job_with(&["twice.wat", "counter.wat"]).text());
    case.run_job(&[]).exits(8);
}

#[test]
fn inputs_are_found_by_import_name() {
    let main = r#"(module (import "/lib/outer.wat" "speak" (func $speak)) (memory (export "memory") 1)
        (func (export "_start") (call $speak)))"#;
    let outer = r#"(module (import "speaker" "speak" (func $speak)) (func (export "speak") (call $speak) (call $speak)))"#;
    let case = case(&[("main.wat", main), ("modules/outer.wat", outer), ("speaker.wat", SPEAKER)]);
    let job = Job::of("main.wat").local("modules", "/lib").local("speaker.wat", "/speaker.wat");
    case.write("job.json", job.text());
    case.run_job(&[]).exits(0).prints("hi\nhi\n");
    // And those of the command line.
    case.dayfly(["run", "main.wat", "-v", "modules:/lib", "-v", "speaker.wat:/speaker.wat"])
        .exits(0)
        .prints("hi\nhi\n");
}

#[test]
fn standard_output_is_shared_and_memory_is_each_modules_own() {
    let main = r#"(module
        (import "speaker" "speak" (func $speak))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\64\00\00\00\04\00\00\00")
        (data (i32.const 100) "own\0a")
        (func (export "_start")
          (call $speak)
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
          (call $speak)))"#;
    let case = case(&[("main.wat", main), ("speaker.wat", SPEAKER)]);
    case.write("job.json", job_with(&["speaker.wat"]).text());
    case.run_job(&[]).exits(0).prints("hi\nown\nhi\n");
}

#[test]
fn an_import_module_is_initialized_once_and_a_command_is_not_started() {
    let library = r#"(module
        (global $state (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $state (i32.add (global.get $state) (i32.const 3))))
        (func (export "_start") unreachable)
        (func (export "state") (result i32) (global.get $state)))"#;
    let main = r#"(module
        (import "library" "state" (func $state (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (func (export "_start") (drop (call $state)) (drop (call $state)) (call $exit (call $state))))"#;
    let case = case(&[("main.wat", main), ("library.wat", library)]);
    case.write("job.json", job_with(&["library.wat"]).text());
    case.run_job(&[]).exits(3);
}

#[test]
fn start_sections_run_and_are_the_guests_own() {
    let main = r#"(module (func (export "_start")))"#;
    let trap = "(module (func $start unreachable) (start $start))";
    let spin = "(module (func $start (loop $on (br $on))) (start $start))";
    let case = case(&[("main.wat", main), ("trap.wat", trap), ("spin.wat", spin)]);
    case.write("job.json", job_with(&["trap.wat"]).text());
    case.run_job(&[]).exits(134).says("unreachable");
    case.write("job.json", job_with(&["spin.wat"]).text());
    case.run_job(&["--timeout", "200ms"]).exits(124);
    let large = "(module (memory 2000))";
    case.write("large.wat", large);
    case.write("job.json", job_with(&["large.wat"]).text());
    case.run_job(&["--memory", "64MB"]).exits(137).says("`large.wat` needs").says("--memory");
}

#[test]
fn what_can_not_be_linked_is_said_before_anything_runs() {
    let files = [("main.wat", USER), ("counter.wat", COUNTER), ("other.wat", "(module)")];
    let refused = |files: &[(&str, &str)], imports: &[&str]| {
        let case = case(files);
        case.write("job.json", job_with(imports).text());
        case.refuses("job.json", 65)
    };
    refused(&files, &["other.wat"])
        .says("unknown module \"counter\"")
        .says("(func (result i32))")
        .says("`other.wat` (as \"other.wat\"")
        .says("ImportModules");
    let wrong =
        COUNTER.replace("(result i32)", "(result i64)").replace("(global.get $count)))", "(i64.const 1)))");
    refused(&[files[0], ("counter.wat", &wrong)], &["counter.wat"])
        .says("incompatible import type")
        .says("(func (result i32))")
        .says("(func (result i64))");
    let circle = |other: &str| format!(r#"(module (import "{other}" "f" (func)) (func (export "f")))"#);
    refused(&[files[0], ("a.wat", &circle("b.wat")), ("b.wat", &circle("a.wat"))], &["a.wat", "b.wat"])
        .says("`a.wat` → `b.wat` → `a.wat`");
    refused(&[files[0], ("counter.wat", "hello")], &["counter.wat"]).says("counter.wat");
    let mute = r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))"#;
    refused(&[files[2], ("main.wat", "(module)"), ("mute.wat", mute)], &["mute.wat"])
        .says("exports no memory");

    let case = case(&files);
    case.write("job.json", job_with(&["nowhere.wat"]).text());
    case.refuses("job.json", 66).says("nowhere.wat");
}

#[test]
fn modules_of_one_name_are_told_about() {
    let case = case(&[("main.wat", USER), ("counter.wat", COUNTER), ("old/counter.wat", COUNTER)]);
    case.write("job.json", job_with(&["counter.wat", "old/counter.wat"]).text());
    case.run_job(&[]).exits(21).says("share the name \"counter\"");
}
