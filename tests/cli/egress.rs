//! What a job may reach: as `plan` says it, and what of it is refused or told before anything runs. What guests meet is
//! tested where they have a way to the network.

use serde_json::{Value, json};

use crate::support::{Case, Ended, schema};

const SCHEMA: &str = include_str!("../../docs/plan.schema.json");

const MODULE: &str = r#"(module (func (export "_start")))"#;

const JOB: &str = "\
Name: caller
Tasks:
  - Name: main
    Engine:
      Type: wasm
      Params:
        EntryModule: main.wat
    Meta: {owner: somebody}
    Network:
      Type: http
      Domains: [api.example.com, '*.cdn.example', 10.0.0.5]
      DNS: [9.9.9.9]
      Policies: {Egress: {Ports: ['80', '443']}}
      AllowLoopback: true
      Routes: [{Match: service.local, Target: internal.svc.cluster}]
";

fn case(job: &str) -> Case {
    let case = Case::new();
    case.write("main.wat", MODULE);
    case.write("job.yaml", job);
    case
}

/// A job with this network.
fn with(network: &str) -> Case {
    case(&format!(
        "Tasks: [{{Name: main, Engine: {{Type: wasm, Params: {{EntryModule: main.wat}}}}, Network: {network}}}]"
    ))
}

#[track_caller]
fn planned(ended: Ended) -> Value {
    let plan = ended.json();
    let validator = jsonschema::validator_for(&schema(SCHEMA)).unwrap();
    let errors: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{plan:#}");
    plan["tasks"][0].clone()
}

#[test]
fn the_text_for_a_network() {
    let case = case(JOB);
    let text = case.dayfly(["plan", "job.yaml", "--allow-host", "extra.example:22"]).exits(0).says("").stdout;
    let start = text.find("  network").unwrap();
    let end = text.find("  limits").unwrap();
    insta::assert_snapshot!(&text[start..end]);
}

#[test]
fn a_plan_says_in_full_what_is_open() {
    let task = planned(case(JOB).dayfly(["plan", "job.yaml", "--json"]).exits(0));
    assert_eq!(task["network"], "http");
    let egress = &task["egress"];
    assert_eq!((&egress["origin"], &egress["change"]), (&json!("job"), &json!("Tasks[0].Network.Type")));
    assert_eq!(
        egress["hosts"][1],
        json!({
            "host": "*.cdn.example", "ports": [80, 443], "origin": "job", "change": "Tasks[0].Network.Domains[1]",
        })
    );
    assert_eq!(egress["hosts"][3]["host"], "localhost");
    assert_eq!((&egress["ports"], &egress["resolvers"]), (&json!([80, 443]), &json!(["9.9.9.9"])));
    assert_eq!(
        egress["routes"],
        json!([{
            "host": "service.local", "target": "internal.svc.cluster",
            "change": "Tasks[0].Network.Routes[0].Match",
        }])
    );
}

#[test]
fn a_bare_module_has_the_network_of_the_command_line() {
    let case = case(JOB);
    for (flags, network, hosts) in [
        (&[][..], "none", json!([])),
        (&["--network", "full"][..], "full", json!([])),
        (&["--network", "host"][..], "full", json!([])),
        (&["--network", "http"][..], "http", json!([])),
        (&["--allow-host", "A.example:8080"][..], "http", json!(["a.example"])),
        (&["--network", "full", "--allow-host", "10.0.0.0/8"][..], "full", json!(["10.0.0.0/8"])),
        (&["--network", "none", "--allow-host", "localhost"][..], "http", json!(["localhost"])),
    ] {
        let arguments = ["plan", "main.wat", "--json"].iter().chain(flags);
        let task = planned(case.dayfly(arguments).exits(0));
        assert_eq!(task["network"], network, "{flags:?}");
        let found: Vec<_> =
            task["egress"]["hosts"].as_array().unwrap().iter().map(|host| &host["host"]).collect();
        assert_eq!(json!(found), hosts, "{flags:?}");
    }
}

#[test]
fn what_names_no_host_on_the_command_line_is_a_mistake_there() {
    let case = case(JOB);
    for (host, words) in [
        ("http://example.com", "a host has no scheme"),
        ("user@example.com", "a user is no part of a host"),
        ("*", "`full` is for all hosts"),
        ("example.com:99999", "is no port"),
    ] {
        case.dayfly(["plan", "main.wat", "--allow-host", host]).exits(2).says(words);
    }
    case.dayfly(["plan", "main.wat", "--network", "some"]).exits(2).says("possible values: none, http, full");
    case.dayfly(["plan", "main.wat", "--send-rate", "0"]).exits(2).says("would wait for ever");
}

#[test]
fn what_names_no_host_in_a_job_is_refused_before_it_runs() {
    // Reading looks at each part of a name, and not at its length.
    let long = format!("{}example", "a.".repeat(124));
    let case = with(&format!("{{Type: http, Domains: [a.example, {long}]}}"));
    let says = "` in `Tasks[0].Network.Domains[1]` names no host: ";
    case.dayfly(["validate", "job.yaml"]).exits(0);
    case.dayfly(["run", "job.yaml"]).exits(65).says(says);
    let plan = case.dayfly(["plan", "job.yaml", "--json"]).exits(65).json();
    assert!(plan["findings"][0]["reason"].as_str().unwrap().contains(says), "{plan:#}");
    assert_eq!(plan["tasks"][0]["network"], "none");
}

#[test]
fn what_has_no_effect_on_a_network_is_told() {
    let case = case(JOB);
    let told = case.dayfly(["run", "job.yaml", "--network", "none", "--json"]).exits(0).json();
    let warnings: Vec<&str> =
        told["warnings"].as_array().unwrap().iter().map(|own| own.as_str().unwrap()).collect();
    assert_eq!(
        warnings,
        [
            "job.yaml:11:17: `Tasks[0].Network.Domains[0]` has no effect: --network none closes the network",
            "job.yaml:12:13: `Tasks[0].Network.DNS[0]` has no effect: --network none closes the network",
            "job.yaml:13:35: `Tasks[0].Network.Policies.Egress.Ports[0]` has no effect: --network none closes the \
             network",
            "job.yaml:14:22: `Tasks[0].Network.AllowLoopback` has no effect: --network none closes the network",
            "job.yaml:15:24: `Tasks[0].Network.Routes[0].Match` has no effect: --network none closes the network",
        ]
    );
    case.dayfly(["run", "main.wat", "--network", "full", "--allow-host", "a.example"])
        .exits(0)
        .says("warning: `--allow-host a.example` has no effect: every public host is open anyway");
    let silent = case.dayfly(["run", "job.yaml", "--json"]).exits(0).json();
    assert_eq!(silent.get("warnings"), None);
}

#[test]
fn what_may_be_sent_is_a_limit() {
    let case = case(JOB);
    let arguments = ["plan", "job.yaml", "--json", "--send-limit", "10MB", "--send-rate", "500kB"];
    let task = planned(case.dayfly(arguments).exits(0));
    let limit = |name: &str| {
        let limits = task["limits"].as_array().unwrap();
        limits.iter().find(|limit| limit["name"] == name).unwrap().clone()
    };
    assert_eq!(
        limit("sent"),
        json!({
            "name": "sent", "value": 10_000_000, "unit": "bytes", "origin": "flag", "change": "--send-limit",
        })
    );
    assert_eq!(
        limit("send_rate"),
        json!({
            "name": "send_rate", "value": 500_000, "unit": "bytes_per_second", "origin": "flag",
            "change": "--send-rate",
        })
    );
    let text = case.dayfly(["plan", "job.yaml", "--send-rate", "500kB"]).exits(0).stdout;
    assert!(text.contains("500,000 bytes a second"), "{text}");
}
