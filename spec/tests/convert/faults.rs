//! What has no equivalent.

use dayfly_spec::model::Job;
use dayfly_spec::{Dialect, Format, Options, Source, convert, read};

/// Files that can't be converted, by the ends of their names, and what is told about them.
const FILES: &[(&str, &str)] = &[];

/// What is told about a file, if it can't be converted.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, fault)| *fault)
}

#[test]
fn what_has_no_equivalent_is_named_with_its_place() {
    let text = "\
Spec:
  Engine: Docker
  Docker: {Image: ubuntu}
  Inputs:
    - StorageSource: repoClone
      Repo: https://example.com/a.git
      path: /a
";
    let source = Source::new("old.yaml", text);
    let job = read(&source, &Options::default()).job.unwrap();
    let found = convert(&job, Dialect::Bacalhau, Format::Yaml).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].headline(&source),
        "old.yaml:6:13: error[E0240]: Bacalhau's current form takes no input from a git repository"
    );
}

#[test]
fn numbers_that_only_yaml_writes_are_told_about_in_json() {
    let text = "Meta: {masks: [0x1F], most: [.inf]}\nTasks: [{Name: a, Engine: {Type: noop}}]\n";
    let job = Job::parse(text).unwrap();
    assert!(convert(&job, Dialect::Bacalhau, Format::Yaml).unwrap().contains("- 0x1F\n"));
    let found = convert(&job, Dialect::Bacalhau, Format::Json).unwrap_err();
    assert_eq!(found[0].message, "JSON can't write the number `.inf`");
}

/// Docker's own parameters take names that Bacalhau refuses in `Env`, but no variable of the host.
#[test]
fn variables_of_the_host_stay_where_they_can_be_written() {
    let text = r#"{"Name": "x", "Type": "batch", "Tasks": [{"Name": "x",
        "Engine": {"Type": "docker", "Params": {"Image": "x"}}, "Env": {"Aa": "", "G": "env:A"}}]}"#;
    let job = Job::parse(text).unwrap();
    let converted = convert(&job, Dialect::Bacalhau, Format::Json).unwrap();
    let again = Job::parse(&converted).unwrap();
    assert_eq!(crate::same::without_origins(&again), crate::same::without_origins(&job), "{converted}");
}
