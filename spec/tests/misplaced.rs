//! Known fields at the wrong level: each is told once, with the place where it belongs.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, job_with_warnings, parse};
use dayfly_spec::{Options, Source, read};

/// The findings of a text: the code, what it points at, and the help.
fn told(text: &str) -> Vec<(String, String, String)> {
    let source = Source::new("job", text);
    let found = read(&source, &Options::default()).diagnostics.into_iter();
    let told = found.map(|diagnostic| {
        let place = source.slice(diagnostic.span).to_owned();
        (diagnostic.code.name().to_owned(), place, diagnostic.help.unwrap_or_default())
    });
    told.collect()
}

fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let told = told(text);
    let told: Vec<_> =
        told.iter().map(|(code, place, help)| (code.as_str(), place.as_str(), help.as_str())).collect();
    assert_eq!(told, expected, "{text}");
}

/// A job of one task without an engine, with fields of the task and of its own.
fn with(task: &str, job: &str) -> String {
    format!("Name: j\nTasks:\n  - Name: main\n{task}{job}")
}

const NOOP: &str = "    Engine: {Type: noop}\n";

#[test]
fn what_belongs_to_the_job_is_told_in_a_task() {
    for (field, value) in [
        ("Constraints", "[]"),
        ("Count", "2"),
        ("Type", "batch"),
        ("Priority", "3"),
        ("Namespace", "n"),
        ("Labels", "{a: b}"),
    ] {
        let text = with(&format!("{NOOP}    {field}: {value}\n"), "");
        check(&text, &[("W0104", field, "it belongs to the job, beside `Tasks`")]);
    }
    let twice = with(&format!("{NOOP}    Count: 2\n"), "Count: 3\n");
    check(&twice, &[("W0104", "Count", "the job has `Count` already: remove this one")]);
}

#[test]
fn what_belongs_to_a_task_is_told_in_the_job() {
    for (field, value) in [
        ("Resources", "{CPU: 1}"),
        ("Timeouts", "{TotalTimeout: 5}"),
        ("InputSources", "[]"),
        ("ResultPaths", "[]"),
        ("Publisher", "{Type: local}"),
        ("Network", "{Type: full}"),
        ("Env", "{A: b}"),
    ] {
        let text = with(NOOP, &format!("{field}: {value}\n"));
        check(&text, &[("E0102", field, "move it into `Tasks[0]`")]);
        let lenient = read(&Source::new("job", text), &Options::default().lenient(true));
        assert!(lenient.job.is_some());
    }
    let two = with(&format!("{NOOP}  - Name: b\n{NOOP}"), "Memory: 1GB\n");
    check(&two, &[("E0102", "Memory", "move it into `Tasks[].Resources`")]);
}

#[test]
fn parameters_are_told_beside_their_object() {
    for (field, place) in [
        ("CPU: 2", "Resources"),
        ("Memory: 1GB", "Resources"),
        ("ExecutionTimeout: 5", "Timeouts"),
        ("DNS: [8.8.8.8]", "Network"),
        ("SourcePath: x", "InputSources[].Source.Params"),
    ] {
        let text = with(&format!("{NOOP}    {field}\n"), "");
        let key = field.split(':').next().unwrap();
        check(&text, &[("W0104", key, &format!("move it into `Tasks[0].{place}`"))]);
    }
    let engine = "    Engine: {Type: docker, Params: {Image: x}, Entrypoint: [a], Env: {A: b}}\n";
    check(
        &with(engine, ""),
        &[
            ("W0104", "Entrypoint", "move it into `Tasks[0].Engine.Params`"),
            ("W0104", "Env", "move it up into `Tasks[0]`, beside `Engine`"),
        ],
    );
    let deep = "    Engine: {Type: docker, Params: {Image: x, Memory: 1GB, Network: {Type: none}}}\n";
    check(
        &with(deep, ""),
        &[
            ("W0104", "Memory", "move it into `Tasks[0].Resources`"),
            ("W0104", "Network", "move it up into `Tasks[0]`, beside `Engine`"),
        ],
    );
}

#[test]
fn what_is_missing_where_it_belongs_is_told_once() {
    let params = "move `Image` into `Tasks[0].Engine.Params`";
    let engine = |engine: &str| with(&format!("    Engine: {engine}\n"), "");
    check(&engine("{Type: docker, Image: x}"), &[("E0106", "Image", params)]);
    check(&engine("{Type: docker, Image: x, Params: {Parameters: [a]}}"), &[("E0106", "Image", params)]);
    let up = "move `Type` up into `Tasks[0].Engine`, beside `Params`";
    check(&engine("{Params: {Type: docker, Image: x}}"), &[("E0106", "Type", up)]);
    check(&with("    Image: x\n", ""), &[("E0106", "Image", params)]);
    check(
        &with("    Type: docker\n    Params: {Image: x}\n", ""),
        &[
            ("E0106", "Type", "move `Type` into `Tasks[0].Engine`"),
            ("W0104", "Params", "move it into `Tasks[0].Engine`"),
        ],
    );
    check(&with("", "Engine: {Type: noop}\n"), &[("E0106", "Engine", "move `Engine` into `Tasks[0]`")]);
    // The other task has nothing to do with it.
    let other = with("    Image: x\n  - Name: b\n", "");
    assert_eq!(codes(other), ["E0106", "E0106"]);
}

#[test]
fn inputs_without_levels_are_told() {
    let input = |input: &str| with(&format!("{NOOP}    InputSources: [{{{input}}}]\n"), "");
    let source = "Tasks[0].InputSources[0].Source";
    check(
        &input("Source: {Type: s3, Bucket: b, Key: k}, Target: /a"),
        &[
            ("E0106", "Bucket", &format!("move `Bucket` into `{source}.Params`")),
            ("W0104", "Key", &format!("move it into `{source}.Params`")),
        ],
    );
    check(
        &input("Type: urlDownload, Params: {URL: 'https://a.com/x'}, Target: /a"),
        &[
            ("E0106", "Type", &format!("move `Type` into `{source}`")),
            ("W0104", "Params", &format!("move it into `{source}`")),
        ],
    );
    check(
        &input("Source: {Type: ipfs, Params: {CID: x}, Target: /a}"),
        &[("E0106", "Target", "move `Target` up into `Tasks[0].InputSources[0]`, beside `Source`")],
    );
    check(
        &input("SourcePath: x, Target: /a"),
        &[("E0106", "SourcePath", &format!("move `SourcePath` into `{source}.Params`"))],
    );
}

#[test]
fn nothing_follows_from_what_is_misplaced() {
    let network =
        |network: &str, rest: &str| with(&format!("{NOOP}    Network: {network}\n    {rest}\n"), "");
    let told = |field| [("W0104", field, "move it into `Tasks[0].Network`")];
    check(&network("{Type: http}", "Domains: [a.com]"), &told("Domains"));
    check(&network("{Domains: [a.com]}", "Type: http"), &told("Type"));
}

#[test]
fn names_that_several_objects_have_are_not_guessed_at() {
    let text = with(&format!("{NOOP}    Network: {{Type: full, Key: /x, URL: y}}\n"), "");
    let found = told(&text);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(_, _, help)| help.starts_with("the fields of the network are")), "{found:?}");
}

/// Where what stands at the right level is no object, nothing can be moved into it.
#[test]
fn nothing_belongs_into_a_text() {
    let text = "Tasks:\n  - {Name: a, Type: docker, Params: {Image: x}, Publisher: ipfs}\n";
    let found = told(text);
    assert!(found.iter().all(|(_, _, help)| !help.contains(".Publisher`")), "{found:?}");
    assert!(found.iter().any(|(_, key, help)| key == "Params" && help.contains(".Engine`")), "{found:?}");
}

#[test]
fn free_data_has_no_misplaced_fields() {
    let text =
        with(&format!("{NOOP}    Meta: {{Image: x, Tasks: z}}\n    Env: {{CPU: x}}\n"), "Meta: {Env: x}\n");
    check(&text, &[]);
}

#[test]
fn older_jobs_have_levels_too() {
    check(
        "Spec: {Engine: docker, Docker: {Image: x}, CPU: '1', Concurrency: 3}",
        &[
            ("W0104", "CPU", "move it into `Spec.Resources`"),
            ("W0104", "Concurrency", "move it into `Spec.Deal`"),
        ],
    );
    check(
        "Spec: {Engine: docker, Image: x, Docker: {Entrypoint: [a]}}",
        &[("E0106", "Image", "move `Image` into `Spec.Docker`")],
    );
    for inputs in ["Inputs", "Contexts"] {
        check(
            &format!(
                "Spec: {{Engine: noop, {inputs}: [{{StorageSource: s3, Bucket: b, Key: k, Path: /x}}]}}"
            ),
            &[
                ("E0106", "Bucket", &format!("move `Bucket` into `Spec.{inputs}[0].S3`")),
                ("W0104", "Key", &format!("move it into `Spec.{inputs}[0].S3`")),
            ],
        );
    }
    // What stands outside `Spec` and is missing in it is told once.
    check(
        "Engine: docker\nSpec: {Deal: {Concurrency: 1}}",
        &[("E0106", "Engine", "move `Engine` into `Spec`")],
    );
    let answer = "{\"Job\": {\"Tasks\": [{\"Name\": \"a\", \"Engine\": {\"Type\": \"noop\"}, \"CPU\": 1}]}}";
    check(answer, &[("W0104", "\"CPU\"", "move it into `Job.Tasks[0].Resources`")]);
    job_with_warnings(answer);
}

#[test]
fn many_of_them_are_told_in_bounded_time() {
    let tasks = "  - {Name: a, Image: x, Count: 1}\n".repeat(20_000);
    let parsed = parse(format!("Name: j\nTasks:\n{tasks}"));
    assert!(parsed.job.is_none());
    assert!(parsed.diagnostics.len() < 1000);
}
