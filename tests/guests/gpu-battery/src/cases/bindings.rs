//! Groups of bindings, and binding them.

use super::cases;
use crate::front::usage::{COPY_DST, COPY_SRC, DATA, STORAGE, UNIFORM};
use crate::kit::{main_of, slot, Kit, VALIDATION};
use crate::{Bound, Device, Facts, Filter, Front, Kind, Limit, Program, Slot, Wants};

cases! {
    parts_are_bound: "api,operation,buffers,createBindGroup:buffer_binding_resource", Computing;
    offsets_come_with_bindings: "api,validation,encoding,cmds,setBindGroup:buffer_dynamic_offsets", Computing;
    bindings_stay_when_the_pipeline_changes: "api,operation,command_buffer,programmable,state_tracking:bind_group_indices", Computing;
    bindings_are_replaced: "api,operation,command_buffer,programmable,state_tracking:*", Computing;
    groups_have_as_many_bindings_as_layouts: "api,validation,createBindGroup:binding_count_mismatch", Any;
    groups_have_the_bindings_of_layouts: "api,validation,createBindGroup:binding_must_be_present_in_layout", Any;
    bindings_take_usages: "api,validation,createBindGroup:buffer,usage", Any;
    bindings_are_at_multiples: "api,validation,createBindGroup:buffer,resource_offset", Any;
    bindings_end_within_buffers: "api,validation,createBindGroup:buffer_offset_and_size_for_bind_groups_match", Any;
    bindings_have_as_much_as_layouts_ask: "api,validation,createBindGroup:minBindingSize", Any;
    storage_is_of_whole_words: "api,validation,createBindGroup:buffer,effective_buffer_binding_size", Any;
    layouts_are_of_one_device: "api,validation,createBindGroup:bind_group_layout,device_mismatch", Any;
    what_is_bound_is_of_one_device: "api,validation,createBindGroup:binding_resources,device_mismatch", Any;
    no_invalid_buffer_is_bound: "api,validation,createBindGroup:buffer,resource_state", Any;
}

/// Copies what is given to what is written.
const COPY: &str = "
@group(0) @binding(0) var<storage, read_write> to: array<u32>;
@group(0) @binding(1) var<storage, read> by: array<u32>;
@compute @workgroup_size(1) fn main() { for (var i = 0u; i < arrayLength(&by); i++) { to[i] = by[i]; } }";

async fn parts_are_bound<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let step = device.limit(Limit::StorageAlignment);
    let words: Vec<u32> = (0..step as u32).collect();
    let (source, pipeline) = (device.data(&words), device.plain(COPY));
    let layout = device.layout_of(&pipeline, 0);
    let first = step as u32 / 4;
    for (offset, size, wanted) in [
        (0, Some(8), vec![0, 1, 77, 77]),
        (step, Some(12), vec![first, first + 1, first + 2, 77]),
        (step * 3, Some(4), vec![first * 3, 77, 77, 77]),
    ] {
        let target = device.data(&[77; 4]);
        let group = device.group(
            &layout,
            &[
                Bound { binding: 0, buffer: &target, offset: 0, size: None },
                Bound { binding: 1, buffer: &source, offset, size },
            ],
        );
        device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        facts.words(&device.all(&target, 4).await, &wanted);
    }
}

async fn offsets_come_with_bindings<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (step, uniform) = (device.limit(Limit::StorageAlignment), device.limit(Limit::UniformAlignment));
    let layout = device.layout(&[
        Slot { dynamic: true, ..slot(1, Kind::ReadOnly) },
        Slot { dynamic: true, ..slot(0, Kind::Storage) },
        Slot { dynamic: true, ..slot(4, Kind::Uniform) },
    ]);
    let shader = device.shader(
        "@group(0) @binding(0) var<storage, read_write> to: array<u32, 2>;
        @group(0) @binding(1) var<storage, read> by: array<u32, 2>;
        @group(0) @binding(4) var<uniform> add: u32;
        @compute @workgroup_size(1) fn main() { to[0] = by[0] + add; to[1] = by[1] + add; }",
    );
    let layouts = device.pipeline_layout(&[Some(&layout)], 0);
    let pipeline =
        device.pipeline(Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] });
    let length = step as usize * 3 / 4;
    let words: Vec<u32> = (0..length as u32).collect();
    let (to, by) = (device.data(&vec![0; length]), device.data(&words));
    let add = device.buffer(uniform * 2, UNIFORM | COPY_DST);
    device.write(&add, 0, &1_000_u32.to_le_bytes());
    device.write(&add, uniform, &2_000_u32.to_le_bytes());
    let part = |binding, buffer, size| Bound { binding, buffer, offset: 0, size: Some(size) };
    let group = device.group(&layout, &[part(0, &to, 8), part(1, &by, 8), part(4, &add, 4)]);
    let step_words = step as u32 / 4;
    device.pass(|pass| {
        device.set_pipeline(pass, &pipeline);
        // In the order of the bindings, whatever that of the layout.
        for offsets in [[0, step as u32, 0], [step as u32 * 2, 0, uniform as u32]] {
            device.bind(pass, 0, &group, &offsets);
            device.dispatch(pass, [1, 1, 1]);
        }
    });
    let mut wanted = vec![0; length];
    wanted[..2].copy_from_slice(&[step_words + 1_000, step_words + 1_001]);
    wanted[step as usize / 2..][..2].copy_from_slice(&[2_000, 2_001]);
    facts.words(&device.all(&to, length).await, &wanted);
}

async fn bindings_stay_when_the_pipeline_changes<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let layouts = device.pipeline_layout(&[Some(&layout)], 0);
    let made = |body: &str| {
        let shader = device.shader(&main_of(body));
        device.pipeline(Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] })
    };
    let (add, double) = (made("out[0] += 5u;"), made("out[0] *= 2u;"));
    let buffer = device.data(&[1]);
    let group = device.whole(&layout, &[&buffer]);
    device.pass(|pass| {
        device.bind(pass, 0, &group, &[]);
        for pipeline in [&add, &double, &add] {
            device.set_pipeline(pass, pipeline);
            device.dispatch(pass, [1, 1, 1]);
        }
    });
    facts.words(&device.all(&buffer, 1).await, &[17]);
}

async fn bindings_are_replaced<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let pipeline = device.plain(&main_of("out[0] += 1u;"));
    let (first, second) = (device.data(&[10]), device.data(&[20]));
    let groups = [&first, &second].map(|buffer| device.bound(&pipeline, &[buffer]));
    device.pass(|pass| {
        device.bind(pass, 0, &groups[1], &[]);
        device.set_pipeline(pass, &pipeline);
        device.bind(pass, 0, &groups[0], &[]);
        device.dispatch(pass, [1, 1, 1]);
        device.bind(pass, 0, &groups[1], &[]);
        device.dispatch(pass, [1, 1, 1]);
        device.dispatch(pass, [1, 1, 1]);
    });
    facts.words(&device.all(&first, 1).await, &[11]);
    facts.words(&device.all(&second, 1).await, &[22]);
}

/// Groups of a layout with two places for storage, each bound to the same buffer of 16 bytes.
async fn bound<F: Front>(front: &F, facts: &mut Facts, all: &[(&[u32], bool)]) {
    let device = front.open(Wants::default()).await;
    let layout = device.layout(&[slot(0, Kind::ReadOnly), slot(3, Kind::ReadOnly)]);
    let buffer = device.data(&[0; 4]);
    for &(bindings, is_right) in all {
        let part = |binding: &u32| Bound { binding: *binding, buffer: &buffer, offset: 0, size: None };
        let parts: Vec<_> = bindings.iter().map(part).collect();
        let fault = device.caught(|| drop(device.group(&layout, &parts))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn groups_have_as_many_bindings_as_layouts<F: Front>(front: &F, facts: &mut Facts) {
    bound(
        front,
        facts,
        &[(&[0, 3], true), (&[0], false), (&[], false), (&[0, 3, 1], false), (&[3, 0], true)],
    )
    .await;
}

async fn groups_have_the_bindings_of_layouts<F: Front>(front: &F, facts: &mut Facts) {
    bound(front, facts, &[(&[0, 1], false), (&[3, 3], false), (&[4, 5], false), (&[0, 3], true)]).await;
}

/// A part of a buffer as the only binding of a layout.
async fn part_of<D: Device>(
    device: &D,
    facts: &mut Facts,
    kind: Slot,
    all: &[(u32, u64, u64, Option<u64>, bool)],
) {
    let layout = device.layout(&[kind]);
    for &(usage, length, offset, size, is_right) in all {
        let buffer = device.buffer(length, usage);
        let part = Bound { binding: kind.binding, buffer: &buffer, offset, size };
        let fault = device.caught(|| drop(device.group(&layout, &[part]))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn bindings_take_usages<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let all = |usage, is_right| (usage, 16, 0, None, is_right);
    let storage = [all(STORAGE, true), all(UNIFORM, false), all(COPY_SRC | COPY_DST, false), all(DATA, true)];
    part_of(&device, facts, slot(0, Kind::Storage), &storage).await;
    part_of(&device, facts, slot(1, Kind::ReadOnly), &storage).await;
    let uniform = [all(UNIFORM, true), all(STORAGE, false), all(DATA, false), all(UNIFORM | STORAGE, true)];
    part_of(&device, facts, slot(2, Kind::Uniform), &uniform).await;
}

async fn bindings_are_at_multiples<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (storage, uniform) = (device.limit(Limit::StorageAlignment), device.limit(Limit::UniformAlignment));
    for (kind, usage, step) in [(Kind::Storage, STORAGE, storage), (Kind::Uniform, UNIFORM, uniform)] {
        let at = |offset, is_right| (usage, step * 4, offset, Some(16), is_right);
        let all = [at(0, true), at(step, true), at(step / 2, false), at(step + 2, false), at(step * 3, true)];
        part_of(&device, facts, slot(0, kind), &all).await;
    }
}

async fn bindings_end_within_buffers<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let step = device.limit(Limit::StorageAlignment);
    let part = |offset, size, is_right| (STORAGE, step * 2, offset, size, is_right);
    let all = [
        part(0, None, true),
        part(step, Some(step), true),
        part(step, Some(step + 4), false),
        part(0, Some(step * 2 + 4), false),
        part(step * 2, None, false),
        part(step * 2, Some(4), false),
        part(step * 3, Some(4), false),
        part(u64::MAX - step + 1, Some(step), false),
    ];
    part_of(&device, facts, slot(0, Kind::Storage), &all).await;
}

async fn bindings_have_as_much_as_layouts_ask<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let part = |length, size, is_right| (STORAGE, length, 0, size, is_right);
    let all = [
        part(64, None, true),
        part(64, Some(32), true),
        part(64, Some(28), false),
        part(28, None, false),
        part(32, None, true),
    ];
    part_of(&device, facts, Slot { least: 32, ..slot(0, Kind::Storage) }, &all).await;
}

async fn storage_is_of_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let part = |length, size, is_right| (STORAGE, length, 0, size, is_right);
    let all =
        [part(64, Some(6), false), part(64, Some(8), true), part(63, None, false), part(63, Some(60), true)];
    part_of(&device, facts, slot(0, Kind::ReadOnly), &all).await;
}

async fn layouts_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let (layout, buffer) = (other.layout(&[slot(0, Kind::Storage)]), device.data(&[0; 4]));
    let fault = device.caught(|| drop(device.whole(&layout, &[&buffer]))).await;
    facts.fault(fault, VALIDATION);
}

async fn what_is_bound_is_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let (layout, buffer) = (device.layout(&[slot(0, Kind::Storage)]), other.data(&[0; 4]));
    let fault = device.caught(|| drop(device.whole(&layout, &[&buffer]))).await;
    facts.fault(fault, VALIDATION);
}

async fn no_invalid_buffer_is_bound<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    device.push(Filter::Validation);
    let buffer = device.buffer(16, 0);
    facts.fault(device.pop().await, VALIDATION);
    facts.fault(device.caught(|| drop(device.whole(&layout, &[&buffer]))).await, VALIDATION);
}
