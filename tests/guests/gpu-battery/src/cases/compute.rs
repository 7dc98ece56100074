//! Dispatches of all shapes.

use super::cases;
use crate::front::usage::{COPY_DST, DATA, INDIRECT};
use crate::kit::{bytes, main_of, Kit};
use crate::{Device, Facts, Front, Limit, Wants};

cases! {
    memory_is_copied: "api,operation,compute,basic:memcpy", Computing;
    many_workgroups_run: "api,operation,compute,basic:large_dispatch", Computing;
    workgroups_run_in_all_directions: "shader,execution,shader_io,compute_builtins:inputs", Computing;
    nothing_runs_of_no_workgroups: "api,validation,encoding,cmds,compute_pass:dispatch_sizes", Computing;
    sizes_come_from_buffers: "shader,execution,shader_io,compute_builtins:inputs", Computing;
    sizes_come_from_what_was_computed: "api,operation,memory_sync,buffer,single_buffer:wr", Computing;
    sizes_beyond_the_limit_run_nothing: "api,validation,encoding,cmds,compute_pass:dispatch_sizes", Computing;
    what_is_bound_is_as_long_as_it_says: "shader,execution,expression,call,builtin,arrayLength:binding_subregion", Computing;
    pipelines_take_turns: "api,operation,command_buffer,programmable,state_tracking:one_bind_group_multiple_slots", Computing;
}

async fn memory_is_copied<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        struct Data { value: u32 }
        @group(0) @binding(0) var<storage, read> by: Data;
        @group(0) @binding(1) var<storage, read_write> to: Data;
        @compute @workgroup_size(1) fn main() { to.value = by.value; }";
    let (by, to) = (device.data(&[0x0102_0304]), device.data(&[0]));
    device.run(&device.plain(text), &[&by, &to], [1, 1, 1]);
    facts.words(&device.all(&to, 1).await, &[0x0102_0304]);
}

/// Each invocation counts where it is among all.
const EACH: &str = "
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    @compute @workgroup_size(SIZE) fn main(
        @builtin(global_invocation_id) id: vec3u,
        @builtin(num_workgroups) groups: vec3u,
    ) {
        let all = groups * vec3u(SIZE);
        let place = id.x + all.x * (id.y + all.y * id.z);
        if place < arrayLength(&out) { out[place] += place + 1u; }
    }";

async fn many_workgroups_run<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (size, groups) in [("64, 1, 1", 1_024), ("1, 1, 1", 4_096), ("256, 1, 1", 100)] {
        let length: u32 = 20_000;
        let out = device.data(&vec![0; length as usize]);
        device.run(&device.plain(&EACH.replace("SIZE", size)), &[&out], [groups, 1, 1]);
        let there = groups * size.split(',').next().unwrap_or("1").parse::<u32>().unwrap_or(1);
        let wanted: Vec<u32> = (1..=length).map(|place| if place <= there { place } else { 0 }).collect();
        facts.words(&device.all(&out, length as usize).await, &wanted);
    }
}

async fn workgroups_run_in_all_directions<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (size, groups, count) in [
        ("4, 2, 2", [3, 1, 2], 96),
        ("1, 1, 1", [2, 3, 5], 30),
        ("2, 8, 4", [1, 2, 1], 128),
        ("3, 5, 1", [2, 1, 3], 90),
    ] {
        let out = device.data(&vec![0; count as usize]);
        device.run(&device.plain(&EACH.replace("SIZE", size)), &[&out], groups);
        facts.words(&device.all(&out, count as usize).await, &(1..=count).collect::<Vec<_>>());
    }
}

async fn nothing_runs_of_no_workgroups<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let pipeline = device.plain(&main_of("out[0] += 1u;"));
    let out = device.data(&[0]);
    let group = device.bound(&pipeline, &[&out]);
    for groups in [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1]] {
        let act = || device.pass(|pass| device.run_in(pass, &pipeline, &group, groups));
        facts.fault(device.caught(act).await, None);
    }
    facts.words(&device.all(&out, 1).await, &[1]);
}

/// Counts its invocations.
const COUNT: &str = "
    @group(0) @binding(0) var<storage, read_write> count: atomic<u32>;
    @compute @workgroup_size(2) fn main() { atomicAdd(&count, 1u); }";

/// How many invocations there are of dispatches of these sizes in a buffer.
async fn indirect<D: Device>(device: &D, sizes: &D::Buffer, offsets: &[u64]) -> Vec<u8> {
    let (pipeline, count) = (device.plain(COUNT), device.data(&[0]));
    let group = device.bound(&pipeline, &[&count]);
    device.pass(|pass| {
        device.set_pipeline(pass, &pipeline);
        device.bind(pass, 0, &group, &[]);
        for offset in offsets {
            device.dispatch_indirect(pass, sizes, *offset);
        }
    });
    device.all(&count, 1).await
}

async fn sizes_come_from_buffers<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let sizes = device.buffer(32, INDIRECT | COPY_DST);
    device.write(&sizes, 0, &bytes(&[3, 4, 5, 1, 1, 2, 1, 0]));
    facts.words(&indirect(&device, &sizes, &[0]).await, &[120]);
    facts.words(&indirect(&device, &sizes, &[4, 8]).await, &[50]);
    facts.words(&indirect(&device, &sizes, &[12, 20, 16]).await, &[8]);
}

async fn sizes_come_from_what_was_computed<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let sizes = device.buffer(12, INDIRECT | DATA);
    let pipeline = device.plain(&main_of("out[0] = 7u; out[1] = 2u; out[2] = 1u;"));
    device.run(&pipeline, &[&sizes], [1, 1, 1]);
    facts.words(&indirect(&device, &sizes, &[0]).await, &[28]);
}

async fn sizes_beyond_the_limit_run_nothing<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let most = device.limit(Limit::Workgroups) as u32;
    let sizes = device.buffer(36, INDIRECT | COPY_DST);
    device.write(&sizes, 0, &bytes(&[most + 1, 1, 1, 1, u32::MAX, 1, 3, 1, 1]));
    facts.words(&indirect(&device, &sizes, &[0, 12]).await, &[0]);
    facts.words(&indirect(&device, &sizes, &[0, 24, 12]).await, &[6]);
}

async fn what_is_bound_is_as_long_as_it_says<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        struct Data { first: u32, @align(16) rest: array<vec4u> }
        @group(0) @binding(1) var<storage, read> data: Data;
        @compute @workgroup_size(1) fn main() { out[0] = arrayLength(&out); out[1] = arrayLength(&data.rest); }";
    let pipeline = device.plain(text);
    let layout = device.layout_of(&pipeline, 0);
    let (out, data) = (device.data(&[0; 8]), device.data(&[0; 256]));
    let step = device.limit(Limit::StorageAlignment);
    for (offset, size, wanted) in [(0, None, 63), (0, Some(32), 1), (step, Some(84), 4), (step, Some(96), 5)]
    {
        let whole = crate::Bound { binding: 0, buffer: &out, offset: 0, size: None };
        let part = crate::Bound { binding: 1, buffer: &data, offset, size };
        let group = device.group(&layout, &[whole, part]);
        device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        facts.words(&device.read(&out, 0, 8).await, &[8, wanted]);
    }
}

async fn pipelines_take_turns<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let pipelines = ["out[0] += 1u;", "out[0] *= 3u;", "out[0] = out[0] << 1u;"];
    let pipelines = pipelines.map(|body| device.plain(&main_of(body)));
    let out = device.data(&[1]);
    let groups = [0, 1, 2].map(|index: usize| device.bound(&pipelines[index], &[&out]));
    device.pass(|pass| {
        for index in [0, 1, 2, 2, 0, 1] {
            device.run_in(pass, &pipelines[index], &groups[index], [1, 1, 1]);
        }
    });
    facts.words(&device.all(&out, 1).await, &[75]);
}
