//! `dayfly new`: projects to begin with.

use std::fs;
use std::process::Command;

use crate::support::{Case, tree};

#[test]
fn a_project_is_written_in_every_language() {
    for (language, source) in [
        (None, "src/lib.rs"),
        (Some("rust"), "Cargo.toml"),
        (Some("c"), "function.c"),
        (Some("javascript"), "function.js"),
        (Some("js"), "package.json"),
        (Some("python"), "function.py"),
    ] {
        let case = Case::new();
        let mut arguments = vec!["new", "http", "a/hello-1"];
        arguments.extend(language.iter().flat_map(|language| ["--language", language]));
        let ended = case.dayfly(arguments).exits(0).says("");
        assert!(
            ended.stdout.ends_with("\n  dayfly serve .\n") && ended.stdout.contains("\n  cd a/hello-1\n"),
            "{ended}"
        );
        assert!(case.path("a/hello-1").join(source).is_file(), "{language:?} has no {source}");
        let job = case.read("a/hello-1/job.yaml");
        assert!(job.starts_with("Name: hello-1\n"), "{job}");
        assert!(case.read("a/hello-1/README.md").starts_with("# hello-1\n"));
        assert!(case.path("a/hello-1/.gitignore").is_file());
        let files = tree(&case.path("a"));
        assert!(files.values().all(|content| !content.contains("{{")), "{files:#?}");
        case.dayfly(["validate", "a/hello-1/job.yaml"]).exits(0);
    }
}

#[test]
fn what_is_there_is_left_alone() {
    let case = Case::new();
    case.write("full/mine.txt", "mine");
    case.write("file", "mine");
    fs::create_dir(case.path("empty")).unwrap();
    let before = tree(&case.path(""));
    case.dayfly(["new", "http", "full"]).exits(73).prints("").has_one_error().says("something in it already");
    case.dayfly(["new", "http", "file"]).exits(73).prints("").has_one_error().says("can't be written");
    for name in ["1a", "a b", "..", "a/é", "."] {
        case.dayfly(["new", "http", name]).exits(2).prints("").has_one_error().says("no name of a project");
    }
    case.dayfly(["new", "http", "hello", "--language", "cobol"]).exits(2).prints("");
    assert_eq!(tree(&case.path("")), before);
    case.dayfly(["new", "http", "empty", "--language", "c"]).exits(0);
    assert!(case.path("empty/Makefile").is_file());
}

#[test]
fn the_program_in_c_is_built_and_answers() {
    let case = Case::new();
    case.dayfly(["new", "http", "hello", "--language", "c"]).exits(0);
    let built = Command::new("make").current_dir(case.path("hello")).output();
    if !built.as_ref().is_ok_and(|built| built.status.success()) {
        println!("skipped: no make and clang here build it: {built:?}");
        return;
    }
    let run = ["run", "hello/function.wasm", "-e", "HTTP_DAYFLY_PATH_NAME=you"];
    let ended = case.dayfly(run).exits(0);
    assert_eq!(ended.stdout, "Content-Type: text/plain; charset=utf-8\n\nHello, you!\n");
}
