//! JSON and YAML, told apart and read with their places.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, job, parse, places, shape};
use dayfly_spec::model::Engine;
use dayfly_spec::{Options, Severity, read};

#[test]
fn lenient_options_turn_unknown_fields_of_a_job_into_warnings() {
    let source = dayfly_spec::Source::new("job", "ID: x\nFoo: y\nTasks: [{Name: a, Engine: {Type: noop}}]");
    assert!(read(&source, &Options::default()).job.is_none());
    let parsed = read(&source, &Options::default().lenient(true));
    assert!(parsed.job.is_some());
    assert!(parsed.diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning));
}

#[test]
fn merge_keys_aliases_and_folded_texts_are_read() {
    let text = "Tasks:\n  - &base\n    Name: a\n    Engine: &e {Type: noop}\n  - <<: *base\n    Name: b\n  - Name: c\n    <<: [{Env: {X: \"1\"}}, *base]\n    Meta:\n      text: >\n        one\n        two\n";
    let job = job(text);
    let names: Vec<_> = job.tasks.iter().map(|task| task.name.value.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(job.tasks.iter().all(|task| task.engine == Engine::Noop));
    assert!(format!("{:?}", job.tasks[2].meta).contains("one two"));
}

#[test]
fn places_inside_texts_are_found() {
    let job = |memory: &str| {
        format!("Tasks:\n  - Name: a\n    Engine: {{Type: noop}}\n    Resources:\n      Memory: {memory}\n")
    };
    assert_eq!(places(&job("512Mx"), "E0202"), ["Mx"]);
    assert_eq!(places(&job("'512Mx'"), "E0202"), ["Mx"]);
    assert_eq!(places(&job("\"512\\u004dx\""), "E0202"), ["\\u004dx"]);
    assert_eq!(places(&job("&m 512Mx"), "E0202"), ["Mx"]);
    assert_eq!(places(&job("|-\n        512Mx"), "E0202"), ["Mx"]);
    assert_eq!(places(&job("512Mx # ä"), "E0202"), ["Mx"]);
}

#[test]
fn tabs_carriage_returns_and_a_byte_order_mark_are_no_obstacle() {
    let json = "\u{feff}{\r\n\t\"Tasks\": [\r\n\t\t{\"Name\": \"a\", \"Engine\": {\"Type\": \"noop\"}}\r\n\t]\r\n}\r\n";
    job(json);
    let yaml = "# ä\r\nTasks:\r\n- Name: a\r\n  Engine: {Type: noop}\r\n  Oops: 1\r\n";
    assert_eq!(places(yaml, "W0104"), ["Oops"]);
}

#[test]
fn a_file_that_looks_like_json_and_is_yaml_is_read() {
    job("{Tasks: [{Name: a, Engine: {Type: noop}}]}");
    job("# a comment\n{'Tasks': [{Name: a, Engine: {Type: noop}}]}");
    assert_eq!(codes("{\"Tasks\": [}"), ["E0004"]);
}

#[test]
fn keys_that_differ_in_case_are_different_where_users_choose_them() {
    let text = "Labels: {a: x, A: y}\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(job(text).labels.len(), 2);
}

#[test]
fn other_forms_are_named() {
    let name = |text: &str| parse(text).diagnostics.remove(0).message;
    assert!(name("{\"ops\": [], \"version\": \"0.1\"}").contains("Nosana"));
    assert!(name("just text").contains("none of the job forms"));
    assert!(name("apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}").contains("none of the job forms"));
    assert!(name("name: CI\non: push\njobs: {}").contains("none of the job forms"));
    assert!(name("[1, 2]").contains("none of the job forms"));
    assert_eq!(codes("{\"ops\": [], \"version\": \"{{x}}\"}"), ["E0101"]);
    assert_eq!(
        codes(
            "{{ if .x }}
Name: [
{{ end }}"
        ),
        ["E0231"]
    );
}

#[test]
fn errors_of_the_short_form_name_every_place() {
    let error = dayfly_spec::model::Job::parse("Count: -1\nTasks: []\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "job:1:8: error[E0200]: a `Count` of -1 can't be\njob:2:8: error[E0106]: the job has no tasks"
    );
}

#[test]
fn the_shape_of_a_job_leaves_places_out() {
    let a = job("Tasks: [{Name: a, Engine: {Type: noop}}]");
    let b = job("\n\nTasks:   [{Name: a, Engine: {Type: noop}}]");
    assert_ne!(a, b);
    assert_eq!(shape(&a), shape(&b));
}
