//! Waiting, clocks and randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Program;

fn io() -> Program {
    Program::new("p2_io")
}

#[test]
fn api_time() {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let ended = io().run(&["api_time"]).exits(0);
    let told: u64 = ended.stdout.trim_end().parse().unwrap();
    assert!((before..=now()).contains(&told), "{before} {ended}");
}

#[test]
fn clocks_zero_wait() {
    io().shows(&["clocks_zero_wait"], "no wait");
}

#[test]
fn sleep() {
    io().shows(&["sleep"], "slept");
}

#[test]
fn pollable_correct() {
    io().shows(&["pollable_correct"], "told");
}

#[test]
fn pollable_traps() {
    io().run(&["pollable_traps"]).exits(134).prints("waiting\n").has_one_error();
}

#[test]
fn random() {
    io().shows(&["random"], "random");
}

#[test]
fn stream_pollable_correct() {
    let program = io();
    let mut running = program.case.start(program.line(&["stream_pollable_correct"]));
    running.wait_for("waiting");
    running.write("first");
    running.wait_for("waiting again");
    running.write("second");
    running.wait_for("waiting for the end");
    running.close_input();
    let ended = running.end().exits(0);
    assert!(ended.stdout.ends_with("over\n"), "{ended}");
}

#[test]
fn stream_pollable_traps() {
    io().run(&["stream_pollable_traps"]).exits(134).prints("dropping\n").has_one_error();
}
