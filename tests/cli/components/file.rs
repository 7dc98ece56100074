//! Files and folders.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use super::Program;
use crate::support::tree;

/// With `data`, which may be read, at `/data`.
fn file() -> Program {
    let program = Program::new("p2_file").flags(&["-v", "data:/data"]);
    program.case.write("data/file", "as it was");
    fs::create_dir(program.case.path("data/empty")).unwrap();
    program
}

/// With `root`, which may be written, as all that there is.
fn of_the_host() -> Program {
    let program = Program::new("p2_file").flags(&["-v", "root:/:rw"]);
    program.case.write("root/in", "hello there\n");
    program
}

#[test]
fn cli_file_append() {
    file().shows(&["append"], "one,two,three,four");
    let program = of_the_host();
    program.shows(&["append"], "one,two,three,four");
    assert_eq!(program.case.read("root/log"), "one,two,three,four");
}

#[test]
fn cli_file_read() {
    file().shows(&["read", "data/file"], "9 bytes");
    of_the_host().shows(&["read", "in"], "12 bytes");
    // More than one read, and more than one piece of a stream.
    let program = of_the_host();
    let much: Vec<u8> = (0..1_000_003u32).map(|at| (at % 251) as u8).collect();
    program.case.write("root/much", much);
    program.shows(&["read", "much"], "1000003 bytes");
}

#[test]
fn read_write() {
    file().shows(&["read_write"], "read what was written");
    let program = of_the_host();
    program.shows(&["read_write"], "read what was written");
    assert_eq!(program.case.read("root/file"), "\0\0\0he\0\0");
}

#[test]
fn stream_not_permitted() {
    file().shows(&["stream_not_permitted"], "refused");
}

#[test]
fn cli_directory_list() {
    file().shows(&["directory_list"], "302 names");
    let program = of_the_host();
    program.shows(&["directory_list"], "302 names");
    assert_eq!(crate::support::names(&program.case.path("root/list")), ["folder", "link"]);
}

#[test]
fn cli_file_dir_sync() {
    file().shows(&["dir_sync"], "synchronised");
    of_the_host().shows(&["dir_sync"], "synchronised");
}

#[test]
fn cli_multiple_preopens() {
    let program = Program::new("p2_file").flags(&["-v", "a:/first", "-v", "b:/second:rw"]);
    program.case.write("a/file", "first");
    program.case.write("b/file", "second");
    let ended = program.shows(&["multiple_preopens"], "[\"first\", \"link\", \"second\"]");
    ended.says("refused: ");
    assert_eq!(program.case.read("b/new"), "from the guest");
    assert!(!program.case.path("a/new").exists());
}

/// Shows a behaviour that tries to change `data`, and fails the test if that worked.
#[track_caller]
fn leaves_alone(behaviour: &str) {
    let program = file();
    let data = program.case.path("data");
    let before = tree(&data);
    let links = data.join("file").metadata().unwrap().nlink();
    program.shows(&[behaviour], "refused");
    assert_eq!(tree(&data), before);
    assert_eq!(data.join("file").metadata().unwrap().nlink(), links);
}

#[test]
fn hardlink_across_perms() {
    leaves_alone("hardlink_across_perms");
}

#[test]
fn rename_across_perms() {
    leaves_alone("rename_across_perms");
}

#[test]
fn truncation_readonly() {
    leaves_alone("truncation_readonly");
}

#[test]
fn api_read_only() {
    leaves_alone("api_read_only");
    // Each kind of refusal is told once, with what would allow it.
    file().shows(&["api_read_only"], "refused").says("refused: ").says("data:/data:rw");
}
