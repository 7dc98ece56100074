//! Passes, and what is wrong with them.

use super::cases;
use crate::front::usage::{COPY_DST, DATA, INDIRECT, STORAGE};
use crate::kit::{main_of, slot, Kit, DOUBLE, VALIDATION};
use crate::{Bound, Device, Facts, Fault, Filter, Front, Kind, Limit, Program, Slot, Wants};

cases! {
    dispatches_have_few_workgroups: "api,validation,encoding,cmds,compute_pass:dispatch_sizes", Any;
    dispatches_take_a_pipeline: "api,validation,encoding,cmds,compute_pass:set_pipeline", Any;
    pipelines_of_passes_are_of_one_device: "api,validation,encoding,cmds,compute_pass:pipeline,device_mismatch", Any;
    dispatches_take_their_groups: "api,validation,encoding,programmable,pipeline_bind_group_compat:bind_groups_and_pipeline_layout_mismatch", Any;
    groups_fit_pipelines: "api,validation,encoding,programmable,pipeline_bind_group_compat:bgl_resource_type_mismatch", Any;
    bindings_fit_pipelines: "api,validation,encoding,programmable,pipeline_bind_group_compat:bgl_binding_mismatch", Any;
    groups_of_one_pipeline_are_not_for_others: "api,validation,encoding,programmable,pipeline_bind_group_compat:default_bind_group_layouts_never_match,compute_pass", Any;
    dispatches_take_as_much_as_their_shaders: "api,validation,createBindGroup:minBindingSize", Any;
    groups_are_bound_at_valid_places: "api,validation,encoding,cmds,setBindGroup:state_and_binding_index", Any;
    groups_of_passes_are_of_one_device: "api,validation,encoding,cmds,setBindGroup:bind_group,device_mismatch", Any;
    offsets_are_as_many_as_layouts_say: "api,validation,encoding,cmds,setBindGroup:dynamic_offsets_passed_but_not_expected", Any;
    offsets_are_multiples_and_within: "api,validation,encoding,cmds,setBindGroup:buffer_dynamic_offsets", Any;
    sizes_of_dispatches_are_within_buffers: "api,validation,encoding,cmds,compute_pass:indirect_dispatch_buffer_state", Any;
    sizes_of_dispatches_take_a_usage: "api,validation,encoding,cmds,compute_pass:indirect_dispatch_buffer,usage", Any;
    sizes_of_dispatches_are_of_one_device: "api,validation,encoding,cmds,compute_pass:indirect_dispatch_buffer,device_mismatch", Any;
    what_is_written_is_bound_for_that_alone: "api,validation,resource_usages,buffer,in_pass_encoder:subresources,buffer_usage_in_one_compute_pass_with_one_dispatch", Any;
    what_is_read_may_be_bound_twice: "api,validation,resource_usages,buffer,in_pass_encoder:subresources,buffer_usage_in_one_compute_pass_with_one_dispatch", Any;
    passes_are_ended: "api,validation,encoding,encoder_state:pass_end_none", Any;
    nothing_is_recorded_beside_a_pass: "api,validation,encoding,encoder_state:pass_end_invalid_order", Any;
    debug_groups_are_balanced: "api,validation,encoding,cmds,debug:debug_group_balanced", Any,
        not Core "there are no debug groups";
    debug_groups_of_passes_are_balanced: "api,validation,encoding,cmds,debug:debug_group", Any,
        not Core "there are no debug groups";
}

async fn dispatches_have_few_workgroups<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let most = device.limit(Limit::Workgroups) as u32;
    let (pipeline, buffer) = (device.plain(&main_of("out[0] = 1u;")), device.data(&[0]));
    let group = device.bound(&pipeline, &[&buffer]);
    for (groups, wanted) in [
        ([most, 1, 0], None),
        ([most + 1, 1, 1], VALIDATION),
        ([1, most + 1, 1], VALIDATION),
        ([0, 1, most + 1], VALIDATION),
        ([u32::MAX, u32::MAX, u32::MAX], VALIDATION),
    ] {
        let act = || device.pass(|pass| device.run_in(pass, &pipeline, &group, groups));
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn dispatches_take_a_pipeline<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let act = || device.pass(|pass| device.dispatch(pass, [1, 1, 1]));
    facts.fault(device.caught(act).await, VALIDATION);
    device.push(Filter::Validation);
    let invalid = device.plain("no shader");
    facts.fault(device.pop().await, VALIDATION);
    let act = || {
        device.pass(|pass| {
            device.set_pipeline(pass, &invalid);
            device.dispatch(pass, [1, 1, 1]);
        });
    };
    facts.fault(device.caught(act).await, VALIDATION);
}

async fn pipelines_of_passes_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let strange = other.plain("@compute @workgroup_size(1) fn main() {}");
    let act = || device.pass(|pass| device.set_pipeline(pass, &strange));
    facts.fault(device.caught(act).await, VALIDATION);
}

/// A pipeline of the shader that doubles, with a layout for its first group.
fn doubling<D: Device>(device: &D, layout: &D::Layout) -> D::Pipeline {
    let (shader, layouts) = (device.shader(DOUBLE), device.pipeline_layout(&[Some(layout)], 0));
    device.pipeline(Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] })
}

async fn dispatches_take_their_groups<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let (pipeline, buffer) = (doubling(&device, &layout), device.data(&[1]));
    let group = device.whole(&layout, &[&buffer]);
    for (places, wanted) in [(&[0][..], None), (&[], VALIDATION), (&[1], VALIDATION), (&[1, 0], None)] {
        let act = || {
            device.pass(|pass| {
                device.set_pipeline(pass, &pipeline);
                places.iter().for_each(|place| device.bind(pass, *place, &group, &[]));
                device.dispatch(pass, [1, 1, 1]);
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}

/// Dispatches a pipeline that takes storage, with a group of another layout.
async fn other_layout<F: Front>(front: &F, facts: &mut Facts, all: &[(Slot, Option<Fault>)]) {
    let device = front.open(Wants::default()).await;
    let pipeline = doubling(&device, &device.layout(&[slot(0, Kind::Storage)]));
    let buffer = device.buffer(1_024, DATA | crate::usage::UNIFORM);
    for (slot, wanted) in all {
        let layout = device.layout(&[*slot]);
        let part = Bound { binding: slot.binding, buffer: &buffer, offset: 0, size: None };
        let group = device.group(&layout, &[part]);
        let act = || device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        facts.fault(device.caught(act).await, *wanted);
    }
}

async fn groups_fit_pipelines<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        (slot(0, Kind::Storage), None),
        (slot(0, Kind::ReadOnly), VALIDATION),
        (slot(0, Kind::Uniform), VALIDATION),
        (Slot { least: 16, ..slot(0, Kind::Storage) }, VALIDATION),
    ];
    other_layout(front, facts, &all).await;
}

async fn bindings_fit_pipelines<F: Front>(front: &F, facts: &mut Facts) {
    other_layout(front, facts, &[(slot(0, Kind::Storage), None), (slot(1, Kind::Storage), VALIDATION)]).await;
}

async fn groups_of_one_pipeline_are_not_for_others<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (pipeline, other, buffer) = (device.plain(DOUBLE), device.plain(DOUBLE), device.data(&[1]));
    for (of, wanted) in [(&pipeline, None), (&other, VALIDATION)] {
        let group = device.bound(of, &[&buffer]);
        let act = || device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn dispatches_take_as_much_as_their_shaders<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // The layout leaves it to the shader.
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let shader = device.shader(
        "@group(0) @binding(0) var<storage, read_write> data: array<u32, 8>;
        @compute @workgroup_size(1) fn main() { data[0] = 1u; }",
    );
    let layouts = device.pipeline_layout(&[Some(&layout)], 0);
    let pipeline =
        device.pipeline(Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] });
    for (size, wanted) in [(32, None), (64, None), (28, VALIDATION), (4, VALIDATION)] {
        let buffer = device.buffer(size, STORAGE);
        let group = device.whole(&layout, &[&buffer]);
        let act = || device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn groups_are_bound_at_valid_places<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let most = device.limit(Limit::BindGroups) as u32;
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let buffer = device.data(&[0; 4]);
    let group = device.whole(&layout, &[&buffer]);
    for (place, wanted) in [(0, None), (most - 1, None), (most, VALIDATION), (u32::MAX, VALIDATION)] {
        let act = || device.pass(|pass| device.bind(pass, place, &group, &[]));
        facts.fault(device.caught(act).await, wanted);
    }
    device.push(Filter::Validation);
    let invalid = device.group(&layout, &[]);
    facts.fault(device.pop().await, VALIDATION);
    let act = || device.pass(|pass| device.bind(pass, 0, &invalid, &[]));
    facts.fault(device.caught(act).await, VALIDATION);
}

async fn groups_of_passes_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let (layout, buffer) = (other.layout(&[slot(0, Kind::Storage)]), other.data(&[0; 4]));
    let strange = other.whole(&layout, &[&buffer]);
    let act = || device.pass(|pass| device.bind(pass, 0, &strange, &[]));
    facts.fault(device.caught(act).await, VALIDATION);
}

/// Binds a group of one place, with offsets.
async fn offset<D: Device>(device: &D, facts: &mut Facts, dynamic: bool, all: &[(&[u32], Option<Fault>)]) {
    let step = device.limit(Limit::StorageAlignment);
    let layout = device.layout(&[Slot { dynamic, ..slot(0, Kind::Storage) }]);
    let buffer = device.buffer(step * 3, STORAGE);
    let group =
        device.group(&layout, &[Bound { binding: 0, buffer: &buffer, offset: 0, size: Some(step * 2) }]);
    for &(offsets, wanted) in all {
        let act = || device.pass(|pass| device.bind(pass, 0, &group, offsets));
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn offsets_are_as_many_as_layouts_say<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    offset(&device, facts, false, &[(&[], None), (&[0], VALIDATION)]).await;
    offset(&device, facts, true, &[(&[0], None), (&[], VALIDATION), (&[0, 0], VALIDATION)]).await;
}

async fn offsets_are_multiples_and_within<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let step = device.limit(Limit::StorageAlignment) as u32;
    let all: [(&[_], _); 5] = [
        (&[step], None),
        (&[step / 2], VALIDATION),
        (&[4], VALIDATION),
        (&[step * 2], VALIDATION),
        (&[u32::MAX - step + 1], VALIDATION),
    ];
    offset(&device, facts, true, &all).await;
}

/// Dispatches as many workgroups as a buffer says.
async fn indirect<D: Device>(device: &D, buffer: &D::Buffer, offset: u64) -> Option<Fault> {
    let pipeline = device.plain("@compute @workgroup_size(1) fn main() {}");
    let act = || {
        device.pass(|pass| {
            device.set_pipeline(pass, &pipeline);
            device.dispatch_indirect(pass, buffer, offset);
        });
    };
    device.caught(act).await
}

async fn sizes_of_dispatches_are_within_buffers<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer(24, INDIRECT | COPY_DST);
    for (offset, wanted) in [
        (0, None),
        (12, None),
        (4, None),
        (16, VALIDATION),
        (2, VALIDATION),
        (24, VALIDATION),
        (u64::MAX - 3, VALIDATION),
    ] {
        facts.fault(indirect(&device, &buffer, offset).await, wanted);
    }
}

async fn sizes_of_dispatches_take_a_usage<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, wanted) in [(INDIRECT, None), (DATA, VALIDATION), (INDIRECT | STORAGE, None)] {
        let buffer = device.buffer(12, usage);
        facts.fault(indirect(&device, &buffer, 0).await, wanted);
    }
}

async fn sizes_of_dispatches_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    facts.fault(indirect(&device, &other.buffer(12, INDIRECT), 0).await, VALIDATION);
}

/// Dispatches a shader that reads one buffer and writes another, with one buffer for both.
async fn both<F: Front>(front: &F, facts: &mut Facts, access: &str, body: &str, wanted: Option<Fault>) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "@group(0) @binding(0) var<storage, {access}> a: array<u32>;
        @group(0) @binding(1) var<storage, read> b: array<u32>;
        @compute @workgroup_size(1) fn main() {{ {body} }}"
    );
    let (pipeline, buffer) = (device.plain(&text), device.data(&[0; 4]));
    let act = || device.run(&pipeline, &[&buffer, &buffer], [1, 1, 1]);
    facts.fault(device.caught(act).await, wanted);
}

async fn what_is_written_is_bound_for_that_alone<F: Front>(front: &F, facts: &mut Facts) {
    both(front, facts, "read_write", "a[0] = b[0];", VALIDATION).await;
}

async fn what_is_read_may_be_bound_twice<F: Front>(front: &F, facts: &mut Facts) {
    both(front, facts, "read", "_ = a[0] + b[0];", None).await;
}

async fn passes_are_ended<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.push(Filter::Validation);
    let mut encoder = device.encoder();
    let pass = device.begin(&mut encoder, None);
    device.submit(vec![encoder]);
    facts.fault(device.pop().await, VALIDATION);
    drop(pass);
}

async fn nothing_is_recorded_beside_a_pass<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[1]);
    device.push(Filter::Validation);
    let mut encoder = device.encoder();
    let pass = device.begin(&mut encoder, None);
    device.clear(&mut encoder, &buffer, 0, 4);
    device.end(pass);
    device.submit(vec![encoder]);
    facts.fault(device.pop().await, VALIDATION);
    facts.words(&device.all(&buffer, 1).await, &[1]);
}

async fn debug_groups_are_balanced<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (opens, wanted) in [
        (&[true, false][..], None),
        (&[true, true, false, false], None),
        (&[true], VALIDATION),
        (&[false], VALIDATION),
        (&[true, false, false], VALIDATION),
    ] {
        let act = || {
            device.record(|encoder| {
                opens.iter().for_each(|opens| match opens {
                    true => device.open_group(encoder),
                    false => device.close_group(encoder),
                });
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn debug_groups_of_passes_are_balanced<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (opens, wanted) in
        [(&[true, false][..], None), (&[true], VALIDATION), (&[false], VALIDATION), (&[], None)]
    {
        let act = || {
            device.pass(|pass| {
                opens.iter().for_each(|opens| match opens {
                    true => device.open_group_within(pass),
                    false => device.close_group_within(pass),
                });
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}
