//! Drivers that go wrong, in processes of their own: their guests lose a device, and nobody loses anything else.

use std::time::Duration;

use dayfly_host_api::gpu::{Errno, Program, Quotas};

use crate::compute::{patient, saxpy};
use crate::guest::{COPY_DST, COPY_SRC, Guest, OUT, STORAGE, this};
use crate::isolation::{becomes, children, is_alone, isolated};

fn failing(fault: &str) -> Program {
    this().variable("DAYFLY_GPU_FAULT", fault)
}

/// A guest whose driver fails so when it first does this, loses its device; gives what it is told.
fn loses(fault: &str, act: impl FnOnce(&mut Guest, i64) -> i64) -> Option<String> {
    let gpus = isolated(patient(), failing(fault))?;
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let given = act(&mut guest, device);
    let why = guest.last_error();
    assert_eq!(given, i64::from(Errno::Lost.code()), "{fault}: {why}");
    guest.fails(Errno::Lost, "device_status", &[device]);
    becomes("a process is left", || children().is_empty());
    // It can open another one.
    guest.ok("close", &[device]);
    guest.device();
    Some(why)
}

fn submit(guest: &mut Guest, device: i64) -> i64 {
    let buffer = guest.ok("buffer_create", &[device, 4096, STORAGE | COPY_SRC | COPY_DST]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_clear", &[encoder, buffer, 0, 4096]);
    match guest.call("submit", &[encoder, 0]) {
        0 => guest.call("wait", &[device, 0, -1]),
        given => given,
    }
}

fn read(guest: &mut Guest, device: i64) -> i64 {
    let buffer = guest.ok("buffer_create", &[device, 4096, STORAGE | COPY_SRC | COPY_DST]);
    guest.call("buffer_read", &[buffer, 0, OUT.into(), 4096])
}

#[test]
fn a_driver_that_crashes_takes_its_process_with_it_alone() {
    if !is_alone() {
        return;
    }
    let Some(why) = loses("submit:1:abort", submit) else { return };
    assert!(why.contains("signal 6"), "{why}");
    let why = loses("submit:1:crash", submit).unwrap();
    assert!(why.contains("signal 11"), "{why}");
    let why = loses("read:1:exit", read).unwrap();
    assert!(why.contains("exit status 3"), "{why}");
    loses("pipeline:1:abort", |guest, device| {
        let text = "@compute @workgroup_size(1) fn main() {}";
        let shader = guest.shader(device, text);
        guest.call("pipeline_create", &[device, shader, 0, 0, 0, 0, 0])
    });
}

#[test]
fn a_driver_that_gives_its_device_up_loses_it() {
    if !is_alone() {
        return;
    }
    let Some(why) = loses("submit:1:lost", submit) else { return };
    assert!(why.contains("it is a test"), "{why}");
}

#[test]
fn what_makes_no_sense_is_believed_by_nobody() {
    if !is_alone() {
        return;
    }
    for fault in ["submit:1:garbage", "submit:1:unknown"] {
        let Some(why) = loses(fault, submit) else { return };
        assert!(why.contains("makes no sense"), "{why}");
    }
}

#[test]
fn a_driver_without_memory_says_so_and_goes_on() {
    let Some(gpus) = isolated(patient(), failing("buffer:2:memory")) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let create = [device, 4096, STORAGE | COPY_SRC | COPY_DST];
    let mut failed = 0;
    for _ in 0..8 {
        let given = guest.call("buffer_create", &create);
        failed += i64::from(given == i64::from(Errno::NoMemory.code()));
    }
    assert_eq!(failed, 1, "of eight");
    guest.ok("device_status", &[device]);
    guest.ok("close", &[device]);
}

#[test]
fn a_driver_that_hangs_is_killed_when_its_time_is_over() {
    if !is_alone() {
        return;
    }
    let quotas = Quotas { submission_time: Duration::from_millis(400), ..Quotas::default() };
    let Some(gpus) = isolated(quotas, failing("submit:1:hang")) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let given = submit(&mut guest, device);
    assert_eq!(given, i64::from(Errno::Lost.code()), "{}", guest.last_error());
    becomes("it is not killed", || children().is_empty());
}

#[test]
fn others_are_not_disturbed() {
    let Some(gpus) = isolated(patient(), this()) else { return };
    let Some(failing) = isolated(patient(), failing("submit:1:abort")) else { return };
    let (mut one, mut other) = (Guest::on(&gpus), Guest::on(&failing));
    let device = other.device();
    saxpy(&mut one, 4096);
    assert_eq!(submit(&mut other, device), i64::from(Errno::Lost.code()));
    saxpy(&mut one, 4096);
}
