//! Shaders that are wrong, and who hears of errors.

use crate::bindings::*;
use crate::kit::{program, Kit, MULTIPLY_ADD};

pub async fn compilation() {
    let kit = Kit::new().await;
    let good = kit.well(|| kit.shader(MULTIPLY_ADD)).await;
    assert!(good.get_compilation_info().await.messages().is_empty());
    let bad = kit
        .refused("unknown", || kit.shader("// é\n@compute @workgroup_size(1) fn main() { unknown(); }"))
        .await;
    let messages = bad.get_compilation_info().await.messages();
    let message = &messages[0];
    assert!(matches!(message.type_(), GpuCompilationMessageType::Error), "{}", message.message());
    assert_eq!((message.line_num(), message.line_pos(), message.offset(), message.length()), (2, 41, 45, 7));
    kit.refused("is invalid", || kit.pipeline(&bad)).await;
    // Deeper than the compiler goes.
    let deep = format!("const a = {}1{};", "(".repeat(4_000), ")".repeat(4_000));
    let deep = kit.refused("", || kit.shader(&deep)).await;
    assert_eq!(deep.get_compilation_info().await.messages().len(), 1);
    // Both kinds of pipelines.
    let made = kit.device.create_compute_pipeline_async(program(&good, None)).await;
    let group = kit.group(&made.expect("it is compiled"), &[&kit.storage(&[1]), &kit.storage(&[1])]);
    drop(group);
    let named = |name: &str| {
        let mut wanted = program(&good, None);
        wanted.compute.entry_point = Some(name.to_owned());
        wanted
    };
    let error = kit.device.create_compute_pipeline_async(named("nothing")).await.err().expect("it is not");
    let CreatePipelineErrorKind::GpuPipelineError(reason) = error.kind;
    assert!(matches!(reason, GpuPipelineErrorReason::Validation), "{error:?}");
    kit.refused("nothing", || kit.device.create_compute_pipeline(named("nothing"))).await;
    kit.refused("with a 0", || kit.device.create_compute_pipeline(named("ma\0in"))).await;
    let invalid = kit.refused("is invalid", || kit.pipeline(&bad)).await;
    kit.refused("is invalid", || invalid.get_bind_group_layout(0)).await;
}

pub async fn scopes() {
    let kit = Kit::new().await;
    assert!(kit.device.pop_error_scope().await.is_err(), "none is open");
    kit.device.push_error_scope(GpuErrorFilter::Validation);
    kit.device.push_error_scope(GpuErrorFilter::OutOfMemory);
    kit.shader("first");
    kit.shader("second");
    assert!(kit.device.pop_error_scope().await.unwrap().is_none(), "it is of another kind");
    let error = kit.device.pop_error_scope().await.unwrap().expect("it is caught");
    assert!(matches!(error.kind(), GpuErrorKind::ValidationError));
    assert!(error.message().contains("first"), "{}", error.message());
}

pub async fn uncaptured() {
    let kit = Kit::new().await;
    let mut errors = kit.device.on_uncaptured_error();
    kit.shader("one");
    kit.device.push_error_scope(GpuErrorFilter::Validation);
    kit.shader("two");
    kit.device.pop_error_scope().await.unwrap().expect("it is caught");
    kit.shader("three");
    for text in ["one", "three"] {
        let error = errors.next().await.expect("there is one more");
        assert!(error.message().contains(text), "{}", error.message());
    }
    drop(errors);
    // Nobody hears of these.
    for _ in 0..200 {
        kit.device.create_sampler(None);
    }
}

/// With a budget of so many rounds.
pub async fn loops(rounds: u32) {
    let kit = Kit::new().await;
    let mut errors = kit.device.on_uncaptured_error();
    let shader = kit.shader(
        "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
        @compute @workgroup_size(1) fn main() { loop { data[0] += 1u; } }",
    );
    let (pipeline, data) = (kit.pipeline(&shader), kit.storage(&[0]));
    let group = kit.group(&pipeline, &[&data]);
    kit.dispatch(&pipeline, &group, 1);
    kit.queue.on_submitted_work_done().await;
    assert_eq!(kit.read(&data).await, [rounds]);
    let error = errors.next().await.expect("it is told");
    assert!(matches!(error.kind(), GpuErrorKind::InternalError));
    let message = error.message();
    assert!(message.contains("line 2") && message.contains(&format!("{rounds} times")), "{message}");
}
