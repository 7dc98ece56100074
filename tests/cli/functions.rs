//! Job files that are functions: what `validate`, `plan`, `convert` and `run` make of them.

use crate::support::{Case, schema};

const JOB: &str = r#"
Name: notes
Type: service
Tasks:
  - Name: api
    Engine: {Type: wasm, Params: {EntryModule: api.wat}}
    Meta:
      http.route: /notes, /notes/{id}
      http.methods: GET, PUT
      http.host: "*.example.com"
      http.concurrency: "16"
      http.reuse: "100"
"#;

fn case() -> Case {
    let case = Case::new();
    case.write("api.wat", "(module (func (export \"_start\")))");
    case.write("job.yaml", JOB);
    case
}

const REFUSED: &str =
    "the task `api` is a function, which answers requests and is not run: `dayfly serve job.yaml` serves it";

#[test]
fn a_function_is_not_run_and_that_says_what_serves_it() {
    let case = case();
    case.dayfly(["run", "job.yaml"]).exits(65).prints("").says(REFUSED).has_one_error();
    let outcome = case.dayfly(["run", "job.yaml", "--json"]).exits(65).json();
    assert_eq!((&outcome["status"], &outcome["exit_code"]), (&"invalid".into(), &65.into()), "{outcome:#}");
    assert_eq!(outcome["executions"][0]["reason"], REFUSED);
    // Without its keys it is a program that is run once.
    let (plain, _) = JOB.split_once("    Meta").unwrap();
    case.write("plain.yaml", plain);
    case.dayfly(["run", "plain.yaml"]).exits(0);
}

#[test]
fn a_plan_shows_which_requests_it_answers() {
    let case = case();
    case.dayfly(["validate", "job.yaml"]).exits(0);
    let ended = case.dayfly(["plan", "job.yaml"]).exits(0);
    for part in [
        "  would be served\n",
        "  engine      wasm: profile http02, core modules that answer requests in the manner of CGI\n",
        "  calls       _start\n",
        "    time        30 s                 by default; `Timeouts.ExecutionTimeout` or --timeout changes it\n",
        "  answers\n    /notes       Tasks[0].Meta.http.route\n    /notes/{id}  Tasks[0].Meta.http.route\n",
        "  methods     GET, PUT\n",
        "  hosts       *.example.com\n",
        "  requests    at most 16 at a time; one instance answers 100 requests, which are not isolated\n",
    ] {
        assert!(ended.stdout.contains(part), "`{part}` is missing\n{ended}");
    }
    assert!(!ended.stdout.contains("\n  kept in"), "of requests nothing is kept\n{ended}");
    let plan = case.dayfly(["plan", "job.yaml", "--json"]).exits(0).json();
    let validator = jsonschema::validator_for(&schema(include_str!("../../docs/plan.schema.json"))).unwrap();
    let errors: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{plan:#}");
    let http = &plan["tasks"][0]["http"];
    assert_eq!(http["routes"][1]["pattern"], "/notes/{id}");
    assert_eq!((&http["concurrency"], &http["reuse"]), (&16.into(), &100.into()));
    assert_eq!(plan["findings"], serde_json::json!([]), "{plan:#}");
    let module = &plan["tasks"][0]["modules"][0];
    assert_eq!((&module["name"], &module["code"]), (&"api.wat".into(), &"miss".into()), "{plan:#}");
    assert!(module["digest"].as_str().unwrap().starts_with("sha256:"), "{plan:#}");
    // What would not be run is another question.
    let ended = case.dayfly(["run", "job.yaml", "--dry-run"]).exits(65);
    assert!(ended.stdout.contains("would not be run; exit status 65:"), "{ended}");
}

#[test]
fn a_plan_says_what_would_keep_a_function_from_being_served() {
    let case = Case::new();
    case.guest("p2_serve").guest("p2_cli");
    case.write("lacks.wat", "(module (import \"env\" \"nothing\" (func)) (func (export \"_start\")))");
    case.write("none.wat", "(module (func (export \"other\")))");
    let plan = |module: &str, code: i32| {
        let (job, _) = JOB.split_once("    Meta").unwrap();
        case.write("job.yaml", format!("{}    Meta: {{http.route: /a}}\n", job.replace("api.wat", module)));
        case.dayfly(["plan", "job.yaml", "--json"]).exits(code).json()
    };
    let good = plan("p2_serve.wasm", 0);
    let task = &good["tasks"][0];
    assert_eq!(task["executor"]["profile"], "http02", "{good:#}");
    assert_eq!(task["executor"]["why"], "a component of WASI 0.2 that answers requests");
    assert!(task["entry_point"]["name"].as_str().unwrap().starts_with("wasi:http/incoming-handler@0.2"));
    // As a program it is none.
    case.dayfly(["run", "p2_serve.wasm"]).exits(65).says("it answers requests, and `dayfly serve` serves it");
    for (module, why) in [
        ("p2_cli.wasm", "answers no requests: it exports neither `wasi:http/incoming-handler` of WASI 0.2"),
        ("lacks.wat", "`nothing`"),
        ("none.wat", "'_start'"),
    ] {
        let bad = plan(module, 65);
        assert!(bad["findings"][0]["reason"].as_str().unwrap().contains(why), "{why}: {bad:#}");
    }
}

#[test]
fn a_module_that_is_missing_is_told_too() {
    let case = Case::new();
    case.write("job.yaml", JOB);
    let plan = case.dayfly(["plan", "job.yaml", "--json"]).exits(66).json();
    let codes: Vec<_> =
        plan["findings"].as_array().unwrap().iter().map(|found| &found["exit_code"]).collect();
    assert_eq!(codes, [&66], "{plan:#}");
}

#[test]
fn the_keys_are_kept_when_it_is_converted() {
    let case = case();
    case.dayfly(["convert", "job.yaml", "--to", "bacalhau", "-o", "again.yaml"]).exits(0);
    let again = case.read("again.yaml");
    for key in ["http.route: \"/notes, /notes/{id}\"", "http.host: \"*.example.com\"", "http.reuse: \"100\""]
    {
        assert!(again.contains(key), "`{key}` is missing\n{again}");
    }
    case.dayfly(["validate", "again.yaml"]).exits(0);
}
