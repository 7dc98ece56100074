//! `dayfly run MODULE`: a module without a job file.

use std::fs;

use crate::support::{Case, tree};

#[test]
fn it_gets_its_arguments_and_variables_and_nothing_else() {
    let case = Case::new();
    case.guest("show_args_and_env");
    let ended = case.dayfly([
        "run",
        "show_args_and_env.wasm",
        "-e",
        "B=2",
        "-e",
        "A=one=1",
        "--",
        "-x",
        "two words",
        "",
    ]);
    ended.exits(0).prints(
        "arg 0 \"show_args_and_env.wasm\"\narg 1 \"-x\"\narg 2 \"two words\"\narg 3 \"\"\nenv A=one=1\nenv B=2\n",
    );
}

#[test]
fn text_modules_run_as_they_are() {
    let case = Case::new();
    case.wat("entry_points");
    case.dayfly(["run", "entry_points.wat", "--entry", "main"]).exits(0).prints("main\n");
}

#[test]
fn another_entry_point_is_called_by_name() {
    let case = Case::new();
    case.wat("entry_points");
    case.dayfly(["run", "entry_points.wat", "--entry", "other"]).exits(0).prints("other\n");
}

#[test]
fn what_an_entry_point_returns_is_ignored_with_a_warning() {
    let case = Case::new();
    case.wat("entry_points");
    let ended = case.dayfly(["run", "entry_points.wat", "--entry", "two results"]);
    ended.exits(0).prints("two results\n").says("warning");
}

#[test]
fn its_standard_input_is_dayflys_own() {
    let case = Case::new();
    case.guest("echo_stdin");
    let ended = case.finish_with_input(case.command(["run", "echo_stdin.wasm"]), "line 1\nline 2");
    ended.exits(0).prints("reading\nline 1\nline 2").says("read 13 bytes");
}

#[test]
fn standard_input_is_read_as_it_comes() {
    let case = Case::new();
    case.guest("echo_stdin");
    let mut running = case.start(["run", "echo_stdin.wasm"]);
    running.wait_for("reading");
    running.write("first\n");
    running.wait_for("first");
    running.write("second\n");
    running.wait_for("second");
}

#[test]
fn a_folder_of_the_host_can_be_read_and_not_written() {
    let case = Case::new();
    case.guest("cat").guest("fill_disk").write("data/a.txt", "content");
    let before = tree(&case.path("data"));
    case.dayfly(["run", "cat.wasm", "-v", "data:/in", "--", "/in/a.txt", "in/a.txt"])
        .exits(0)
        .prints("contentcontent");
    case.dayfly(["run", "fill_disk.wasm", "-v", "data:/in", "--", "/in/a.txt"]).exits(1).says("/in/a.txt");
    assert_eq!(tree(&case.path("data")), before);
}

#[test]
fn a_writable_folder_of_the_host_is_written() {
    let case = Case::new();
    case.guest("uppercase").write("data/a.txt", "content");
    case.dayfly(["run", "uppercase.wasm", "-v", "data:/data:rw", "--", "/data/a.txt", "/data/b.txt"])
        .exits(0);
    assert_eq!(case.read("data/b.txt"), "CONTENT");
}

#[test]
fn a_single_file_of_the_host_can_be_mounted() {
    let case = Case::new();
    case.guest("cat").guest("uppercase").write("a.txt", "content");
    case.write("b.txt", "");
    case.dayfly(["run", "cat.wasm", "-v", "a.txt:/deep/er/file", "--", "/deep/er/file"])
        .exits(0)
        .prints("content");
    let ended =
        case.dayfly(["run", "uppercase.wasm", "-v", "a.txt:/a", "-v", "b.txt:/b:rw", "--", "/a", "/b"]);
    ended.exits(0);
    assert_eq!(case.read("b.txt"), "CONTENT");
}

#[test]
fn a_folder_can_take_the_place_of_the_root() {
    let case = Case::new();
    case.guest("uppercase").write("root/a.txt", "content");
    case.dayfly(["run", "uppercase.wasm", "-v", "root:/:rw", "--", "a.txt", "new.txt"]).exits(0);
    assert_eq!(case.read("root/new.txt"), "CONTENT");
    let ended = case.dayfly(["run", "uppercase.wasm", "-v", "root:/", "--", "a.txt", "newer.txt"]);
    ended.exits(1).says("newer.txt");
    assert!(!case.path("root/newer.txt").exists());
}

#[test]
fn what_it_writes_to_its_scratch_space_is_gone_with_it() {
    let case = Case::new();
    case.guest("writable_files");
    let before = tree(&case.path(""));
    case.dayfly(["run", "writable_files.wasm", "--", "/"]).exits(0);
    assert_eq!(tree(&case.path("")), before);
}

#[test]
fn a_volume_that_is_not_there_is_missing_input() {
    let case = Case::new();
    case.guest("cat");
    let ended = case.dayfly(["run", "cat.wasm", "-v", "missing:/in", "--", "/in/x"]);
    ended.exits(66).has_one_error().says("missing");
}

#[test]
fn an_output_folder_is_the_executions_own() {
    let case = Case::new();
    case.guest("return_normally");
    case.dayfly(["run", "return_normally.wasm", "-o", "out"]).exits(0).prints("done\n");
    assert_eq!(case.read("out/stdout"), "done\n");
    assert_eq!(case.read("out/exitCode").trim(), "0");
    assert_eq!(crate::support::names(&case.path("out")), ["execution.json", "exitCode", "stderr", "stdout"]);
}

#[test]
fn a_module_needs_no_particular_name() {
    let case = Case::new();
    case.guest("return_normally");
    fs::rename(case.path("return_normally.wasm"), case.path("tool")).unwrap();
    case.dayfly(["run", "tool"]).exits(0).prints("done\n");
}
