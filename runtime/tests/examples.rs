//! The examples, as their readers would run them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]
#![cfg(feature = "compile")]

use std::process::Command;

/// Runs an example with a home of its own; gives what it prints.
fn example(name: &str) -> String {
    let test = std::env::current_exe().unwrap();
    // Tests lie in `deps`, beside the folder of examples.
    let program = test.parent().unwrap().with_file_name("examples").join(name);
    assert!(program.exists(), "the example `{name}` is not built: cargo build -p dayfly --examples");
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(program).env("DAYFLY_HOME", home.path()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn embed() {
    let printed = example("embed");
    assert!(printed.ends_with("Succeeded, exit code 0\n"), "{printed}");
    assert!(printed.lines().count() > 1, "{printed}");
    let lines = include_str!("../examples/embed.rs").lines().count();
    assert!(lines < 30, "{lines} lines are not a few");
}

#[test]
fn live() {
    let answers = "is anybody there? -> IS ANYBODY THERE?\n\
                   how quick you are -> HOW QUICK YOU ARE\n\
                   goodbye -> GOODBYE\n\
                   Succeeded\n";
    assert_eq!(example("live"), answers);
}

#[test]
fn thousand() {
    let printed = example("thousand");
    let mut words = printed.split(' ');
    let guests = words.next().unwrap();
    assert!(printed.contains(&format!("; {guests} succeeded")), "{printed}");
    // A system that gives a process few files gets fewer guests.
    assert!((1..=1000).contains(&guests.parse().unwrap()), "{printed}");
}
