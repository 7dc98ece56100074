//! What a job asks of the machine: compared by `plan` and `run`, and never by `validate`.

use serde_json::json;

use crate::support::{Case, Job, schema};

const ELSEWHERE: &str = "\
Name: picky
Count: 2
Constraints:
  - {Key: os_type, Operator: '=', Values: [plan9]}
  - {Key: zone, Operator: in, Values: [roof, cellar]}
  - {Key: os_arch, Operator: exists}
Tasks:
  - Name: main
    Engine: {Type: noop}
";

/// A job that asks for one thing.
fn asking(key: &str, operator: &str, values: &[&str]) -> Case {
    let case = Case::new();
    let constraints = json!([{"Key": key, "Operator": operator, "Values": values}]);
    let task = json!([{"Name": "main", "Engine": {"Type": "noop"}}]);
    case.write("job.json", json!({"Constraints": constraints, "Tasks": task}).to_string());
    case
}

#[test]
fn what_this_machine_is_not_is_refused_with_what_it_is_and_where() {
    let case = Case::new();
    case.write("job.yaml", ELSEWHERE);
    case.dayfly(["validate", "job.yaml"]).exits(0).prints("job.yaml: valid\n");
    let ended = case
        .refuses("job.yaml", 69)
        .says("not enough nodes to run job. requested: 2, available: 1, suitable: 0.")
        .says("job.yaml:4:5: `Constraints[0]` asks for `os_type = plan9`; here it is `")
        .says("job.yaml:5:5: `Constraints[1]` asks for `zone in (roof, cellar)`; this machine has no label `zone`");
    assert!(!ended.stderr.contains("Constraints[2]"), "{ended}");
    let outcome = case.dayfly(["run", "job.yaml", "--json"]).exits(69).json();
    assert_eq!(outcome["status"], "unavailable");
    assert_eq!(outcome["executions"], json!([]));
}

#[test]
fn a_plan_shows_what_is_met_and_what_is_not() {
    let case = Case::new();
    case.write("job.yaml", ELSEWHERE);
    let text = case.dayfly(["plan", "job.yaml", "--label", "zone=roof"]).exits(69).stdout;
    assert!(text.contains("would not be run; exit status 69"), "{text}");
    assert!(text.contains("not enough nodes to run job"), "{text}");
    assert!(
        text.lines().any(|line| line.trim_start().starts_with("job.yaml:4:5: `Constraints[0]`")),
        "{text}"
    );
    let line = |of: &str| text.lines().find(|line| line.trim_start().starts_with(of)).unwrap().to_owned();
    assert!(line("os_type = plan9").contains("not met"), "{text}");
    assert!(line("zone in roof, cellar").ends_with("here it is roof"), "{text}");

    let plan = case.dayfly(["plan", "job.yaml", "--json"]).exits(69).json();
    let validator = jsonschema::validator_for(&schema(include_str!("../../docs/plan.schema.json"))).unwrap();
    assert!(validator.is_valid(&plan), "{plan:#}");
    assert_eq!(
        plan["constraints"][1],
        json!({
            "key": "zone", "operator": "in", "values": ["roof", "cellar"], "here": null, "met": false,
            "change": "Constraints[1]",
        })
    );
    assert_eq!(plan["constraints"][2]["met"], true);
    assert_eq!(plan["findings"][0]["status"], "unavailable");
}

#[test]
fn labels_of_both_generations_are_known() {
    let (system, architecture) = ("linux", if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" });
    for (key, value) in [
        ("os_type", system),
        ("Operating-System", system),
        ("os_arch", architecture),
        ("Architecture", architecture),
    ] {
        asking(key, "==", &[value]).dayfly(["run", "job.json"]).exits(0).says("");
        asking(key, "!=", &[value]).dayfly(["run", "job.json"]).exits(69);
    }
}

#[test]
fn labels_of_the_command_line_win_over_those_of_the_environment_and_the_machine() {
    let case = asking("memory", "gt", &["15360"]);
    case.dayfly(["run", "job.json"]).exits(69).has_one_error();
    case.dayfly(["run", "job.json", "--label", "memory=16000"]).exits(0);
    let with = |labels: &str, arguments: &[&str]| {
        let mut command = case.command(["run", "job.json"].iter().chain(arguments));
        command.env("DAYFLY_LABELS", labels);
        case.finish(command)
    };
    with("zone=roof, memory=16000,", &[]).exits(0);
    with("memory=16000", &["--label", "memory=1"]).exits(69).says("here it is `1`");
    with("memory", &[]).exits(2).has_one_error().says("DAYFLY_LABELS: `memory`: expected KEY=VALUE");
    asking("os_type", "=", &["plan9"]).dayfly(["run", "job.json", "--label", "os_type=plan9"]).exits(0);
}

#[test]
fn what_has_no_effect_is_told_with_its_line() {
    let case = Case::new();
    case.write("job.yaml", "Priority: 7\nTasks: [{Name: main, Engine: {Type: noop}}]\n");
    let said = "warning: job.yaml:1:11: `Priority` has no effect: ";
    case.dayfly(["run", "job.yaml"]).exits(0).says(said);
    let text = case.dayfly(["plan", "job.yaml"]).exits(0).stdout;
    assert!(text.contains(said), "{text}");
}

#[test]
fn the_engine_noop_runs_nothing_and_succeeds() {
    let case = Case::new();
    let job = r#"{"Tasks": [{"Name": "main", "Engine": {"Type": "noop"},
        "ResultPaths": [{"Name": "out", "Path": "/out"}], "Publisher": {"Type": "local"}}]}"#;
    case.write("job.json", job);
    let plan = case.dayfly(["plan", "job.json"]).exits(0).stdout;
    assert!(plan.contains("noop: it runs nothing and succeeds"), "{plan}");
    let outcome = case.dayfly(["run", "job.json", "-o", "out", "--json"]).exits(0).json();
    assert_eq!(outcome["executions"][0]["engine"], "noop");
    assert_eq!(outcome["executions"][0]["digests"]["module"], json!(null));
    assert_eq!(case.read("out/exitCode"), "0");
    assert!(case.path("out/out").is_dir());
}

#[test]
fn notes_are_for_who_validates() {
    let case = Case::with_job("return_normally", |job: Job| job.result("out", "/out"));
    case.run_job(&["-o", "out"]).exits(0).says("results are in");
    let ended = case.run_job(&["-o", "out", "--force"]).exits(0);
    assert!(!ended.stderr.contains("note["), "{ended}");
    let ended = case.dayfly(["validate", "job.json"]).exits(0);
    assert!(ended.stdout.contains("note[N0311]"), "{ended}");
}
