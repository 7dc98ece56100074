//! What a GPU computes: with the adapter that is here, which is a program where there is no other.

use std::thread;
use std::time::{Duration, Instant};

use dayfly_host_api::gpu::{Allowed, Errno, Gpus, Quotas};

use crate::guest::{COPY_DST, COPY_SRC, Guest, OUT, RESOLVE, STORAGE, UNIFORM, isolation};

pub(crate) const SAXPY: &str = "@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = 2.0 * x[id.x] + y[id.x]; }";

const ADD: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] += id.x; }";

/// Takes long: every invocation has fewer rounds than a driver for the processor ends loops after.
pub(crate) const LONG: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var a = id.x;
  for (var i = 0u; i < 20000u; i++) { a = a * 1664525u + 1013904223u; }
  data[id.x % 64u] = a;
}";

/// The GPUs of this machine, programs too; none where there are none, which a test says that it skips.
pub(crate) fn gpus(quotas: Quotas) -> Option<Gpus> {
    let gpus = Gpus::isolated(Allowed::Software, quotas, isolation());
    if gpus.count() == 0 {
        assert!(std::env::var_os("DAYFLY_TESTS_NEED_GPU").is_none(), "{:?}", gpus.why_no_more());
        println!("skipped: no adapter is here: {}", gpus.why_no_more().join("; "));
        return None;
    }
    Some(gpus)
}

/// For machines that do other things meanwhile.
pub(crate) fn patient() -> Quotas {
    Quotas { submission_time: Duration::from_secs(200), ..Quotas::default() }
}

fn guest() -> Option<Guest> {
    gpus(patient()).map(|gpus| Guest::on(&gpus))
}

pub(crate) fn saxpy(guest: &mut Guest, count: u32) {
    let device = guest.device();
    let bits = |value: fn(u32) -> f32| (0..count).map(|index| value(index).to_bits()).collect::<Vec<_>>();
    let x = guest.buffer_of(device, &bits(|index| index as f32));
    let y = guest.buffer_of(device, &bits(|index| 1.0 + index as f32));
    let pipeline = guest.pipeline(device, SAXPY);
    let group = guest.group(device, pipeline, &[x, y]);
    guest.dispatch(device, pipeline, group, [i64::from(count) / 64, 1, 1]);
    let expected = bits(|index| 3.0 * index as f32 + 1.0);
    assert!(guest.read(y, count as usize) == expected, "a number is wrong");
    guest.ok("close", &[device]);
}

#[test]
fn saxpy_is_computed() {
    let Some(mut guest) = guest() else { return };
    saxpy(&mut guest, 64 << 10);
    guest.end();
    let usage = guest.context().usage();
    assert_eq!((usage.submissions, usage.sent_bytes, usage.received_bytes), (1, 512 << 10, 256 << 10));
    assert!(usage.gpu_ns > 0 && usage.compile_ns > 0, "{usage:?}");
}

#[test]
fn what_was_not_written_is_nothing() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let buffer = guest.ok("buffer_create", &[device, 4096, STORAGE | COPY_SRC]);
    assert_eq!(guest.read(buffer, 1024), [0; 1024]);
}

#[test]
fn copies_clears_and_dispatches_come_in_order() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let numbers: Vec<u32> = (0..256).collect();
    let (a, b) = (guest.buffer_of(device, &numbers), guest.buffer_of(device, &[9; 256]));
    let sizes = guest.buffer_of(device, &[0, 2, 1, 1]);
    let pipeline = guest.pipeline(device, ADD);
    let group = guest.group(device, pipeline, &[b]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_copy", &[encoder, a, 0, b, 0, 1024]);
    guest.ok("buffer_clear", &[encoder, b, 0, 16]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
    // 64 invocations for each of the two groups that the buffer says.
    guest.ok("pass_dispatch_indirect", &[pass, sizes, 4]);
    guest.ok("pass_end", &[pass]);
    // What was recorded keeps what it needs.
    for handle in [a, pipeline, group, sizes] {
        guest.ok("close", &[handle]);
    }
    guest.ok("submit", &[encoder, 0]);
    let expected = |index: u32| match index {
        0..4 => index,
        4..128 => index * 2,
        _ => index,
    };
    assert_eq!(guest.read(b, 256), (0..256).map(expected).collect::<Vec<_>>());
    // And each submission after the other.
    let pipeline = guest.pipeline(device, ADD);
    let group = guest.group(device, pipeline, &[b]);
    for _ in 0..40 {
        guest.dispatch(device, pipeline, group, [1, 1, 1]);
    }
    assert_eq!(guest.read(b, 4), [0, 41, 82, 123]);
}

#[test]
fn layouts_offsets_constants_and_immediates_reach_the_shader() {
    let Some(mut guest) = guest() else { return };
    let has = guest.ok("gpu_features", &[0]) & 8 != 0;
    let device = guest.device_with(if has { 8 } else { 0 }, &[]);
    let text = format!(
        "override factor: u32 = 1u;
        {}
        @group(0) @binding(0) var<uniform> added: vec4u;
        @group(0) @binding(1) var<storage, read_write> data: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {{
            data[id.x] = data[id.x] * factor + added.x + {};
        }}",
        if has { "var<immediate> more: u32;" } else { "" },
        if has { "more" } else { "100u" },
    );
    let shader = guest.shader(device, &text);
    // Entries of 24 bytes: a uniform whose offset comes with the binding, and storage.
    let entries: Vec<u8> =
        [[0, 2, 1, 0, 16, 0], [1, 3, 0, 0, 0, 0]].concat().into_iter().flat_map(u32::to_le_bytes).collect();
    guest.put(OUT, &entries);
    let layout = guest.ok("bind_group_layout", &[device, OUT.into(), 2]);
    guest.put(OUT, &(layout as u32).to_le_bytes());
    let layouts = guest.ok("pipeline_layout", &[device, OUT.into(), 1, if has { 4 } else { 0 }]);
    guest.put(OUT, b"factor");
    let constant = [&OUT.to_le_bytes()[..], &6_u32.to_le_bytes(), &3_f64.to_le_bytes()].concat();
    guest.put(OUT + 16, &constant);
    let pipeline = guest.ok("pipeline_create", &[device, shader, layouts, 0, 0, i64::from(OUT) + 16, 1]);
    let uniform = guest.ok("buffer_create", &[device, 512, UNIFORM | COPY_DST]);
    guest.put(OUT, &7_u32.to_le_bytes());
    guest.ok("buffer_write", &[uniform, 256, OUT.into(), 4]);
    let data = guest.buffer_of(device, &(0..64).collect::<Vec<_>>());
    let entries: Vec<u8> = [[0, uniform as u32, 0, 0, 16, 0], [1, data as u32, 0, 0, 0, 0]]
        .concat()
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    guest.put(OUT, &entries);
    let group = guest.ok("bind_group", &[device, layout, OUT.into(), 2]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.put(OUT, &256_u32.to_le_bytes());
    guest.ok("pass_bind", &[pass, 0, group, OUT.into(), 1]);
    if has {
        guest.put(OUT, &100_u32.to_le_bytes());
        guest.ok("pass_immediates", &[pass, 0, OUT.into(), 4]);
    }
    guest.ok("pass_dispatch", &[pass, 1, 1, 1]);
    guest.ok("pass_end", &[pass]);
    guest.ok("submit", &[encoder, 0]);
    assert_eq!(guest.read(data, 64), (0..64).map(|index| index * 3 + 107).collect::<Vec<_>>());
}

#[test]
fn passes_say_when_they_began_and_ended() {
    let Some(mut guest) = guest() else { return };
    if guest.ok("gpu_features", &[0]) & 1 == 0 {
        println!("skipped: the adapter has no timestamps");
        return;
    }
    let device = guest.device_with(1, &[]);
    let set = guest.ok("query_set", &[device, 2]);
    let stamps = guest.ok("buffer_create", &[device, 16, RESOLVE | COPY_SRC]);
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, set, 0, 1]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
    guest.ok("pass_dispatch", &[pass, 100, 1, 1]);
    guest.ok("pass_end", &[pass]);
    guest.ok("query_resolve", &[encoder, set, 0, 2, stamps, 0]);
    guest.ok("submit", &[encoder, 0]);
    guest.ok("buffer_read", &[stamps, 0, OUT.into(), 16]);
    let stamps = guest.u64s(OUT, 2);
    guest.ok("device_usage", &[device, OUT.into(), 72]);
    let tick = guest.u64s(OUT, 9)[8];
    let took = u128::from(stamps[1] - stamps[0]) * u128::from(tick) / 1_000_000;
    let counted = u128::from(guest.context().usage().gpu_ns);
    // What the guest times itself is counted as a whole: no less than the pass took.
    assert!(took > 0 && counted >= took, "{took} {counted}");
}

/// What waits for what was submitted before does not count: the GPU is no busier than the clock goes.
#[test]
fn submissions_that_queue_count_once() {
    let Some(mut guest) = guest() else { return };
    let timestamps = guest.ok("gpu_features", &[0]).cast_unsigned() & 1;
    let device = guest.device_with(timestamps, &[]);
    let set =
        if guest.ok("device_features", &[device]) == 1 { guest.ok("query_set", &[device, 2]) } else { 0 };
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    guest.ok("wait", &[device, 0, -1]);
    let (began, before) = (Instant::now(), guest.context().usage().gpu_ns);
    for _ in 0..6 {
        let encoder = guest.ok("encoder", &[device]);
        let pass = guest.ok("pass_begin", &[encoder, set, 0, 1]);
        guest.ok("pass_pipeline", &[pass, pipeline]);
        guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
        guest.ok("pass_dispatch", &[pass, 100, 1, 1]);
        guest.ok("pass_end", &[pass]);
        guest.ok("submit", &[encoder, 0]);
    }
    guest.ok("wait", &[device, 0, -1]);
    let (took, counted) = (began.elapsed(), guest.context().usage().gpu_ns - before);
    assert!(counted > 0 && u128::from(counted) <= took.as_nanos(), "{counted} {took:?}");
}

#[test]
fn copies_and_clears_count_too() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.ok("buffer_create", &[device, 64 << 20, COPY_DST | COPY_SRC]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("buffer_clear", &[encoder, data, 0, 64 << 20]);
    guest.ok("submit", &[encoder, 0]);
    guest.ok("wait", &[device, 0, -1]);
    assert!(guest.context().usage().gpu_ns > 0);
}

/// One who takes too long loses the device, and nobody else does.
#[test]
fn a_submission_that_takes_too_long_loses_the_device_of_its_guest_alone() {
    let quotas = Quotas { submission_time: Duration::from_millis(50), ..Quotas::default() };
    let (Some(gpus), Some(other)) = (gpus(quotas), gpus(patient())) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    guest.ok("device_status", &[device]);
    let serial = guest.dispatch(device, pipeline, group, [3_000, 1, 1]);
    let began = Instant::now();
    let why = guest.fails(Errno::Lost, "wait", &[device, serial, -1]);
    assert!(why.contains("longer than the 50ms"), "{why}");
    // All that is its is lost, at once.
    guest.fails(Errno::Lost, "device_status", &[device]);
    guest.fails(Errno::Lost, "buffer_read", &[data, 0, OUT.into(), 4]);
    guest.fails(Errno::Lost, "buffer_write", &[data, 0, OUT.into(), 4]);
    guest.fails(Errno::Lost, "buffer_create", &[device, 16, STORAGE]);
    guest.fails(Errno::Lost, "encoder", &[device]);
    let at_once = began.elapsed();
    // Another guest is right, however long it takes beside this.
    let mut second = Guest::on(&other);
    saxpy(&mut second, 1024);
    // The guest itself ends soon, and the GPU is free when the work is done.
    guest.end();
    let refusals = guest.context().refusals();
    let used = guest.context().usage().gpu_ns;
    assert!(used >= 50_000_000, "{used}");
    drop(guest);
    let ended = began.elapsed();
    while gpus.reserve(1).is_err() {
        assert!(began.elapsed() < Duration::from_secs(120), "the GPU never comes back");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!(refusals[0].what, "the guest may not have more than 50ms of a GPU for one submission");
    println!("lost after {at_once:?}, ended after {ended:?}, free after {:?}", began.elapsed());
}

/// Opening takes a driver a while, and goes on without the guest.
#[test]
fn a_guest_may_end_while_a_device_is_opened() {
    let Some(gpus) = gpus(patient()) else { return };
    let mut guest = Guest::on(&gpus);
    assert!(!guest.call_for(Duration::ZERO, "device_open", &[0, 0, 0]));
    guest.end();
    drop(guest);
    gpus.reserve(1).expect("the GPU is free when the guest has ended");
}

#[test]
fn a_guest_may_die_with_work_under_way() {
    let Some(gpus) = gpus(patient()) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    guest.dispatch(device, pipeline, group, [500, 1, 1]);
    // In the middle of a call that waits.
    assert!(!guest.call_for(Duration::from_millis(1), "wait", &[device, 0, -1]));
    guest.die();
    let began = Instant::now();
    while gpus.reserve(1).is_err() {
        assert!(began.elapsed() < Duration::from_secs(120), "the GPU never comes back");
        thread::sleep(Duration::from_millis(5));
    }
    saxpy(&mut Guest::on(&gpus), 1024);
}

#[test]
fn waiting_for_a_while_is_over_after_it() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    // A busy machine may leave this thread aside for longer than the work takes, and so it has to be more some times.
    let mut groups = 1_500;
    let ticket = loop {
        let serial = guest.dispatch(device, pipeline, group, [groups, 1, 1]);
        let wait = guest.call("wait", &[device, serial, 1_000_000]);
        let ticket = guest.ok("read_start", &[data, 0, 256]);
        let finish = guest.call("read_finish", &[ticket, OUT.into(), 256]);
        if (wait, finish) == (Errno::TimedOut.code().into(), Errno::Again.code().into()) {
            break ticket;
        }
        assert!(groups < 50_000, "wait {wait}, read_finish {finish}");
        groups *= 2;
    };
    guest.ok("wait", &[device, 0, -1]);
    guest.ok("read_finish", &[ticket, OUT.into(), 256]);
    assert!(guest.u32s(OUT, 64).iter().any(|number| *number != 0));
}

#[test]
fn no_more_is_under_way_than_may_be() {
    let Some(gpus) = gpus(Quotas { in_flight: 2, ..patient() }) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    let serials: Vec<i64> = (0..4).map(|_| guest.dispatch(device, pipeline, group, [300, 1, 1])).collect();
    // The fourth waited for the second, though not for the third.
    guest.ok("wait", &[device, serials[1], 0]);
    // So does what reads, and who gives that up.
    let ticket = guest.ok("read_start", &[data, 0, 256]);
    guest.ok("wait", &[device, serials[2], 0]);
    guest.ok("close", &[ticket]);
}

#[test]
fn gpu_time_is_used_up() {
    let Some(gpus) = gpus(Quotas { total_time: Some(Duration::from_millis(60)), ..Quotas::default() }) else {
        return;
    };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 64]);
    let pipeline = guest.pipeline(device, LONG);
    let group = guest.group(device, pipeline, &[data]);
    // Either between submissions, or while one is under way.
    let is_told = |guest: &mut Guest| {
        assert!(guest.last_error().contains("more than 60ms of GPU time"), "{}", guest.last_error());
        let refusals = guest.context().refusals();
        let what: Vec<&str> = refusals.iter().map(|refusal| refusal.what.as_str()).collect();
        assert_eq!(what, ["the guest may not have more than 60ms of GPU time"]);
        let used = guest.context().usage().gpu_ns;
        assert!(used >= 60_000_000, "{used}");
    };
    for _ in 0..100_000 {
        let encoder = guest.call("encoder", &[device]);
        if encoder == i64::from(Errno::Lost.code()) {
            return is_told(&mut guest);
        }
        let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
        guest.ok("pass_pipeline", &[pass, pipeline]);
        guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
        guest.ok("pass_dispatch", &[pass, 2, 1, 1]);
        guest.ok("pass_end", &[pass]);
        let given = guest.call("submit", &[encoder, 0]);
        if given == 0 {
            guest.call("wait", &[device, 0, -1]);
        } else {
            assert!([Errno::Quota, Errno::Lost].map(|errno| i64::from(errno.code())).contains(&given));
            return is_told(&mut guest);
        }
    }
    panic!("GPU time is never used up");
}

#[test]
fn guests_compute_beside_each_other() {
    if guest().is_none() {
        return;
    }
    let both = [0, 1].map(|_| {
        thread::spawn(|| {
            let mut guest = guest().unwrap();
            for _ in 0..5 {
                saxpy(&mut guest, 4096);
            }
            guest.end();
        })
    });
    for one in both {
        one.join().unwrap();
    }
}

#[test]
fn an_indirect_dispatch_of_too_many_does_nothing_worse() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let sizes = guest.buffer_of(device, &[u32::MAX, u32::MAX, u32::MAX]);
    let data = guest.buffer_of(device, &[5; 64]);
    let pipeline = guest.pipeline(device, ADD);
    let group = guest.group(device, pipeline, &[data]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
    guest.ok("pass_dispatch_indirect", &[pass, sizes, 0]);
    guest.ok("pass_end", &[pass]);
    guest.ok("submit", &[encoder, 0]);
    // WebGPU has such a dispatch do nothing.
    assert_eq!(guest.read(data, 64), [5; 64]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.ok("pass_bind", &[pass, 0, group, 0, 0]);
    guest.ok("pass_dispatch", &[pass, 65_536, 1, 1]);
    guest.ok("pass_end", &[pass]);
    guest.fails(Errno::Validation, "submit", &[encoder, 0]);
}
