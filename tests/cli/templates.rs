//! Job files that are templates: what their variables come from, and what is told of them.

use crate::support::Case;

const TEMPLATE: &str = "Name: '{{.name}}'
Type: batch
Tasks:
  - Name: main
    Engine: {Type: wasm, Params: {EntryModule: show_args_and_env.wasm}}
    Env: {GREETING: 'hi {{.name}}'}
    Meta: {who: '{{or (index . \"DAYFLY_WHO\") \"nobody\"}}'}
    Resources: {Memory: {{.memory}}}
";

/// The case of a template as `job.yaml`.
fn template() -> Case {
    let case = Case::new();
    case.guest("show_args_and_env").write("job.yaml", TEMPLATE);
    case
}

#[test]
fn variables_come_from_the_command_line() {
    let case = template();
    case.dayfly(["validate", "job.yaml", "--var", "name=a", "-V", "memory=64MB"]).exits(0);
    case.dayfly(["plan", "job.yaml", "--var", "name=a", "--var", "memory=64MB"]).exits(0);
    let ended = case.dayfly(["run", "job.yaml", "--var", "name=a", "--var", "memory=64MB"]).exits(0);
    assert!(ended.stdout.contains("GREETING=hi a"), "{ended}");
}

#[test]
fn all_variables_that_are_not_set_are_told_at_their_places() {
    let case = template();
    for verb in ["validate", "plan", "run"] {
        let ended = case.dayfly([verb, "job.yaml"]).exits(65);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert!(told.contains("job.yaml:1:10: error[E0231]: the variable `name` is not set"), "{ended}");
        assert!(told.contains("job.yaml:8:27: error[E0231]: the variable `memory` is not set"), "{ended}");
        assert!(told.contains("--var memory=…"), "{ended}");
    }
}

#[test]
fn what_a_variable_brought_in_is_told_at_its_placeholder() {
    let case = template();
    let ended = case.dayfly(["validate", "job.yaml", "--var", "name=a", "--var", "memory=64Mx"]).exits(65);
    assert!(ended.stdout.contains("job.yaml:8:25: error[E0202]"), "{ended}");
    assert!(ended.stdout.contains("Resources: {Memory: {{.memory}}}"), "{ended}");
    assert!(ended.stdout.contains("the template makes this `64Mx`"), "{ended}");
}

#[test]
fn variables_of_the_environment_are_used_where_they_are_named() {
    let case = template();
    let validate = |arguments: &[&str]| {
        let mut command = case.command(["validate", "job.yaml"].iter().chain(arguments));
        command.env("DAYFLY_WHO", "ada").env("name", "host").env("memory", "1MB");
        case.finish(command)
    };
    validate(&[]).exits(65);
    validate(&["--var-env", "^na"]).exits(65);
    validate(&["--var-env", "^name$", "--var-env", "mem"]).exits(0);
    validate(&["--var-env", "*"]).exits(0);
    // The command line wins.
    let ended = validate(&["--var-env", "*", "--var", "memory=1Mx"]).exits(65);
    assert!(ended.stdout.contains("`1Mx`"), "{ended}");
    validate(&["--var-env", "("]).exits(2);
}

#[test]
fn files_are_left_as_they_are_on_request() {
    let case = template();
    case.write("job.yaml", TEMPLATE.replace("{Memory: {{.memory}}}", "{Memory: 64MB}"));
    let ended = case.dayfly(["run", "--no-template", "job.yaml"]).exits(0);
    assert!(ended.stdout.contains("GREETING=hi {{.name}}"), "{ended}");
    case.dayfly(["validate", "--no-template", "--var", "name=a", "job.yaml"]).exits(2);
}
