//! Loops that do not end: they are left, and the guest is told where they are.

use dayfly_host_api::gpu::{Errno, Quotas};

use crate::compute::{gpus, patient};
use crate::guest::{COPY_SRC, Guest, OUT, STORAGE};

/// The budget of an invocation.
const BUDGET: u32 = 1_000;
/// The numbers of limits.
const MAX_BIND_GROUPS: u32 = 3;
const MAX_STORAGE_BUFFERS: u32 = 5;

const ENDLESS: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() {
  data[1] = 7u;
  loop {
    data[0] += 1u;
  }
  data[2] = 8u;
}";

/// A guest whose invocations go round no more often than that.
fn guest() -> Option<Guest> {
    let quotas = Quotas { loops: Some(BUDGET), ..patient() };
    gpus(quotas).map(|gpus| Guest::on(&gpus))
}

/// A layout of pipelines whose first group has storage buffers like this.
fn layout(guest: &mut Guest, device: i64, buffers: u32) -> (i64, i64) {
    let entries = (0..buffers).flat_map(|binding| [binding, 3, 0, 0, 0, 0]);
    guest.put(OUT, &entries.flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    let layout = guest.ok("bind_group_layout", &[device, OUT.into(), buffers.into()]);
    guest.put(OUT, &(layout as u32).to_le_bytes());
    (layout, guest.ok("pipeline_layout", &[device, OUT.into(), 1, 0]))
}

fn assert_told(why: &str) {
    assert!(why.contains("line 4, `loop {`") && why.contains("1000 times"), "{why}");
}

#[test]
fn a_loop_that_does_not_end_is_left_and_told_of() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 4]);
    let pipeline = guest.pipeline(device, ENDLESS);
    let group = guest.group(device, pipeline, &[data]);
    let serial = guest.dispatch(device, pipeline, group, [1, 1, 1]);
    assert_told(&guest.fails(Errno::Quota, "wait", &[device, serial, -1]));
    // It was told once, and the device is there.
    guest.ok("wait", &[device, serial, -1]);
    assert_eq!(guest.read(data, 4), [BUDGET, 7, 8, 0]);
    let refusals = guest.context().refusals();
    assert_eq!(refusals[0].what, "the guest may not have more than 1000 rounds for one invocation");
    assert_eq!((refusals.len(), refusals[0].count), (1, 1));
}

#[test]
fn reading_what_it_computed_tells_of_it() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 4]);
    let pipeline = guest.pipeline(device, ENDLESS);
    let group = guest.group(device, pipeline, &[data]);
    for _ in 0..3 {
        guest.dispatch(device, pipeline, group, [1, 1, 1]);
        assert_told(&guest.fails(Errno::Quota, "buffer_read", &[data, 0, OUT.into(), 4]));
        guest.dispatch(device, pipeline, group, [1, 1, 1]);
        let ticket = guest.ok("read_start", &[data, 0, 4]);
        let why = loop {
            match guest.call("read_finish", &[ticket, OUT.into(), 4]) {
                again if again == i64::from(Errno::Again.code()) => {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                other => break (other, guest.last_error()),
            }
        };
        assert_eq!(why.0, i64::from(Errno::Quota.code()), "{why:?}");
        assert_told(&why.1);
    }
    assert_eq!(guest.read(data, 1), [6 * BUDGET]);
}

#[test]
fn scopes_for_internal_errors_catch_it() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 4]);
    let pipeline = guest.pipeline(device, ENDLESS);
    let group = guest.group(device, pipeline, &[data]);
    guest.ok("error_push", &[device, 3]);
    guest.dispatch(device, pipeline, group, [1, 1, 1]);
    guest.fails(Errno::Quota, "wait", &[device, 0, -1]);
    let length = guest.ok("error_pop", &[device, OUT.into(), i64::from(OUT) + 16, 4096]);
    assert!(length > 0);
    assert_told(&String::from_utf8(guest.get(OUT + 16, length as usize)).unwrap());
}

#[test]
fn a_pipeline_with_a_layout_of_its_guests_tells_too() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let (layout, layouts) = layout(&mut guest, device, 1);
    let data = guest.buffer_of(device, &[0; 4]);
    let shader = guest.shader(device, ENDLESS);
    let pipeline = guest.ok("pipeline_create", &[device, shader, layouts, 0, 0, 0, 0]);
    let entries = guest.entries(&[data]);
    let group = guest.ok("bind_group", &[device, layout, entries, 1]);
    guest.dispatch(device, pipeline, group, [1, 1, 1]);
    assert_told(&guest.fails(Errno::Quota, "buffer_read", &[data, 0, OUT.into(), 4]));
    // One without such loops, with the same layout.
    let shader = guest.shader(device, &ENDLESS.replace("loop {", "for (var i = 0; i < 5; i++) {"));
    let pipeline = guest.ok("pipeline_create", &[device, shader, layouts, 0, 0, 0, 0]);
    guest.dispatch(device, pipeline, group, [1, 1, 1]);
    assert_eq!(guest.read(data, 4), [BUDGET + 5, 7, 8, 0]);
}

/// Each has its own, and all its loops take of it.
#[test]
fn invocations_that_stay_within_their_budget_are_not_disturbed() {
    let Some(mut guest) = guest() else { return };
    let device = guest.device();
    let data = guest.buffer_of(device, &[0; 256]);
    let rounds = |first: u32, second: u32| {
        format!(
            "var<workgroup> sum: atomic<u32>;
            @group(0) @binding(0) var<storage, read_write> data: array<u32>;
            fn f(n: u32) -> u32 {{ var x = 0u; while x < n {{ x++; }} return x; }}
            @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {{
                for (var i = data[id.x]; i < {first}u; i++) {{
                    workgroupBarrier();
                    if i % 2u == 0u {{ continue; }}
                    atomicAdd(&sum, 1u);
                }}
                data[id.x] = f({second}u) + atomicLoad(&sum);
            }}"
        )
    };
    let pipeline = guest.pipeline(device, &rounds(400, 598));
    let group = guest.group(device, pipeline, &[data]);
    guest.dispatch(device, pipeline, group, [4, 1, 1]);
    assert_eq!(guest.read(data, 256), [598 + 200 * 64; 256]);
    let pipeline = guest.pipeline(device, &rounds(400 + 598 + 200 * 64, 1_001));
    let group = guest.group(device, pipeline, &[data]);
    guest.dispatch(device, pipeline, group, [4, 1, 1]);
    let why = guest.fails(Errno::Quota, "wait", &[device, 0, -1]);
    assert!(why.contains("line 3"), "{why}");
}

#[test]
fn all_that_is_promised_of_groups_and_buffers_is_there() {
    let Some(mut guest) = guest() else { return };
    // As many groups as a device can have.
    let opened = (4..=8).rev().find_map(|groups| {
        let length = guest.describe(0, &[(MAX_BIND_GROUPS, groups)]);
        let device = guest.open(length);
        (device > 0).then_some((device, groups))
    });
    let (device, groups) = opened.unwrap();
    let length = guest.ok("device_limits", &[device, OUT.into(), 4096]);
    let buffers = guest.u64s(OUT, length as usize / 8)[MAX_STORAGE_BUFFERS as usize];
    let declared = |group: u64| {
        (0..buffers)
            .map(|binding| {
                format!("@group({group}) @binding({binding}) var<storage, read_write> data{binding}: array<u32>;\n")
            })
            .collect::<String>()
    };
    let used: String = (1..buffers).map(|binding| format!("data{binding}[0] = {binding}u;\n")).collect();
    let text = |group: u64| {
        let declared = declared(group);
        format!("{declared}@compute @workgroup_size(1) fn main() {{ {used} loop {{ data0[0] += 1u; }} }}")
    };
    let last = groups - 1;
    let pipeline = guest.pipeline(device, &text(last));
    let all: Vec<i64> = (0..buffers).map(|_| guest.buffer_of(device, &[0])).collect();
    let layout = guest.ok("pipeline_get_layout", &[pipeline, last as i64]);
    let entries = guest.entries(&all);
    let group = guest.ok("bind_group", &[device, layout, entries, buffers as i64]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_bind", &[pass, last as i64, group, 0, 0]);
    guest.ok("pass_pipeline", &[pass, pipeline]);
    guest.ok("pass_dispatch", &[pass, 1, 1, 1]);
    // What is the host's is nobody's.
    guest.fails(Errno::Validation, "pass_bind", &[pass, groups as i64, group, 0, 0]);
    guest.ok("pass_end", &[pass]);
    guest.ok("submit", &[encoder, 0]);
    let why = guest.fails(Errno::Quota, "wait", &[device, 0, -1]);
    assert!(why.contains("loop { data0[0]"), "{why}");
    let found: Vec<u32> = all.iter().map(|&buffer| guest.read(buffer, 1)[0]).collect();
    assert_eq!(found, [vec![BUDGET], (1..buffers as u32).collect()].concat());
    guest.fails(Errno::Validation, "pipeline_get_layout", &[pipeline, groups as i64]);
    guest.shader_fails(Errno::Validation, device, &text(groups));
    let layouts = vec![0_u8; (groups as usize + 1) * 4];
    guest.put(OUT, &layouts);
    guest.fails(Errno::Validation, "pipeline_layout", &[device, OUT.into(), groups as i64 + 1, 0]);
}

/// Where the guest is trusted.
#[test]
fn without_a_bound_loops_go_on() {
    let Some(gpus) = gpus(Quotas { loops: None, ..patient() }) else { return };
    let mut guest = Guest::on(&gpus);
    let device = guest.device();
    let data = guest.ok("buffer_create", &[device, 16, STORAGE | COPY_SRC]);
    let text = ENDLESS.replace("data[0] += 1u;", "data[0] += 1u; if data[0] == 30000u { break; }");
    let pipeline = guest.pipeline(device, &text);
    let group = guest.group(device, pipeline, &[data]);
    guest.dispatch(device, pipeline, group, [1, 1, 1]);
    assert_eq!(guest.read(data, 3), [30_000, 7, 8]);
}
