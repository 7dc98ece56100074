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
    let text = "Labels: {a: x, A: z}\nTasks: [{Name: a, Engine: {Type: noop}}]";
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

#[test]
fn words_that_yaml_has_no_use_for_are_texts() {
    let constraint = |operator: &str| {
        let text = format!(
            "Constraints:\n  - Key: os\n    Operator: {operator}\n    Values: [x]\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]\n"
        );
        (parse(text.as_str()).job.is_some(), codes(text))
    };
    assert_eq!(constraint("="), (true, vec![]));
    assert_eq!(constraint("=="), (true, vec![]));
    assert_eq!(constraint("!="), (true, vec!["W0016"]));
    assert_eq!(constraint("'!='"), (true, vec![]));
    assert_eq!(
        places("Constraints: [{Key: a, Operator: !}]\nTasks: [{Name: a, Engine: {Type: noop}}]", "W0016"),
        ["!"]
    );
}

#[test]
fn tabs_may_stand_between_a_colon_and_its_value() {
    let text = "Name:\tx\t# a\ttab\nType:\t \tbatch\nLabels: {a:\tb}\nMeta:\n  text: |\n    a:\tb\nTasks: [{Name: a, Engine: {Type: noop}}]\nOops:\ty\n";
    let parsed = parse(text);
    assert_eq!(codes(text), ["E0102"]);
    assert_eq!(places(text, "E0102"), ["Oops"]);
    assert!(parsed.job.is_none());
    let job = job(&text.replace("Oops:\ty\n", ""));
    assert_eq!(job.name.unwrap().value, "x");
    assert!(format!("{:?}", job.meta).contains("a:\\tb"), "{:?}", job.meta);
}

#[test]
fn an_empty_document_at_the_end_is_none() {
    for end in ["---\n", "...\n", "---\n# nothing\n", "---\n---\n", "... \n"] {
        job(&format!("%YAML 1.2\n---\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]\n{end}"));
    }
    assert_eq!(places("Tasks: []\n---\n---\nName: x\n", "E0008"), ["---"]);
    assert_eq!(codes("Tasks: []\n---\n[]\n"), ["E0008"]);
    assert_eq!(codes("Tasks: []\n---\n''\n"), ["E0008"]);
}

#[test]
fn what_older_yaml_reads_differently_is_told() {
    let task = |fields: &str| format!("Tasks:\n  - Name: a\n    Engine: {{Type: noop}}\n    {fields}\n");
    let found = |fields: &str| {
        let text = task(fields);
        (parse(text.as_str()).job.is_some(), places(&text, "W0112"))
    };
    let words = |words: &[&str]| (true, words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        found("Env: {A: yes, B: \"no\", C: 'on', D: off, E: Nope, F: y}"),
        words(&["yes", "off", "y"])
    );
    assert_eq!(found("Timeouts: {ExecutionTimeout: 0600}"), words(&["0600"]));
    assert_eq!(
        found("Timeouts: {ExecutionTimeout: 1_000, QueueTimeout: 08, TotalTimeout: 0}"),
        words(&["1_000"])
    );
    assert_eq!(found("Timeouts: {ExecutionTimeout: 07, QueueTimeout: 0x10}"), words(&[]));
    assert_eq!(found("Timeouts: {ExecutionTimeout: 1_x}"), (false, vec![]));
    let read_write = |word: &str| {
        found(&format!(
            "InputSources: [{{Target: /a, Source: {{Type: localDirectory, Params: {{SourcePath: /a, ReadWrite: {word}}}}}}}]"
        ))
    };
    assert_eq!(read_write("yes"), words(&["yes"]));
    assert_eq!(read_write("OFF"), words(&["OFF"]));
    assert_eq!(read_write("'yes'"), (false, vec![]));
    assert_eq!(read_write("maybe"), (false, vec![]));
}

#[test]
fn words_that_json_does_not_have_are_met_with_those_it_has() {
    let help = |text: &str| parse(text).diagnostics.remove(0).help.unwrap_or_default();
    assert_eq!(help("{\"a\": True}"), "write `true`");
    assert_eq!(help("{\"a\": None}"), "write `null`");
    assert_eq!(help("{\"a\": batch}"), "put texts in double quotes");
}

#[test]
fn half_of_a_character_is_told() {
    let text = r#"{"Name": "a", "Labels": {"x\udc00": "\ud83d\ude00 \ud83d\u0041"}, "Tasks": [{"Name": "a", "Engine": {"Type": "noop"}}]}"#;
    assert_eq!(places(text, "W0018"), ["\\udc00", "\\ud83d"]);
    let labels = parse(text).job.unwrap().labels;
    assert!(format!("{labels:?}").contains("😀 \u{fffd}A"), "{labels:?}");
}

#[test]
fn a_hash_is_part_of_a_data_url() {
    let task = |url: &str| {
        format!(
            "Tasks: [{{Name: a, Engine: {{Type: noop}}, InputSources: [{{Target: /a, Source: {{Type: inline, Params: {{URL: \"{url}\"}}}}}}]}}]"
        )
    };
    assert_eq!(places(&task("data:,a # b"), "W0252"), ["#"]);
    let (marked, escaped) = (parse(task("data:,a # b")).job.unwrap(), job(&task("data:,a %23 b")));
    assert_eq!(marked.tasks[0].inputs[0].source.value, escaped.tasks[0].inputs[0].source.value);
    assert_eq!(places(&task("data:;base64,aa#a"), "E0206"), ["#"]);
}

#[test]
fn what_an_alias_stands_for_is_told_once() {
    let text = "Tasks:\n  - {Name: a, Engine: {Type: noop}, Env: &e {A: yes, B: no}}\n  - {Name: b, Engine: {Type: noop}, Env: *e}\n";
    assert_eq!(places(text, "W0112"), ["yes", "no"]);
    let missing = "Tasks:\n  - {}\n";
    assert_eq!(codes(missing), ["E0106", "E0106"]);
}

#[test]
fn how_a_value_became_a_text_is_told() {
    let found = |value: &str| {
        let text = format!("Priority: {value}\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]\n");
        let finding = parse(text).diagnostics.remove(0);
        (finding.code.name(), finding.help.unwrap_or_default())
    };
    assert_eq!(found("\"5\""), ("W0110", "remove the quotes".to_owned()));
    assert_eq!(found("!!str 5"), ("W0110", "remove the tag".to_owned()));
    assert_eq!(found("|\n  5"), ("W0110", "write it behind the colon".to_owned()));
}

#[test]
fn constraints_as_command_lines_take_them_are_met_with_a_list() {
    let text = "Constraints: \"a=b\"\nTasks: [{Name: a, Engine: {Type: noop}}]\n";
    assert_eq!(places(text, "E0105"), ["\"a=b\""]);
    assert!(parse(text).diagnostics[0].help.as_ref().unwrap().contains("Operator: \"=\""));
}

#[test]
fn a_name_without_a_letter_gets_no_empty_proposal() {
    let text = "Name: \"*\"\nTasks: [{Name: a, Engine: {Type: noop}}]\n";
    let help = parse(text).diagnostics.remove(0).help.unwrap();
    assert_eq!(help, "a plain name has at least one letter or digit");
}

#[test]
fn what_is_no_part_of_the_job_is_marked_at_its_key() {
    let text = "State:\n  CreateTime: 1\nJob:\n  Name: a\n  Type: batch\n  Tasks: [{Name: a, Engine: {Type: noop}}]\n";
    assert_eq!(places(text, "N0227"), ["State"]);
}
