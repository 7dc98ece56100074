//! `dayfly convert`: the same job in another form.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::Case;

const OLD: &str = "\
APIVersion: V1beta1
Spec:
  Engine: noop
  Resources: {Memory: 256Mb}
  Annotations: [old]
";

const NEW: &str = "\
Type: batch
Labels:
  old: \"\"
Tasks:
  - Name: main
    Engine:
      Type: noop
    Resources:
      Memory: \"256MiB\"
";

#[test]
fn an_old_job_is_written_in_the_current_form() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    let ended = case.dayfly(["convert", "old.yaml", "--to", "bacalhau"]).exits(0).prints(NEW);
    assert_eq!(ended.stderr, "");
    case.write("new.yaml", NEW);
    case.dayfly(["validate", "new.yaml"]).exits(0);
    case.dayfly(["run", "new.yaml"]).exits(0);
}

#[test]
fn the_output_is_a_file_that_is_replaced_only_by_force() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    let convert = ["convert", "old.yaml", "--to", "bacalhau", "-o", "new.json"];
    case.dayfly(convert).exits(0).prints("");
    let new: serde_json::Value = serde_json::from_str(&case.read("new.json")).unwrap();
    assert_eq!(new["Tasks"][0]["Name"], "main");
    case.dayfly(convert)
        .exits(73)
        .says("new.json can't be written: it is there already; --force replaces it");
    let yaml = ["convert", "old.yaml", "--to", "bacalhau", "-o", "new.json", "--force", "--format", "yaml"];
    case.dayfly(yaml).exits(0).prints("");
    assert_eq!(case.read("new.json"), NEW);
    case.dayfly(["convert", "old.yaml", "--to", "bacalhau", "-o", "no/new.json"])
        .exits(73)
        .says("no/new.json");
}

#[test]
fn a_dash_is_standard_output() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    case.dayfly(["convert", "old.yaml", "--to", "bacalhau", "-o", "-"]).exits(0).prints(NEW);
    assert!(!case.path("-").exists());
}

#[test]
fn what_is_replaced_keeps_its_links_and_its_permissions() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    let secret = case.write("folder/secret.yaml", "old");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("folder/secret.yaml", case.path("link")).unwrap();
    let convert = ["convert", "old.yaml", "--to", "bacalhau", "-o", "link", "--force"];
    case.dayfly(convert).exits(0).prints("");
    assert!(case.path("link").is_symlink(), "the link is still one");
    assert_eq!(fs::read_to_string(&secret).unwrap(), NEW);
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(case.path("folder")).unwrap().count(), 1, "nothing else is left there");
}

#[test]
fn only_files_are_replaced() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    symlink("nowhere", case.path("dangling")).unwrap();
    fs::create_dir(case.path("folder")).unwrap();
    let says = [
        ("/dev/null", "/dev/null can't be written: it is no file; `-o -` is standard output"),
        ("dangling", "dangling can't be written: it is a link that leads nowhere"),
        ("folder", "folder can't be written: is a directory"),
    ];
    for (output, says) in says {
        let convert = ["convert", "old.yaml", "--to", "bacalhau", "-o", output, "--force"];
        case.dayfly(convert).exits(73).prints("").says(says);
    }
}

#[test]
fn what_has_no_equivalent_is_named_and_nothing_is_written() {
    let case = Case::new();
    let input = "  Inputs: [{StorageSource: repoClone, Repo: \"https://example.com/a.git\", Path: /a}]\n";
    case.write("old.yaml", format!("{OLD}{input}"));
    case.dayfly(["convert", "old.yaml", "--to", "bacalhau", "-o", "new.yaml"])
        .exits(65)
        .prints("")
        .says("old.yaml:6:45: error[E0240]: Bacalhau's current form takes no input from a git repository");
    assert!(!case.path("new.yaml").exists());
}

#[test]
fn a_file_that_is_not_valid_is_not_converted() {
    let case = Case::new();
    case.write("old.yaml", "Spec: {Engine: steam}\n");
    case.dayfly(["convert", "old.yaml", "--to", "bacalhau"]).exits(65).prints("").says("error[E0107]");
    case.dayfly(["convert", "none.yaml", "--to", "bacalhau"])
        .exits(66)
        .prints("")
        .says("none.yaml does not exist");
}

#[test]
fn templates_are_rendered_first() {
    let case = Case::new();
    case.write("job.yaml", "Name: {{.name}}\nTasks: [{Name: a, Engine: {Type: noop}}]\n");
    let convert = ["convert", "job.yaml", "--to", "bacalhau", "--format", "json", "--var", "name=hello"];
    let ended = case.dayfly(convert).exits(0);
    assert_eq!(ended.json()["Name"], "hello");
}

#[test]
fn only_dialects_that_are_written_are_taken() {
    let case = Case::new();
    case.write("old.yaml", OLD);
    case.dayfly(["convert", "old.yaml", "--to", "nosana"]).exits(2).prints("").says("bacalhau");
    case.dayfly(["convert", "old.yaml"]).exits(2).prints("").says("--to <DIALECT>");
}
