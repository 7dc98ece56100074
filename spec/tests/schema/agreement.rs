//! Where the schema and the reader must say the same.

use dayfly_spec::Severity;
use serde_json::Value;

use crate::VALIDATOR;
use crate::common::{parse, render};

/// Findings about the shape of a file: with one of them, a file is not valid by the schema either.
///
/// All other errors are about what is in a value, or about two places together. The schema finds many of them and
/// need not:
///
/// | code | what a schema can't know |
/// |---|---|
/// | E0009 | that two keys are the same but for their case |
/// | E0200 | the range of a number in quotes; that `ops` and `daemon` take no `Count` |
/// | E0201, E0202, E0203 | what is more than any machine has; a number with an exponent |
/// | E0204, E0208, E0209 | names that are kept for dayfly or can't be a file's, and NUL |
/// | E0205, E0214 | that two names or paths are the same, or one below the other |
/// | E0206, E0207 | what is inside a data URL |
/// | E0210, E0216, E0217 | everything about a domain, an address, a web address |
/// | E0211 | the range of a port in quotes |
/// | E0212 | how many values an operator takes |
/// | E0213 | that timeouts contradict one another |
/// | E0215 | that a network's type takes no domains or ports; that `always` is not for `batch` |
const SHAPE: &[&str] = &["E0100", "E0102", "E0103", "E0105", "E0106", "E0107"];

/// Findings before there is a job to look at: another form, two of them, or a template that isn't rendered.
const UNREADABLE: &[&str] = &["E0101", "E0111", "E0220", "E0230", "E0231", "E0232", "E0233", "E0234"];

/// Fields by which a file without `Tasks` is of an older form. In those forms one field decides whether another one is
/// looked at at all, and so the schema lets more pass than the reader; it refuses nothing that the reader takes.
const OLDER: &[&str] = &[
    "APIVersion",
    "Annotations",
    "do",
    "Docker",
    "DoNotTrack",
    "Engine",
    "EngineSpec",
    "Job",
    "Kind",
    "NodeSelectors",
    "Payload",
    "PublisherSpec",
    "Spec",
    "Verifier",
    "Wasm",
];

fn is_older(value: &Value) -> bool {
    let Some(map) = value.as_object() else { return false };
    let has = |name: &str| map.keys().any(|key| key.replace('_', "").eq_ignore_ascii_case(name));
    !has("Tasks") && OLDER.iter().any(|name| has(name))
}

/// What a comparison of schema and reader came to.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    Agree,
    /// The reader has an error of those that a schema need not find.
    Beyond,
    /// What differs.
    Differ(String),
}

/// Compares what the schema says about a value with what the reader says about the text that it is from.
pub(crate) fn compare(text: &[u8], value: &Value) -> Verdict {
    let parsed = parse(text);
    let errors: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.code.name())
        .collect();
    if errors.iter().any(|code| code.starts_with("E00") && *code != "E0009" || UNREADABLE.contains(code)) {
        return Verdict::Beyond;
    }
    let valid = VALIDATOR.is_valid(value);
    if is_older(value) && !errors.is_empty() {
        return if valid { Verdict::Beyond } else { Verdict::Agree };
    }
    let shape = errors.iter().any(|code| SHAPE.contains(code));
    match (errors.is_empty(), shape) {
        (true, _) if valid => Verdict::Agree,
        (true, _) => {
            let why: Vec<_> = VALIDATOR
                .iter_errors(value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            Verdict::Differ(format!("only the schema refuses it: {why:#?}"))
        }
        (false, true) if valid => {
            Verdict::Differ(format!("only the reader refuses it: {}", render("job", text)))
        }
        (false, true) => Verdict::Agree,
        (false, false) => Verdict::Beyond,
    }
}

#[test]
fn the_schema_and_the_reader_agree_on_every_file() {
    let mut compared = 0;
    for file in crate::files::all() {
        let Some(value) = crate::values::value(&file.bytes) else { continue };
        if let Verdict::Differ(how) = compare(&file.bytes, &value) {
            panic!("{}: {how}", file.name);
        }
        compared += 1;
    }
    assert!(compared > 0);
}

#[test]
fn older_jobs_inside_answers_are_held_to_their_tables() {
    for (text, valid) in [
        (r#"{"Job": {"Spec": {"Engine": "noop"}}, "State": {}}"#, true),
        (r#"{"Job": {"Engine": "noop"}}"#, true),
        (r#"{"Job": {"Tasks": [{"Name": "a", "Engine": {"Type": "noop"}}], "ID": "j", "State": {}}}"#, true),
        (r#"{"job": {"spec": {"Engine": "noop", "Inputs": 5}}}"#, false),
        (r#"{"Job": {"Spec": 5}}"#, false),
        (r#"{"Job": {"Engine": "docker", "Docker": {"Image": "x"}, "Resources": 5}}"#, false),
        (r#"{"Job": 7, "State": {}}"#, false),
    ] {
        let value = serde_json::from_str(text).unwrap();
        assert_eq!(VALIDATOR.is_valid(&value), valid, "{text}");
        assert_eq!(parse(text).has_errors(), !valid, "{text}");
    }
}
