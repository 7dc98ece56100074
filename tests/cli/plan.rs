//! `dayfly plan` and `dayfly run --dry-run`: what would happen, and that nothing does.

mod verdicts;

use std::fs;

use serde_json::{Value, json};

use crate::support::{Case, Ended, Job, schema, tree};

const SCHEMA: &str = include_str!("../../docs/plan.schema.json");

#[track_caller]
fn assert_valid(plan: &Value) {
    let validator = jsonschema::validator_for(&schema(SCHEMA)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(plan).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{plan:#}");
}

/// Plans what stands in the case, and fails the test unless that leaves everything as it was: the working folder, and
/// dayfly's home.
#[track_caller]
fn plan(case: &Case, arguments: &[&str]) -> Ended {
    let (work, home) = (tree(&case.path("")), tree(&case.home()));
    let ended = case.dayfly(["plan"].iter().chain(arguments));
    assert_eq!(tree(&case.path("")), work, "the working folder has changed\n{ended}");
    assert_eq!(tree(&case.home()), home, "dayfly's home has changed\n{ended}");
    ended
}

/// The text with what differs from machine to machine replaced.
fn text_of_example(path: &str) -> String {
    let case = Case::new();
    let mut command = case.command(["plan", path]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let text = case.finish(command).exits(0).says("").stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 100 || line.contains('/')), "{text}");
    let text = text.replace(case.home().to_str().unwrap(), "HOME");
    text.replace(env!("CARGO_MANIFEST_DIR"), "HERE")
}

#[test]
fn the_text_for_the_first_example() {
    insta::assert_snapshot!(text_of_example("examples/hello/job.yaml"));
}

#[test]
fn the_text_for_an_example_with_inputs_and_results() {
    insta::assert_snapshot!(text_of_example("examples/files/job.yaml"));
}

#[test]
fn a_job_without_a_name_is_no_module() {
    let case = Case::new();
    case.write("job.yaml", "Tasks: [{Name: main, Engine: {Type: noop}}]");
    let text = plan(&case, &["job.yaml"]).exits(0).stdout;
    assert!(text.starts_with("a job without a name: batch, 1 task\n"), "{text}");
}

/// A program of three modules: one that it lists, one that is found among the inputs, and one too many.
fn linked() -> Case {
    let case = Case::new();
    case.write(
        "main.wat",
        r#"(module (import "counter" "count" (func (result i32))) (import "speech" "speak" (func))
            (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
            (func (export "_start")))"#,
    );
    case.write("counter.wat", r#"(module (func (export "count") (result i32) i32.const 1))"#);
    case.write("idle.wat", r#"(module (func (export "nothing")))"#);
    case.write("lib/speech.wat", r#"(module (func (export "speak")))"#);
    let job = Job::of("main.wat").param("ImportModules", ["counter.wat", "idle.wat"].as_slice());
    case.write("job.json", job.local("lib/speech.wat", "/modules/speech.wat").arguments(["x"]).text());
    case
}

#[test]
fn the_text_for_a_program_of_several_modules() {
    let case = linked();
    let text = plan(&case, &["job.json"]).exits(0).stdout;
    let text = text.replace(case.home().to_str().unwrap(), "HOME");
    insta::assert_snapshot!(text.replace(case.path("").to_str().unwrap().trim_end_matches('/'), "WORK"));
}

#[test]
fn a_program_of_several_modules_in_json() {
    let case = linked();
    let found = plan(&case, &["job.json", "--json"]).exits(0).json();
    assert_valid(&found);
    let task = &found["tasks"][0];
    let modules: Vec<(&str, &str, bool)> = task["modules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|module| {
            let word = |field: &str| module[field].as_str().unwrap();
            (word("name"), word("origin"), module["used"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(
        modules,
        [
            ("counter.wat", "listed", true),
            ("idle.wat", "listed", false),
            ("speech.wat", "found", true),
            ("main.wat", "entry", true)
        ]
    );
    let main = &task["modules"][3];
    let by: Vec<&Value> =
        main["imports"].as_array().unwrap().iter().map(|import| &import["provider"]).collect();
    assert_eq!(*by[0], json!({"by": "module", "name": "counter.wat"}));
    assert_eq!(*by[1], json!({"by": "module", "name": "speech.wat", "input": "/modules/speech.wat"}));
    assert_eq!(*by[2], json!({"by": "host"}));
    let notes = task["notes"].to_string();
    assert!(notes.contains("idle.wat") && notes.contains("args_get"), "{notes}");
    // The one input is a module of the program.
    assert!(!notes.contains("inputs"), "{notes}");
}

#[test]
fn grants_that_a_module_can_not_use_are_told() {
    let case = Case::new();
    case.write("main.wat", r#"(module (func (export "_start")))"#);
    case.write("data/a", "");
    let job = Job::of("main.wat").arguments(["x"]).local("data", "/in").result("out", "/out");
    case.write("job.json", job.task("Env", json!({"A": "1"})).text());
    let found = plan(&case, &["job.json", "--json"]).exits(0).json();
    let notes = found["tasks"][0]["notes"].as_array().unwrap().len();
    assert_eq!(notes, 4, "{found:#}");
    // What only the system sets is nobody's concern.
    case.write("bare.json", Job::of("main.wat").text());
    let found = plan(&case, &["bare.json", "--json"]).exits(0).json();
    assert_eq!(found["tasks"][0]["notes"], json!([]));
}

#[test]
fn a_dry_run_says_exactly_the_same() {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/a.txt", "/kept/a.txt"])
            .input("inline", json!({"URL": "data:,content"}), "/a.txt")
            .result("kept", "/kept")
    });
    for flags in [&["job.json"][..], &["job.json", "--json"], &["uppercase.wasm", "-e", "A=b", "--", "x"]] {
        let planned = plan(&case, flags).exits(0);
        let dry = case.dayfly(["run", "--dry-run"].iter().chain(flags)).exits(0);
        assert_eq!((planned.stdout, planned.stderr), (dry.stdout, dry.stderr));
    }
    assert!(!case.home().join("executions").exists());
}

#[test]
fn what_a_guest_would_be_given_is_told() {
    let case = Case::with_job("cat", |job| {
        job.arguments(["/in/a.txt"])
            .local("data", "/in")
            .input("inline", json!({"URL": "data:,content"}), "/b.txt")
            .result("out", "/out")
            .typed_result("log", "/log.txt", "file")
            .task("Resources", json!({"Memory": "64MB", "CPU": "1"}))
            .task("Timeouts", json!({"ExecutionTimeout": 5, "QueueTimeout": 0}))
            .task("Env", json!({"A": "1"}))
            .task("Publisher", json!({"Type": "local"}))
    });
    case.write("data/a.txt", "content");
    let found = plan(&case, &["job.json", "--json", "--disk", "5MB"]).exits(0).json();
    assert_valid(&found);
    assert_eq!((&found["runs"], &found["exit_code"]), (&json!(true), &json!(0)));
    let task = &found["tasks"][0];
    let input = &task["inputs"][0];
    assert_eq!((&input["folder"], &input["files"], &input["bytes"]), (&json!(true), &json!(1), &json!(7)));
    assert_eq!(input["from"], case.path("data").to_str().unwrap());
    assert!(task["inputs"][1]["digest"].as_str().unwrap().starts_with("sha256:"));
    let limit = |name: &str| {
        let limits = task["limits"].as_array().unwrap();
        let limit = limits.iter().find(|limit| limit["name"] == name).unwrap();
        (limit["value"].as_u64(), limit["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(limit("memory"), (Some(64_000_000), "job".to_owned()));
    assert_eq!(limit("disk"), (Some(5_000_000), "flag".to_owned()));
    assert_eq!(limit("time"), (Some(5_000), "job".to_owned()));
    assert_eq!(limit("queue_time"), (Some(0), "job".to_owned()));
    // A whole core is no limit for what has one thread.
    assert_eq!(limit("cpu"), (None, "job".to_owned()));
    assert_eq!(limit("cpu_time"), (None, "default".to_owned()));
    assert_eq!(limit("files"), (Some(1_000_000), "fixed".to_owned()));
    assert_eq!(task["results"][0], json!({"name": "out", "path": "/out", "how": "folder"}));
    assert_eq!(task["results"][1]["how"], "file");
    assert_eq!(task["publisher"]["type"], "local");
    assert_eq!(task["environment"][0], json!({"name": "A", "value": "1"}));
    assert_eq!(task["modules"][0]["code"], "miss");
    assert!(task["entry_point"]["found"].as_bool().unwrap());
}

#[test]
fn code_that_is_in_the_cache_is_told() {
    let case = Case::with_job("return_normally", |job| job);
    case.run_job(&[]).exits(0);
    let found = plan(&case, &["job.json", "--json"]).exits(0).json();
    assert_eq!(found["tasks"][0]["modules"][0]["code"], "hit");
}

#[test]
fn what_would_be_made_on_the_host_is_not_made() {
    let case = Case::with_job("return_normally", |job| {
        let params = json!({"SourcePath": "new", "ReadWrite": true, "CreateAs": "dir"});
        job.input("localDirectory", params, "/new")
    });
    let found = plan(&case, &["job.json", "--json", "--allow-dir", ".:rw"]).exits(0).json();
    assert_eq!(found["tasks"][0]["inputs"][0]["made"], true, "{found:#}");
    plan(&case, &["job.json"]).exits(77);
    case.run_job(&["--allow-dir", ".:rw"]).exits(0);
    assert!(case.path("new").is_dir());
}

#[test]
fn a_file_that_is_no_job_has_a_plan_too() {
    let case = Case::new();
    case.write("job.json", "{");
    let found = plan(&case, &["job.json", "--json"]).exits(65).json();
    assert_valid(&found);
    assert_eq!(found["tasks"], json!([]));
    plan(&case, &["job.json"]).exits(65).has_one_error().prints("");
    plan(&case, &["missing.json"]).exits(66).has_one_error().prints("");
    case.guest("cat").write("ok.json", Job::of("cat.wasm").text());
    plan(&case, &["ok.json", "-e", "A=b"]).exits(2).has_one_error();
}

#[test]
fn a_variable_of_the_host_is_named_and_not_shown() {
    let case =
        Case::with_job("cat", |job| job.task("Env", json!({"X": "env:SECRET_OF_THE_HOST", "Y": "open"})));
    let ended = plan(&case, &["job.json", "--allow-env", "SECRET_OF_THE_HOST"]).exits(0);
    assert!(ended.stdout.contains("X=<SECRET_OF_THE_HOST of the host>"), "{ended}");
    assert!(!ended.stdout.contains("not for guests"), "{ended}");
}

#[test]
fn a_publisher_is_asked_when_that_is_asked_for() {
    let case = Case::with_job("return_normally", |job| job.task("Publisher", json!({"Type": "local"})));
    fs::create_dir(case.home()).unwrap();
    fs::write(case.home().join("published"), "a file, where a folder should be").unwrap();
    plan(&case, &["job.json"]).exits(0);
    let checked = plan(&case, &["job.json", "--check"]).exits(73);
    assert!(checked.stdout.contains("published"), "{checked}");
    case.run_job(&[]).exits(73);
}

#[test]
fn names_can_not_move_the_cursor() {
    let case = Case::new();
    let text = r#"(module (import "\1b[2J\0adayfly: fine" "\07" (func)) (func (export "_start")))"#;
    case.write("module.wat", text);
    case.write(
        "job.json",
        Job::of("module.wat").field("Namespace", "x".into()).arguments(["a\u{1b}[31m\nb"]).text(),
    );
    let ended = plan(&case, &["job.json"]).exits(65);
    assert!(!ended.stdout.chars().any(|c| c.is_control() && c != '\n'), "{ended}");
    assert!(!ended.stdout.lines().any(|line| line.starts_with("dayfly:")), "{ended}");
}

#[test]
fn the_schema_itself_is_valid() {
    jsonschema::meta::validate(&schema(SCHEMA)).unwrap();
}
