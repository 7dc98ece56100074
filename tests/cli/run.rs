//! `dayfly run JOB`: what a job file says is what its guest gets.

use std::fs;

use serde_json::json;

use crate::support::{Case, Job, archive_url, names};

#[test]
fn a_job_in_yaml_runs() {
    let case = Case::new();
    case.guest("show_args_and_env");
    case.write(
        "job.yaml",
        r#"
Name: test
Type: batch
Tasks:
  - Name: main
    Engine:
      Type: wasm
      Params:
        EntryModule: show_args_and_env.wasm
        Parameters: ["one", "zwei Wörter"]
    Env:
      GREETING: hello
"#,
    );
    let ended = case.dayfly(["run", "job.yaml"]).exits(0);
    assert!(
        ended.stdout.starts_with("arg 0 \"show_args_and_env.wasm\"\narg 1 \"one\"\narg 2 \"zwei Wörter\"\n")
    );
    assert!(ended.stdout.contains("env GREETING=hello\n"), "{ended}");
}

#[test]
fn keys_match_without_regard_to_case() {
    let case = Case::new();
    case.guest("show_args_and_env");
    case.write(
        "job.yaml",
        "name: test\ntype: batch\ntasks:\n- name: main\n  engine:\n    TYPE: WASM\n    params:\n      entrymodule: \
         show_args_and_env.wasm\n      entrypoint: _start\n      PARAMETERS: [x]\n  env: {A: b}\n",
    );
    let ended = case.dayfly(["run", "job.yaml"]).exits(0);
    assert!(ended.stdout.contains("arg 1 \"x\"\n") && ended.stdout.contains("env A=b\n"), "{ended}");
}

#[test]
fn the_older_wasm_parameters_work() {
    let case = Case::with_job("show_args_and_env", |job| {
        let module = json!({"Type": "localDirectory", "Params": {"SourcePath": "show_args_and_env.wasm"}});
        job.param("EntryModule", json!({ "Source": module }))
            .param("EnvironmentVariables", json!({"FROM_PARAMS": "1", "BOTH": "params"}))
            .task("Env", json!({"BOTH": "task"}))
    });
    let ended = case.run_job(&[]).exits(0);
    assert!(
        ended.stdout.contains("env FROM_PARAMS=1\n") && ended.stdout.contains("env BOTH=task\n"),
        "{ended}"
    );
}

#[test]
fn a_module_is_found_in_an_input() {
    let case =
        Case::with_job("return_normally", |_| Job::of("/app/tools/hello.wasm").local("tools", "/app/tools/"));
    fs::create_dir(case.path("tools")).unwrap();
    fs::rename(case.path("return_normally.wasm"), case.path("tools/hello.wasm")).unwrap();
    case.run_job(&[]).exits(0).prints("done\n");
}

#[test]
fn a_module_is_found_beside_the_job_file_from_anywhere() {
    let case = Case::new();
    case.guest("return_normally");
    fs::create_dir_all(case.path("jobs")).unwrap();
    fs::rename(case.path("return_normally.wasm"), case.path("jobs/hello.wasm")).unwrap();
    case.write("jobs/job.json", Job::of("hello.wasm").text());
    case.dayfly(["run", "jobs/job.json"]).exits(0).prints("done\n");
}

#[test]
fn the_environment_is_the_jobs_and_the_systems_values() {
    let case = Case::with_job("show_args_and_env", |job| job.task("Env", json!({"MINE": "yes"})));
    let ended = case.run_job(&[]).exits(0);
    let mut variables: Vec<&str> =
        ended.stdout.lines().filter_map(|line| line.strip_prefix("env ")?.split('=').next()).collect();
    variables.sort_unstable();
    assert_eq!(
        variables,
        [
            "BACALHAU_EXECUTION_ID",
            "BACALHAU_JOB_ID",
            "BACALHAU_JOB_TYPE",
            "BACALHAU_PARTITION_COUNT",
            "BACALHAU_PARTITION_INDEX",
            "MINE"
        ]
    );
    for expected in ["BACALHAU_JOB_TYPE=batch", "BACALHAU_PARTITION_COUNT=1", "BACALHAU_PARTITION_INDEX=0"] {
        assert!(ended.stdout.contains(expected), "{ended}");
    }
    assert!(ended.stdout.contains("BACALHAU_EXECUTION_ID=e-") && ended.stdout.contains("BACALHAU_JOB_ID=j-"));
}

#[test]
fn the_entry_point_is_the_one_that_the_job_names() {
    for name in ["EntryPoint", "Entrypoint"] {
        let case = Case::new();
        case.wat("entry_points");
        case.write("job.json", Job::of("entry_points.wat").param(name, "other").text());
        case.run_job(&[]).exits(0).prints("other\n");
    }
}

#[test]
fn standard_input_is_at_its_end() {
    let case = Case::with_job("echo_stdin", |job| job);
    let ended = case.finish_with_input(case.command(["run", "job.json"]), "not for the guest");
    ended.exits(0).prints("reading\n").says("read 0 bytes");
}

#[test]
fn inputs_results_and_environment_come_together() {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/in/deep/text.txt", "/results/text.txt"])
            .local("data", "/in")
            .result("results", "/results")
    });
    case.write("data/deep/text.txt", "content");
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(case.read("out/results/text.txt"), "CONTENT");
    assert_eq!(names(&case.path("out")), ["execution.json", "exitCode", "results", "stderr", "stdout"]);
}

#[test]
fn a_single_file_is_an_input() {
    let case = Case::with_job("cat", |job| job.arguments(["/a.txt"]).local("data/a.txt", "/a.txt"));
    case.write("data/a.txt", "content");
    case.run_job(&[]).exits(0).prints("content");
}

#[test]
fn inline_inputs_are_the_file_at_their_target() {
    let case = Case::with_job("cat", |job| {
        job.arguments(["/text", "/base64", "/content"])
            .input("inline", json!({"URL": "data:text/plain,one%0A"}), "/text")
            .input("inline", json!({"URL": "data:;base64,dHd\nvCg=="}), "/base64")
            .input("inline", json!({"Content": "three\n"}), "/content")
    });
    case.run_job(&[]).exits(0).prints("one\ntwo\nthree\n");
}

#[test]
fn inline_archives_are_unpacked_below_their_target() {
    let case = Case::with_job("cat", |job| {
        let archive = archive_url("folder/a.txt", "from the archive\n");
        job.arguments(["/in/folder/a.txt"]).input("inline", json!({ "URL": archive }), "/in")
    });
    case.run_job(&[]).exits(0).prints("from the archive\n");
}

#[test]
fn archives_that_climb_out_are_refused() {
    for name in ["../escaped.txt", "/escaped.txt", "folder/../../escaped.txt"] {
        let case = Case::with_job("return_normally", |job| {
            job.input("inline", json!({"URL": archive_url(name, "escaped")}), "/in")
        });
        case.run_job(&["-o", "out"]).exits(65).has_one_error().prints("");
        assert_eq!(names(&case.path("")), ["job.json", "return_normally.wasm"], "{name}");
    }
}

#[test]
fn host_paths_elsewhere_need_the_users_word() {
    let case = Case::with_job("cat", |job| job.arguments(["/in/a.txt"]).local("../elsewhere", "/in"));
    fs::create_dir(case.outside("elsewhere")).unwrap();
    fs::write(case.outside("elsewhere/a.txt"), "allowed").unwrap();
    case.run_job(&[]).exits(77).has_one_error().says("--allow-dir");
    let elsewhere = case.outside("elsewhere");
    case.dayfly(["run", "job.json", "--allow-dir", elsewhere.to_str().unwrap()]).exits(0).prints("allowed");
}

#[test]
fn writing_to_an_input_needs_the_jobs_word_and_the_users() {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/data/a.txt", "/data/b.txt"]).input(
            "localDirectory",
            json!({"SourcePath": "data", "ReadWrite": true}),
            "/data",
        )
    });
    case.write("data/a.txt", "content");
    case.run_job(&[]).exits(77).has_one_error().says("--allow-dir");
    assert!(!case.path("data/b.txt").exists());
    case.run_job(&["--allow-dir", "data:rw"]).exits(0);
    assert_eq!(case.read("data/b.txt"), "CONTENT");
}

#[test]
fn results_go_into_a_folder_of_their_own_at_home() {
    let case = Case::with_job("return_normally", |job| job);
    let outcome = case.run_job(&["--json"]).exits(0).json();
    let folder = outcome["executions"][0]["folder"].as_str().unwrap();
    assert!(std::path::Path::new(folder).starts_with(case.home()), "{folder}");
    assert_eq!(names(folder.as_ref()), ["execution.json", "exitCode", "stderr", "stdout"]);
}

#[test]
fn many_runs_at_a_time_share_a_home() {
    let case = Case::with_job("return_normally", |job| job);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| case.run_job(&[]).exits(0).prints("done\n"));
        }
    });
    let executions = names(&case.home().join("executions"));
    assert_eq!(executions.iter().filter(|name| name.starts_with("e-")).count(), 8, "{executions:?}");
    assert_eq!(executions.len(), 9, "and the room for those under way: {executions:?}");
    assert_eq!(names(&case.home().join("executions/.running")), [""; 0]);
}

#[test]
fn an_output_folder_that_holds_something_is_kept_unless_forced() {
    let case = Case::with_job("return_normally", |job| job);
    case.write("out/mine.txt", "mine");
    case.run_job(&["-o", "out"]).exits(73).has_one_error().says("--force").prints("");
    assert_eq!(names(&case.path("out")), ["mine.txt"]);
    case.run_job(&["-o", "out", "--force"]).exits(0).prints("done\n");
    assert_eq!(names(&case.path("out")), ["execution.json", "exitCode", "mine.txt", "stderr", "stdout"]);
}

#[test]
fn several_replicas_get_a_folder_each() {
    let case = Case::with_job("show_args_and_env", |job| job.field("Count", json!(3)));
    case.run_job(&["-o", "out", "-q"]).exits(0);
    assert_eq!(names(&case.path("out")), ["main-0", "main-1", "main-2"]);
    for index in 0..3 {
        let printed = case.read(format!("out/main-{index}/stdout"));
        assert!(printed.contains(&format!("BACALHAU_PARTITION_INDEX={index}\n")), "{printed}");
        assert!(printed.contains("BACALHAU_PARTITION_COUNT=3\n"), "{printed}");
    }
}

#[test]
fn tasks_run_in_their_order_until_one_fails() {
    let case = Case::new();
    case.guest("show_args_and_env").guest("exit_with");
    case.write(
        "job.yaml",
        "Name: test
Type: batch
Tasks:
  - Name: first
    Engine: {Type: wasm, Params: {EntryModule: show_args_and_env.wasm, Parameters: [one]}}
  - Name: second
    Engine: {Type: wasm, Params: {EntryModule: exit_with.wasm, Parameters: ['300']}}
  - Name: third
    Engine: {Type: wasm, Params: {EntryModule: show_args_and_env.wasm, Parameters: [three]}}
",
    );
    let ended = case.dayfly(["run", "job.yaml", "-o", "out"]).exits(255);
    assert!(ended.stdout.contains("\"one\"") && !ended.stdout.contains("\"three\""), "{ended}");
    assert_eq!(names(&case.path("out")), ["first", "second"]);
    assert_eq!(case.read("out/second/exitCode").trim(), "300");
}

#[test]
fn what_has_no_effect_is_said() {
    let case = Case::with_job("return_normally", |job| job.field("Priority", json!(5)));
    case.run_job(&[]).exits(0).says("warning").says("`Priority` has no effect");
}

#[test]
fn engines_that_are_not_there_are_unavailable() {
    let case = Case::new();
    let task = json!({"Name": "main", "Engine": {"Type": "docker", "Params": {"Image": "busybox"}}});
    case.write("job.json", json!({"Name": "test", "Type": "batch", "Tasks": [task]}).to_string());
    case.run_job(&[]).exits(69).has_one_error().says("docker");
}
