//! Encoders, submitting, bindings.

use crate::bindings::*;
use crate::kit::{
    bytes, part, program, whole, Kit, COMPUTE, COPY_DST, MAP_READ, MULTIPLY_ADD, READ, STORAGE,
};

pub fn encoders() {
    let kit = Kit::new();
    let buffer = kit.storage(&[0; 4]);
    // What is wrong is told of at the end, and makes all of it invalid.
    let encoder = kit.device.create_command_encoder(None);
    kit.well(|| encoder.clear_buffer(&buffer, Some(8), Some(16)));
    let commands = kit.refused("are not all within", || encoder.finish(None));
    kit.refused("is invalid", || kit.queue.submit(&[&commands]));
    kit.refused("is finished", || encoder.clear_buffer(&buffer, None, None));
    kit.refused("is finished", || encoder.finish(None));
    // A pass that is open.
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    kit.refused("a pass is open", || encoder.finish(None));
    drop(pass);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    kit.well(|| encoder.clear_buffer(&buffer, None, None));
    pass.end();
    kit.refused("a pass is open", || encoder.finish(None));
    // Two of them, the second of which is nobody's.
    let encoder = kit.device.create_command_encoder(None);
    let (first, second) = (encoder.begin_compute_pass(None), encoder.begin_compute_pass(None));
    second.dispatch_workgroups(1, None, None);
    second.end();
    first.end();
    kit.refused("the pass is ended", || first.end());
    kit.refused("a pass is open", || encoder.finish(None));
    // Debug groups.
    let encoder = kit.device.create_command_encoder(None);
    encoder.push_debug_group("one");
    let pass = encoder.begin_compute_pass(None);
    pass.push_debug_group("two");
    pass.insert_debug_marker("here");
    pass.pop_debug_group();
    pass.end();
    encoder.insert_debug_marker("there");
    encoder.pop_debug_group();
    kit.well(|| kit.submit(&encoder));
    let encoder = kit.device.create_command_encoder(None);
    encoder.pop_debug_group();
    kit.refused("no debug group", || encoder.finish(None));
    let encoder = kit.device.create_command_encoder(None);
    encoder.push_debug_group("one");
    kit.refused("debug groups are open", || encoder.finish(None));
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.push_debug_group("one");
    pass.end();
    kit.refused("debug groups of the pass", || encoder.finish(None));
}

pub fn submitting() {
    let kit = Kit::new();
    let other = Kit::new();
    let buffer = kit.storage(&[0; 4]);
    let commands = |size| {
        let encoder = kit.device.create_command_encoder(None);
        encoder.clear_buffer(&buffer, None, Some(size));
        encoder.finish(None)
    };
    kit.well(|| kit.queue.submit(&[&commands(4), &commands(8)]));
    kit.well(|| kit.queue.submit(&[]));
    // Once.
    let once = commands(4);
    kit.queue.submit(&[&once]);
    kit.refused("submitted already", || kit.queue.submit(&[&once]));
    // To its own device.
    other.refused("another device", || other.queue.submit(&[&commands(4)]));
    let strange = other.storage(&[0; 4]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&strange, 0, &buffer, 0, 16);
    kit.refused("another device", || encoder.finish(None));
    kit.refused("another device", || kit.queue.write_buffer_with_copy(&strange, 0, &[0; 4], None, None))
        .unwrap();
    // All of them or none.
    let mapped = kit.buffer(16, MAP_READ | COPY_DST);
    let first = kit.device.create_command_encoder(None);
    first.copy_buffer_to_buffer(&kit.storage(&[9; 4]), 0, &buffer, 0, 16);
    let second = kit.device.create_command_encoder(None);
    second.clear_buffer(&mapped, None, None);
    mapped.map_async(READ, None, None).unwrap();
    let (first, second) = (first.finish(None), second.finish(None));
    kit.refused("mapped", || kit.queue.submit(&[&first, &second]));
    assert_eq!(kit.read(&buffer), [0; 4]);
    // What was destroyed in between.
    let gone = kit.storage(&[0; 4]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&gone, 0, &buffer, 0, 16);
    let commands = encoder.finish(None);
    gone.destroy();
    kit.refused("destroyed", || kit.queue.submit(&[&commands]));
    // Writing parts.
    let data = bytes(&[1, 2, 3, 4]);
    kit.queue.write_buffer_with_copy(&buffer, 4, &data, Some(4), Some(8)).unwrap();
    assert_eq!(kit.read(&buffer), [0, 2, 3, 0]);
    for (start, size) in [(0, Some(20)), (17, None), (0, Some(3)), (u64::MAX, Some(4))] {
        assert!(kit.queue.write_buffer_with_copy(&buffer, 0, &data, Some(start), size).is_err());
    }
    kit.refused("are not all within", || kit.queue.write_buffer_with_copy(&buffer, 4, &data, None, None))
        .unwrap();
    kit.queue.on_submitted_work_done();
}

pub fn binding() {
    let kit = Kit::new();
    let slot = |binding, type_, has_dynamic_offset| GpuBindGroupLayoutEntry {
        binding,
        visibility: COMPUTE,
        buffer: Some(GpuBufferBindingLayout {
            type_: Some(type_),
            has_dynamic_offset,
            min_binding_size: None,
        }),
        sampler: None,
        texture: None,
        storage_texture: None,
    };
    let entries = vec![
        slot(0, GpuBufferBindingType::Storage, None),
        slot(1, GpuBufferBindingType::ReadOnlyStorage, Some(true)),
    ];
    let layout = kit.device.create_bind_group_layout(&GpuBindGroupLayoutDescriptor { entries, label: None });
    let layouts = kit.device.create_pipeline_layout(&GpuPipelineLayoutDescriptor {
        bind_group_layouts: vec![Some(&layout)],
        label: None,
    });
    let shader = kit.shader(MULTIPLY_ADD);
    let mut wanted = program(&shader, None);
    wanted.layout = GpuLayoutMode::Specific(&layouts);
    let pipeline = kit.well(|| kit.device.create_compute_pipeline(wanted));
    let step = kit.device.limits().min_storage_buffer_offset_alignment();
    let mut x = vec![0; step as usize / 2];
    x[step as usize / 4] = 5;
    let (xs, ys) = (kit.storage(&x), kit.storage(&[1]));
    let of = |entries| GpuBindGroupDescriptor { layout: &layout, entries, label: None };
    let first = || GpuBindGroupEntry { binding: 0, resource: whole(&ys) };
    let second = |resource| GpuBindGroupEntry { binding: 1, resource };
    let group = kit.well(|| kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(4)))])));
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.set_pipeline(&pipeline);
    let offsets = [7, step, 9];
    assert!(pass.set_bind_group(0, Some(&group), Some(&offsets), Some(2), Some(2)).is_err());
    pass.set_bind_group(0, None, None, None, None).unwrap();
    pass.set_bind_group(0, Some(&group), Some(&offsets), Some(1), Some(1)).unwrap();
    pass.dispatch_workgroups(1, Some(1), Some(1));
    pass.end();
    kit.well(|| kit.submit(&encoder));
    assert_eq!(kit.read(&ys), [16]);
    kit.refused("reaches beyond", || {
        kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(1 << 40)))]))
    });
    let nothing = kit.buffer(0, STORAGE);
    kit.refused("has no bytes", || kit.device.create_bind_group(&of(vec![first(), second(whole(&nothing))])));
    kit.refused("has no bytes", || {
        kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(0)))]))
    });
    kit.refused("", || kit.device.create_bind_group(&of(vec![first()])));
    let nothing =
        vec![GpuBindGroupLayoutEntry { buffer: None, ..slot(0, GpuBufferBindingType::Uniform, None) }];
    let invalid = kit.refused("is for nothing", || {
        let wanted = GpuBindGroupLayoutDescriptor { entries: nothing, label: None };
        kit.device.create_bind_group_layout(&wanted)
    });
    kit.refused("is invalid", || {
        kit.device.create_pipeline_layout(&GpuPipelineLayoutDescriptor {
            bind_group_layouts: vec![None, Some(&invalid)],
            label: None,
        })
    });
    // Stages that there are not.
    let strange =
        vec![GpuBindGroupLayoutEntry { visibility: 8, ..slot(0, GpuBufferBindingType::Uniform, None) }];
    kit.refused("a stage that there is not", || {
        let wanted = GpuBindGroupLayoutDescriptor { entries: strange, label: None };
        kit.device.create_bind_group_layout(&wanted)
    });
}
