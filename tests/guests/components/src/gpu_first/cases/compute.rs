//! What is computed.

use crate::bindings::*;
use crate::kit::{program, Kit, COPY_DST, COPY_SRC, INDIRECT, MULTIPLY_ADD, QUERY_RESOLVE};

pub fn computes() {
    let kit = Kit::new();
    let (x, y): (Vec<u32>, Vec<u32>) = (0..1000).map(|i| (i, i * i)).unzip();
    let (xs, ys) = (kit.storage(&x), kit.storage(&y));
    let pipeline = kit.pipeline(&kit.shader(MULTIPLY_ADD));
    let group = kit.group(&pipeline, &[&ys, &xs]);
    for _ in 0..3 {
        kit.dispatch(&pipeline, &group, 16);
    }
    let wanted: Vec<u32> = x.iter().zip(&y).map(|(x, y)| y + 9 * x).collect();
    assert_eq!(kit.read(&ys), wanted);
    // Cleared in part, and copied.
    let encoder = kit.device.create_command_encoder(None);
    encoder.clear_buffer(&ys, Some(8), Some(4));
    encoder.copy_buffer_to_buffer(&xs, 4, &ys, 0, 4);
    kit.submit(&encoder);
    let read = kit.read(&ys);
    assert_eq!(read[..4], [1, wanted[1], 0, wanted[3]]);
}

pub fn constants() {
    let kit = Kit::new();
    let shader = kit.shader(
        "override by: u32 = 2; override named: f32;
        @group(0) @binding(0) var<storage, read_write> data: array<u32>;
        @compute @workgroup_size(1) fn main() { data[0] = data[0] * by + u32(named); }",
    );
    let values = RecordGpuPipelineConstantValue::new();
    values.add("by", 5.0);
    values.add("named", 3.0);
    assert_eq!(values.get("by"), Some(5.0));
    assert_eq!(values.entries(), [("by".to_owned(), 5.0), ("named".to_owned(), 3.0)]);
    let pipeline = kit.well(|| kit.device.create_compute_pipeline(program(&shader, Some(values))));
    let data = kit.storage(&[10]);
    kit.dispatch(&pipeline, &kit.group(&pipeline, &[&data]), 1);
    assert_eq!(kit.read(&data), [53]);
    kit.refused("", || kit.pipeline(&shader));
}

pub fn indirect() {
    let kit = Kit::new();
    let usage = INDIRECT | COPY_DST;
    let groups = kit.buffer(16, usage);
    kit.write(&groups, 4, &[2, 1, 1]);
    let shader = kit.shader(
        "@group(0) @binding(0) var<storage, read_write> count: atomic<u32>;
        @compute @workgroup_size(1) fn main() { atomicAdd(&count, 1u); }",
    );
    let (pipeline, data) = (kit.pipeline(&shader), kit.storage(&[0]));
    let group = kit.group(&pipeline, &[&data]);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, Some(&group), None, None, None).unwrap();
    pass.dispatch_workgroups_indirect(&groups, 4);
    pass.end();
    kit.well(|| kit.submit(&encoder));
    assert_eq!(kit.read(&data), [2]);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.dispatch_workgroups_indirect(&groups, 8);
    pass.end();
    kit.refused("are not all within", || encoder.finish(None));
}

pub fn timestamps() {
    let kit = Kit::with(Some(vec![GpuFeatureName::TimestampQuery]), None);
    assert!(kit.device.features().has("timestamp-query"));
    let wanted = |type_, count| GpuQuerySetDescriptor { type_, count, label: None };
    let set = kit.device.create_query_set(&wanted(GpuQueryType::Timestamp, 4)).unwrap();
    assert_eq!((set.count(), set.type_()), (4, GpuQueryType::Timestamp));
    let usage = QUERY_RESOLVE | COPY_SRC;
    let stamps = kit.buffer(32, usage);
    let encoder = kit.device.create_command_encoder(None);
    let writes = |begin, end| GpuComputePassDescriptor {
        timestamp_writes: Some(GpuComputePassTimestampWrites {
            query_set: &set,
            beginning_of_pass_write_index: begin,
            end_of_pass_write_index: end,
        }),
        label: None,
    };
    encoder.begin_compute_pass(Some(&writes(Some(1), Some(2)))).end();
    encoder.resolve_query_set(&set, 1, 2, &stamps, 0);
    kit.well(|| kit.submit(&encoder));
    let read = kit.read(&stamps);
    assert!((read[3], read[2]) >= (read[1], read[0]) && read[..4] != [0; 4], "{read:?}");
    for (begin, end) in [(Some(4), None), (Some(1), Some(1)), (None, None)] {
        let encoder = kit.device.create_command_encoder(None);
        encoder.begin_compute_pass(Some(&writes(begin, end))).end();
        kit.refused("", || encoder.finish(None));
    }
    let encoder = kit.device.create_command_encoder(None);
    encoder.resolve_query_set(&set, 3, 2, &stamps, 0);
    kit.refused("has 4 queries", || encoder.finish(None));
    set.destroy();
    let encoder = kit.device.create_command_encoder(None);
    encoder.resolve_query_set(&set, 0, 1, &stamps, 0);
    kit.refused("is invalid", || encoder.finish(None));
    let occlusion = || kit.device.create_query_set(&wanted(GpuQueryType::Occlusion, 1));
    assert_eq!(kit.refused("occlusion", occlusion).unwrap().type_(), GpuQueryType::Occlusion);
    let without = Kit::new();
    let error = without.device.create_query_set(&wanted(GpuQueryType::Timestamp, 1)).err().unwrap();
    assert!(matches!(error.kind, CreateQuerySetErrorKind::TypeError), "{error:?}");
}
