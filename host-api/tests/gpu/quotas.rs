//! What guests may have, and no more.

use std::time::Duration;

use dayfly_host_api::gpu::{Errno, Quotas};

use crate::guest::{COPY_DST, COPY_SRC, Guest, OUT, STORAGE};
use crate::noop::{DOUBLE, with};

#[test]
fn memory_is_counted_before_it_is_taken() {
    let mut guest = with(Quotas { memory: Some(8 << 20), ..Quotas::default() });
    let device = guest.device();
    let first = guest.ok("buffer_create", &[device, 3 << 20, STORAGE]);
    let why = guest.fails(Errno::NoMemory, "buffer_create", &[device, 3 << 20, STORAGE]);
    assert!(why.contains("8388608"), "{why}");
    guest.ok("close", &[first]);
    // Its memory is free once the device's thread has dropped it.
    guest.ok("wait", &[device, 0, -1]);
    guest.ok("buffer_create", &[device, 3 << 20, STORAGE]);
    let refusals = guest.context().refusals();
    assert_eq!((refusals.len(), refusals[0].count), (1, 1));
    assert!(
        refusals[0].what.starts_with("the guest may not have 3145728 bytes of GPU memory"),
        "{refusals:?}"
    );
}

#[test]
fn data_passes_through_little_memory() {
    let mut guest = with(Quotas { memory: Some(6 << 20), ..Quotas::default() });
    let device = guest.device();
    let buffer = guest.ok("buffer_create", &[device, 1 << 20, COPY_DST | COPY_SRC]);
    // Each takes what the others have to give back first.
    for round in 0..20_u32 {
        guest.put(OUT, &round.to_le_bytes());
        guest.ok("buffer_write", &[buffer, 0, OUT.into(), 900_000]);
    }
    assert_eq!(guest.read(buffer, 1), [19]);
    assert!(guest.context().usage().peak_memory_bytes <= 6 << 20);
}

#[test]
fn handles_devices_pipelines_shaders_and_commands_are_counted() {
    let quotas = Quotas {
        handles: 4,
        devices: 2,
        pipelines: 1,
        shader_bytes: 400,
        all_shader_bytes: 500,
        commands: 2,
        ..Quotas::default()
    };
    let mut guest = with(quotas.clone());
    guest.device();
    guest.device();
    assert!(guest.fails(Errno::Quota, "device_open", &[0, 0, 0]).contains("open devices"));

    let mut guest = with(quotas.clone());
    let device = guest.device();
    for _ in 0..3 {
        guest.ok("encoder", &[device]);
    }
    for (name, arguments) in [
        ("encoder", vec![device]),
        ("buffer_create", vec![device, 16, STORAGE]),
        ("device_open", vec![0, 0, 0]),
        ("bind_group_layout", vec![device, 0, 0]),
        ("pipeline_layout", vec![device, 0, 0, 0]),
    ] {
        assert!(guest.fails(Errno::Quota, name, &arguments).contains("handles"), "{name}");
    }

    let mut guest = with(quotas.clone());
    let device = guest.device();
    let shader = guest.shader(device, DOUBLE);
    guest.shader_fails(Errno::Quota, device, &" ".repeat(401));
    guest.shader_fails(Errno::Quota, device, &" ".repeat(400));
    let pipeline = [device, shader, 0, 0, 0, 0, 0];
    guest.ok("pipeline_create", &pipeline);
    guest.fails(Errno::Quota, "pipeline_create", &pipeline);
    let kinds = guest.context().refusals().len();
    assert_eq!(kinds, 3);

    let mut guest = with(quotas);
    let device = guest.device();
    let buffer = guest.buffer_of(device, &[0; 4]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_clear", &[encoder, buffer, 0, 4]);
    guest.ok("buffer_clear", &[encoder, buffer, 0, 4]);
    guest.fails(Errno::Quota, "buffer_clear", &[encoder, buffer, 0, 4]);
    guest.ok("submit", &[encoder, 0]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_clear", &[encoder, buffer, 0, 4]);
}

/// A group has its buffers for as long as it is there, and what was recorded has all that it works on.
#[test]
fn what_is_kept_counts_after_its_handle_is_closed() {
    let mut guest = with(Quotas { memory: Some(8 << 20), ..Quotas::default() });
    let device = guest.device();
    let pipeline = guest.pipeline(device, DOUBLE);
    let layout = guest.ok("pipeline_get_layout", &[pipeline, 0]);
    let large = [device, 3 << 20, STORAGE | COPY_DST];
    let buffer = guest.ok("buffer_create", &large);
    let entries = guest.entries(&[buffer]);
    let group = guest.ok("bind_group", &[device, layout, entries, 1]);
    guest.ok("close", &[buffer]);
    guest.fails(Errno::NoMemory, "buffer_create", &large);
    guest.ok("close", &[group]);
    let buffer = guest.ok("buffer_create", &large);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_clear", &[encoder, buffer, 0, 4]);
    guest.ok("close", &[buffer]);
    guest.fails(Errno::NoMemory, "buffer_create", &large);
    guest.ok("submit", &[encoder, 0]);
    // It is there again when that is done.
    guest.ok("buffer_create", &large);

    let mut guest = with(Quotas { handles: 8, ..Quotas::default() });
    let device = guest.device();
    let encoder = guest.ok("encoder", &[device]);
    for _ in 0..8 {
        let buffer = guest.ok("buffer_create", &[device, 16, COPY_DST]);
        guest.ok("buffer_clear", &[encoder, buffer, 0, 4]);
        guest.ok("close", &[buffer]);
    }
    let why = guest.fails(Errno::Quota, "buffer_create", &[device, 16, COPY_DST]);
    assert!(why.contains("more than 8 things"), "{why}");
    guest.ok("close", &[encoder]);
    guest.ok("buffer_create", &[device, 16, COPY_DST]);
}

#[test]
fn no_more_offsets_are_bound_than_a_layout_has() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    let buffer = guest.buffer_of(device, &[0]);
    let pipeline = guest.pipeline(device, DOUBLE);
    let group = guest.group(device, pipeline, &[buffer]);
    let why = guest.fails(Errno::Validation, "pass_bind", &[pass, 0, group, OUT.into(), 13]);
    assert!(why.contains("at most 12"), "{why}");
}

#[test]
fn an_encoder_is_closed_by_what_is_refused_too() {
    let mut guest = with(Quotas { total_time: Some(Duration::ZERO), ..Quotas::default() });
    let device = guest.device();
    let encoder = guest.ok("encoder", &[device]);
    let why = guest.fails(Errno::Quota, "submit", &[encoder, 0]);
    assert!(why.contains("more than 0ns of GPU time"), "{why}");
    guest.fails(Errno::BadHandle, "submit", &[encoder, 0]);
}

#[test]
fn times_may_be_longer_than_there_are_instants() {
    let mut guest = with(Quotas { submission_time: Duration::MAX, ..Quotas::default() });
    let device = guest.device();
    let buffer = guest.buffer_of(device, &[7; 4]);
    assert_eq!(guest.read(buffer, 1), [7]);
}
