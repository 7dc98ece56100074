//! Shaders that are wrong, and who hears of errors.

use crate::bindings::wasi::io::poll::poll;
use crate::bindings::*;
use crate::kit::{program, Kit, MULTIPLY_ADD};

pub fn compilation() {
    let kit = Kit::new();
    let good = kit.well(|| kit.shader(MULTIPLY_ADD));
    assert!(good.get_compilation_info().messages().is_empty());
    let bad =
        kit.refused("unknown", || kit.shader("// é\n@compute @workgroup_size(1) fn main() { unknown(); }"));
    let messages = bad.get_compilation_info().messages();
    let message = &messages[0];
    assert!(matches!(message.type_(), GpuCompilationMessageType::Error), "{}", message.message());
    assert_eq!((message.line_num(), message.line_pos(), message.offset(), message.length()), (2, 41, 45, 7));
    kit.refused("is invalid", || kit.pipeline(&bad));
    // Deeper than the compiler goes.
    let deep = format!("const a = {}1{};", "(".repeat(4_000), ")".repeat(4_000));
    let deep = kit.refused("", || kit.shader(&deep));
    assert_eq!(deep.get_compilation_info().messages().len(), 1);
    // Both kinds of pipelines.
    let made = kit.device.create_compute_pipeline_async(program(&good, None));
    let group = kit.group(&made.expect("it is compiled"), &[&kit.storage(&[1]), &kit.storage(&[1])]);
    drop(group);
    let named = |name: &str| {
        let mut wanted = program(&good, None);
        wanted.compute.entry_point = Some(name.to_owned());
        wanted
    };
    let error = kit.device.create_compute_pipeline_async(named("nothing")).err().expect("it is not");
    let CreatePipelineErrorKind::GpuPipelineError(reason) = error.kind;
    assert!(matches!(reason, GpuPipelineErrorReason::Validation), "{error:?}");
    kit.refused("nothing", || kit.device.create_compute_pipeline(named("nothing")));
    kit.refused("with a 0", || kit.device.create_compute_pipeline(named("ma\0in")));
    let invalid = kit.refused("is invalid", || kit.pipeline(&bad));
    kit.refused("is invalid", || invalid.get_bind_group_layout(0));
}

pub fn scopes() {
    let kit = Kit::new();
    assert!(kit.device.pop_error_scope().is_err(), "none is open");
    kit.device.push_error_scope(GpuErrorFilter::Validation);
    kit.device.push_error_scope(GpuErrorFilter::OutOfMemory);
    kit.shader("first");
    kit.shader("second");
    assert!(kit.device.pop_error_scope().unwrap().is_none(), "it is of another kind");
    let error = kit.device.pop_error_scope().unwrap().expect("it is caught");
    assert!(matches!(error.kind(), GpuErrorKind::ValidationError));
    assert!(error.message().contains("first"), "{}", error.message());
}

pub fn uncaptured() {
    let kit = Kit::new();
    let first = kit.device.onuncapturederror_subscribe();
    assert!(!first.ready(), "there is none yet");
    kit.refused("", || kit.shader("caught"));
    assert!(!first.ready(), "a scope caught it");
    kit.shader("one");
    first.block();
    assert!(first.ready(), "it stays ready");
    // Who asks later is told of later ones.
    let second = kit.device.onuncapturederror_subscribe();
    assert!(!second.ready());
    assert_eq!(poll(&[&second, &first]), [1]);
    kit.device.create_sampler(None);
    second.block();
    // None comes any more.
    let third = kit.device.onuncapturederror_subscribe();
    assert!(!third.ready());
    kit.device.destroy();
    third.block();
    let Kit { device, queue, .. } = Kit::new();
    let fourth = device.onuncapturederror_subscribe();
    assert!(!fourth.ready());
    drop((device, queue));
    fourth.block();
}

/// That a submission takes too long wakes up who waits for errors. The test has the host allow it little time.
pub fn background() {
    let kit = Kit::new();
    let long = "
        @group(0) @binding(0) var<storage, read_write> data: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
            var a = id.x;
            for (var i = 0u; i < 20000u; i++) { a = a * 1664525u + 1013904223u; }
            data[id.x % 64u] = a;
        }";
    let pipeline = kit.pipeline(&kit.shader(long));
    let data = kit.storage(&[1; 64]);
    let group = kit.group(&pipeline, &[&data]);
    let told = kit.device.onuncapturederror_subscribe();
    assert!(!told.ready());
    kit.dispatch(&pipeline, &group, 3_000);
    told.block();
    let info = kit.device.lost();
    assert!(matches!(info.reason(), GpuDeviceLostReason::Unknown), "{}", info.message());
    assert!(info.message().contains("took longer"), "{}", info.message());
}

/// Waits for what never comes.
pub fn for_ever() {
    Kit::new().device.lost();
}
