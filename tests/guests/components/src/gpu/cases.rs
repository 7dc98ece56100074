//! The cases.

use std::future::Future;

use crate::bindings::*;
use crate::kit::{bytes, numbers, program, Kit, MULTIPLY_ADD};

pub async fn run(name: &str) {
    match name {
        "without" => without().await,
        "adapter" => adapter().await,
        "limits" => limits().await,
        "computes" => computes().await,
        "mapping" => mapping().await,
        "mapping_is_checked" => mapping_is_checked().await,
        "compilation" => compilation().await,
        "scopes" => scopes().await,
        "uncaptured" => uncaptured().await,
        "lost" => lost().await,
        "encoders" => encoders().await,
        "submitting" => submitting().await,
        "bindings" => binding().await,
        "constants" => constants().await,
        "immediates" => immediates().await,
        "indirect" => indirect().await,
        "timestamps" => timestamps().await,
        "compiling" => compiling().await,
        "ends_while_it_maps" => ends_while_it_maps().await,
        "records" => records().await,
        "concurrent" => concurrent().await,
        "graphics" => graphics().await,
        "labels" => labels().await,
        "memory" => memory().await,
        other => panic!("there is no case {other}"),
    }
}

/// A guest that was granted none.
async fn without() {
    assert!(get_gpu().request_adapter(None).await.is_none());
}

async fn adapter() {
    let gpu = get_gpu();
    assert!(gpu.wgsl_language_features().has("pointer_composite_access"));
    assert!(!gpu.wgsl_language_features().has("telepathy"));
    let device = Kit::new().await;
    for name in [
        "packed_4x8_integer_dot_product",
        "pointer_composite_access",
        "readonly_and_readwrite_storage_textures",
    ] {
        assert!(gpu.wgsl_language_features().has(name), "{name}");
        device.well(|| device.shader(&format!("requires {name};"))).await;
    }
    let options = |level: Option<&str>, fallback| GpuRequestAdapterOptions {
        feature_level: level.map(str::to_owned),
        power_preference: Some(GpuPowerPreference::HighPerformance),
        force_fallback_adapter: fallback,
        xr_compatible: None,
    };
    assert!(gpu.request_adapter(Some(options(Some("none"), None))).await.is_none());
    let adapter = gpu.request_adapter(Some(options(Some("core"), None))).await.expect("there is an adapter");
    let info = adapter.info();
    assert!(!info.description().is_empty() && info.vendor().starts_with("0x"));
    let program = gpu.request_adapter(Some(options(Some("core"), Some(true)))).await;
    assert_eq!(program.is_some(), info.is_fallback_adapter());
    assert!(info.subgroup_min_size() <= info.subgroup_max_size());
    let features = adapter.features();
    assert!(features.has("core-features-and-limits") && features.has("timestamp-query"));
    assert!(!features.has("texture-compression-bc"));
    let kit = Kit::new().await;
    assert!(!kit.device.features().has("timestamp-query"), "what was not asked for");
    assert_eq!(kit.device.adapter_info().description(), info.description());
}

async fn limits() {
    let adapter = get_gpu().request_adapter(None).await.expect("there is an adapter");
    let most = adapter.limits();
    let wanted = RecordOptionGpuSize64::new();
    wanted.add("maxComputeWorkgroupSizeZ", Some(64));
    wanted.add("maxBufferSize", Some(most.max_buffer_size()));
    wanted.add("maxTextureDimension2D", Some(1));
    wanted.add("maxBindGroups", None);
    assert_eq!(wanted.keys().len(), 4);
    assert_eq!(wanted.get("maxBindGroups"), Some(None));
    wanted.remove("maxBindGroups");
    assert!(!wanted.has("maxBindGroups") && wanted.values().len() == 3 && wanted.entries().len() == 3);
    let kit = Kit::with(None, Some(wanted)).await;
    assert_eq!(kit.device.limits().max_buffer_size(), most.max_buffer_size());
    for (name, value) in [("maxBufferSize", u64::MAX), ("maxHappiness", 1)] {
        let wanted = RecordOptionGpuSize64::new();
        wanted.add(name, Some(value));
        let refused = kit.adapter.request_device(Some(asking(None, Some(wanted)))).await;
        let error = refused.err().expect("there is no such device");
        assert!(matches!(error.kind, RequestDeviceErrorKind::OperationError), "{error:?}");
        assert!(error.message.contains(name) || error.message.contains("max_buffer_size"), "{error:?}");
    }
    let wanted = Some(vec![GpuFeatureName::TextureCompressionBc]);
    let error = kit.adapter.request_device(Some(asking(wanted, None))).await.err().expect("nor such");
    assert!(matches!(error.kind, RequestDeviceErrorKind::TypeError), "{error:?}");
}

fn asking(
    required_features: Option<Vec<GpuFeatureName>>,
    required_limits: Option<RecordOptionGpuSize64>,
) -> GpuDeviceDescriptor {
    GpuDeviceDescriptor { required_features, required_limits, default_queue: None, label: None }
}

async fn computes() {
    let kit = Kit::new().await;
    let (x, y): (Vec<u32>, Vec<u32>) = (0..1000).map(|i| (i, i * i)).unzip();
    let (xs, ys) = (kit.storage(&x), kit.storage(&y));
    let pipeline = kit.pipeline(&kit.shader(MULTIPLY_ADD));
    let group = kit.group(&pipeline, &[&ys, &xs]);
    for _ in 0..3 {
        kit.dispatch(&pipeline, &group, 16);
    }
    let wanted: Vec<u32> = x.iter().zip(&y).map(|(x, y)| y + 9 * x).collect();
    assert_eq!(kit.read(&ys).await, wanted);
    // Cleared in part, and copied.
    let encoder = kit.device.create_command_encoder(None);
    encoder.clear_buffer(&ys, Some(8), Some(4));
    encoder.copy_buffer_to_buffer(&xs, Some(4), &ys, Some(0), Some(4));
    kit.submit(&encoder);
    let read = kit.read(&ys).await;
    assert_eq!(read[..4], [1, wanted[1], 0, wanted[3]]);
}

async fn mapping() {
    let kit = Kit::new().await;
    let all = kit.device.create_buffer(&GpuBufferDescriptor {
        size: 32,
        usage: GpuBufferUsage::STORAGE | GpuBufferUsage::COPY_SRC,
        mapped_at_creation: Some(true),
        label: None,
    });
    assert!(matches!(all.map_state(), GpuBufferMapState::Mapped));
    all.get_mapped_range_set_with_copy(&bytes(&[1, 2]), Some(8), None).expect("it is set");
    assert_eq!(numbers(&all.get_mapped_range_get_with_copy(Some(8), Some(8)).unwrap()), [1, 2]);
    all.unmap().unwrap();
    assert!(matches!(all.map_state(), GpuBufferMapState::Unmapped));
    assert_eq!(kit.read(&all).await, [0, 0, 1, 2, 0, 0, 0, 0]);
    // To be written, with what is there.
    let upload = kit.buffer(32, GpuBufferUsage::MAP_WRITE | GpuBufferUsage::COPY_SRC);
    upload.map_async(GpuMapMode::WRITE, None, None).await.unwrap();
    upload.get_mapped_range_set_with_copy(&bytes(&[7; 8]), None, None).unwrap();
    upload.unmap().unwrap();
    upload.map_async(GpuMapMode::WRITE, Some(16), Some(8)).await.unwrap();
    assert_eq!(numbers(&upload.get_mapped_range_get_with_copy(Some(16), Some(8)).unwrap()), [7, 7]);
    upload.get_mapped_range_set_with_copy(&bytes(&[9]), Some(16), None).unwrap();
    upload.unmap().unwrap();
    let copied = kit.storage(&[0; 8]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&upload, None, &copied, None, None);
    kit.submit(&encoder);
    assert_eq!(kit.read(&copied).await, [7, 7, 7, 7, 9, 7, 7, 7]);
    assert_eq!(upload.size(), 32);
    assert_eq!(upload.usage(), GpuBufferUsage::MAP_WRITE | GpuBufferUsage::COPY_SRC);
    // Without any bytes.
    let empty = kit.buffer(0, GpuBufferUsage::MAP_READ);
    empty.map_async(GpuMapMode::READ, None, None).await.unwrap();
    assert_eq!(empty.get_mapped_range_get_with_copy(None, None).unwrap(), []);
}

async fn mapping_is_checked() {
    let kit = Kit::new().await;
    let buffer = kit.buffer(64, GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST);
    assert!(buffer.get_mapped_range_get_with_copy(None, None).is_err(), "it is not mapped");
    buffer.unmap().expect("that does nothing");
    let wrong = [
        (GpuMapMode::WRITE, 0, 64),
        (GpuMapMode::empty(), 0, 64),
        (GpuMapMode::READ | GpuMapMode::WRITE, 0, 64),
        (GpuMapMode::READ, 4, 8),
        (GpuMapMode::READ, 0, 6),
        (GpuMapMode::READ, 64, 8),
        (GpuMapMode::READ, u64::MAX - 7, 16),
    ];
    for (mode, offset, size) in wrong {
        kit.device.push_error_scope(GpuErrorFilter::Validation);
        let error = buffer.map_async(mode, Some(offset), Some(size)).await.expect_err("it is refused");
        assert!(matches!(error.kind, MapAsyncErrorKind::OperationError), "{error:?}");
        assert!(kit.device.pop_error_scope().await.unwrap().is_some(), "{size} at {offset}");
    }
    buffer.map_async(GpuMapMode::READ, Some(8), Some(16)).await.unwrap();
    for (offset, size) in [(0, 8), (8, 20), (12, 4), (24, 4), (8, u64::MAX)] {
        let read = buffer.get_mapped_range_get_with_copy(Some(offset), Some(size));
        assert!(read.is_err(), "{size} at {offset}");
    }
    assert!(buffer.get_mapped_range_set_with_copy(&[0; 8], Some(8), None).is_err(), "it is to be read");
    // What is mapped is not used.
    let source = kit.storage(&[1; 16]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&source, None, &buffer, None, None);
    kit.refused("mapped", || kit.submit(&encoder)).await;
    kit.refused("mapped", || kit.write(&buffer, 0, &[0])).await;
    buffer.unmap().unwrap();
    kit.well(|| kit.write(&buffer, 0, &[0])).await;
    // One that is pending ends with the buffer's, and not twice.
    let pending = begun(&buffer).await;
    assert!(matches!(buffer.map_state(), GpuBufferMapState::Pending));
    assert!(buffer.map_async(GpuMapMode::READ, None, None).await.is_err(), "it is pending");
    kit.refused("mapped", || kit.write(&buffer, 0, &[0])).await;
    buffer.unmap().unwrap();
    kit.well(|| kit.write(&buffer, 0, &[0])).await;
    let error = pending.await.expect_err("it was unmapped");
    assert!(matches!(error.kind, MapAsyncErrorKind::AbortError), "{error:?}");
    // Who gives it up can use the buffer, and map it again.
    let pending = begun(&buffer).await;
    drop(pending);
    kit.well(|| kit.write(&buffer, 0, &[0])).await;
    assert!(matches!(buffer.map_state(), GpuBufferMapState::Unmapped));
    buffer.map_async(GpuMapMode::READ, None, None).await.unwrap();
    buffer.unmap().unwrap();
    let pending = begun(&buffer).await;
    buffer.destroy();
    let error = pending.await.expect_err("it was destroyed");
    assert!(matches!(error.kind, MapAsyncErrorKind::AbortError), "{error:?}");
    assert!(matches!(buffer.map_state(), GpuBufferMapState::Unmapped));
    assert!(buffer.get_mapped_range_get_with_copy(None, None).is_err());
    kit.refused("is invalid", || kit.write(&buffer, 0, &[0])).await;
    for (usage, mapped) in [
        (GpuBufferUsage::MAP_READ | GpuBufferUsage::STORAGE, false),
        (GpuBufferUsage::MAP_READ | GpuBufferUsage::MAP_WRITE, false),
        (GpuBufferUsage::empty(), false),
        (GpuBufferUsage::STORAGE, true),
    ] {
        let wanted = GpuBufferDescriptor { size: 6, usage, mapped_at_creation: Some(mapped), label: None };
        let (buffer, error) =
            kit.caught(GpuErrorFilter::Validation, || kit.device.create_buffer(&wanted)).await;
        assert!(error.is_some() && buffer.size() == 6, "{usage:?}");
    }
}

async fn compilation() {
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

async fn scopes() {
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

async fn uncaptured() {
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

async fn lost() {
    let kit = Kit::new().await;
    let (lost, again) = (kit.device.lost(), kit.device.lost());
    drop(again);
    let buffer = kit.storage(&[1; 4]);
    let readable = kit.buffer(16, GpuBufferUsage::MAP_READ);
    kit.device.destroy();
    kit.device.destroy();
    let info = lost.await;
    assert!(matches!(info.reason(), GpuDeviceLostReason::Destroyed), "{}", info.message());
    assert!(kit.device.lost().await.message().contains("destroyed"));
    // All of it goes on without an error, and does nothing.
    kit.well(|| {
        let pipeline = kit.pipeline(&kit.shader(MULTIPLY_ADD));
        let group = kit.group(&pipeline, &[&buffer]);
        kit.dispatch(&pipeline, &group, 1);
        kit.write(&buffer, 0, &[1]);
        buffer.destroy();
    })
    .await;
    assert!(readable.map_async(GpuMapMode::READ, None, None).await.is_err());
    kit.queue.on_submitted_work_done().await;
    // Another one is there.
    let other = Kit::new().await;
    assert_eq!(other.read(&other.storage(&[5])).await, [5]);
    // What a device had goes on when its handle is gone.
    let Kit { device, queue, .. } = other;
    drop(device);
    queue.on_submitted_work_done().await;
}

async fn encoders() {
    let kit = Kit::new().await;
    let buffer = kit.storage(&[0; 4]);
    // What is wrong is told of at the end, and makes all of it invalid.
    let encoder = kit.device.create_command_encoder(None);
    kit.well(|| encoder.clear_buffer(&buffer, Some(8), Some(16))).await;
    let commands = kit.refused("are not all within", || encoder.finish(None)).await;
    kit.refused("is invalid", || kit.queue.submit(&[&commands])).await;
    kit.refused("is finished", || encoder.clear_buffer(&buffer, None, None)).await;
    kit.refused("is finished", || encoder.finish(None)).await;
    // A pass that is open.
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    kit.refused("a pass is open", || encoder.finish(None)).await;
    drop(pass);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    kit.well(|| encoder.clear_buffer(&buffer, None, None)).await;
    pass.end();
    kit.refused("a pass is open", || encoder.finish(None)).await;
    // Two of them, the second of which is nobody's.
    let encoder = kit.device.create_command_encoder(None);
    let (first, second) = (encoder.begin_compute_pass(None), encoder.begin_compute_pass(None));
    second.dispatch_workgroups(1, None, None);
    second.end();
    first.end();
    kit.refused("the pass is ended", || first.end()).await;
    kit.refused("a pass is open", || encoder.finish(None)).await;
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
    kit.well(|| kit.submit(&encoder)).await;
    let encoder = kit.device.create_command_encoder(None);
    encoder.pop_debug_group();
    kit.refused("no debug group", || encoder.finish(None)).await;
    let encoder = kit.device.create_command_encoder(None);
    encoder.push_debug_group("one");
    kit.refused("debug groups are open", || encoder.finish(None)).await;
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.push_debug_group("one");
    pass.end();
    kit.refused("debug groups of the pass", || encoder.finish(None)).await;
}

async fn submitting() {
    let kit = Kit::new().await;
    let other = Kit::new().await;
    let buffer = kit.storage(&[0; 4]);
    let commands = |size| {
        let encoder = kit.device.create_command_encoder(None);
        encoder.clear_buffer(&buffer, None, Some(size));
        encoder.finish(None)
    };
    kit.well(|| kit.queue.submit(&[&commands(4), &commands(8)])).await;
    kit.well(|| kit.queue.submit(&[])).await;
    // Once.
    let once = commands(4);
    kit.queue.submit(&[&once]);
    kit.refused("submitted already", || kit.queue.submit(&[&once])).await;
    // To its own device.
    other.refused("another device", || other.queue.submit(&[&commands(4)])).await;
    let strange = other.storage(&[0; 4]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&strange, None, &buffer, None, None);
    kit.refused("another device", || encoder.finish(None)).await;
    kit.refused("another device", || kit.queue.write_buffer_with_copy(&strange, 0, &[0; 4], None, None))
        .await
        .unwrap();
    // All of them or none.
    let mapped = kit.buffer(16, GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST);
    let first = kit.device.create_command_encoder(None);
    first.copy_buffer_to_buffer(&kit.storage(&[9; 4]), None, &buffer, None, None);
    let second = kit.device.create_command_encoder(None);
    second.clear_buffer(&mapped, None, None);
    mapped.map_async(GpuMapMode::READ, None, None).await.unwrap();
    let (first, second) = (first.finish(None), second.finish(None));
    kit.refused("mapped", || kit.queue.submit(&[&first, &second])).await;
    assert_eq!(kit.read(&buffer).await, [0; 4]);
    // What was destroyed in between.
    let gone = kit.storage(&[0; 4]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&gone, None, &buffer, None, None);
    let commands = encoder.finish(None);
    gone.destroy();
    kit.refused("destroyed", || kit.queue.submit(&[&commands])).await;
    // Writing parts.
    let data = bytes(&[1, 2, 3, 4]);
    kit.queue.write_buffer_with_copy(&buffer, 4, &data, Some(4), Some(8)).unwrap();
    assert_eq!(kit.read(&buffer).await, [0, 2, 3, 0]);
    for (start, size) in [(0, Some(20)), (17, None), (0, Some(3)), (u64::MAX, Some(4))] {
        assert!(kit.queue.write_buffer_with_copy(&buffer, 0, &data, Some(start), size).is_err());
    }
    kit.refused("are not all within", || kit.queue.write_buffer_with_copy(&buffer, 4, &data, None, None))
        .await
        .unwrap();
    kit.queue.on_submitted_work_done().await;
}

async fn binding() {
    let kit = Kit::new().await;
    let slot = |binding, type_, has_dynamic_offset| GpuBindGroupLayoutEntry {
        binding,
        visibility: GpuShaderStage::COMPUTE,
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
        immediate_size: None,
        label: None,
    });
    let shader = kit.shader(MULTIPLY_ADD);
    let mut wanted = program(&shader, None);
    wanted.layout = GpuLayoutMode::Specific(&layouts);
    let pipeline = kit.well(|| kit.device.create_compute_pipeline(wanted)).await;
    let step = kit.device.limits().min_storage_buffer_offset_alignment();
    let mut x = vec![0; step as usize / 2];
    x[step as usize / 4] = 5;
    let (xs, ys) = (kit.storage(&x), kit.storage(&[1]));
    let part = |buffer, offset, size| {
        GpuBindingResource::GpuBufferBinding(GpuBufferBinding { buffer, offset: Some(offset), size })
    };
    let of = |entries| GpuBindGroupDescriptor { layout: &layout, entries, label: None };
    let first = || GpuBindGroupEntry { binding: 0, resource: GpuBindingResource::GpuBuffer(&ys) };
    let second = |resource| GpuBindGroupEntry { binding: 1, resource };
    let group =
        kit.well(|| kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(4)))]))).await;
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.set_pipeline(&pipeline);
    let offsets = [7, step, 9];
    assert!(pass.set_bind_group(0, Some(&group), Some(&offsets), Some(2), Some(2)).is_err());
    pass.set_bind_group(0, None, None, None, None).unwrap();
    pass.set_bind_group(0, Some(&group), Some(&offsets), Some(1), Some(1)).unwrap();
    pass.dispatch_workgroups(1, Some(1), Some(1));
    pass.end();
    kit.well(|| kit.submit(&encoder)).await;
    assert_eq!(kit.read(&ys).await, [16]);
    kit.refused("reaches beyond", || {
        kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(1 << 40)))]))
    })
    .await;
    let nothing = kit.buffer(0, GpuBufferUsage::STORAGE);
    kit.refused("has no bytes", || {
        kit.device.create_bind_group(&of(vec![first(), second(GpuBindingResource::GpuBuffer(&nothing))]))
    })
    .await;
    kit.refused("has no bytes", || {
        kit.device.create_bind_group(&of(vec![first(), second(part(&xs, 0, Some(0)))]))
    })
    .await;
    kit.refused("", || kit.device.create_bind_group(&of(vec![first()]))).await;
    let nothing =
        vec![GpuBindGroupLayoutEntry { buffer: None, ..slot(0, GpuBufferBindingType::Uniform, None) }];
    let invalid = kit
        .refused("is for nothing", || {
            let wanted = GpuBindGroupLayoutDescriptor { entries: nothing, label: None };
            kit.device.create_bind_group_layout(&wanted)
        })
        .await;
    kit.refused("is invalid", || {
        kit.device.create_pipeline_layout(&GpuPipelineLayoutDescriptor {
            bind_group_layouts: vec![None, Some(&invalid)],
            immediate_size: None,
            label: None,
        })
    })
    .await;
}

async fn constants() {
    let kit = Kit::new().await;
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
    let pipeline = kit.well(|| kit.device.create_compute_pipeline(program(&shader, Some(values)))).await;
    let data = kit.storage(&[10]);
    kit.dispatch(&pipeline, &kit.group(&pipeline, &[&data]), 1);
    assert_eq!(kit.read(&data).await, [53]);
    kit.refused("", || kit.pipeline(&shader)).await;
}

async fn immediates() {
    let kit = Kit::new().await;
    if kit.device.limits().max_immediate_size() == 0 {
        return println!("skipped: the adapter has no immediates");
    }
    let shader = kit.shader(
        "var<immediate> given: vec2u;
        @group(0) @binding(0) var<storage, read_write> data: array<u32>;
        @compute @workgroup_size(1) fn main() { data[0] = given.x; data[1] = given.y; }",
    );
    let pipeline = kit.well(|| kit.pipeline(&shader)).await;
    let data = kit.storage(&[0; 2]);
    let group = kit.group(&pipeline, &[&data]);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, Some(&group), None, None, None).unwrap();
    pass.set_immediates(0, &bytes(&[0, 3, 4]), Some(4), Some(8));
    pass.dispatch_workgroups(1, None, None);
    pass.end();
    kit.well(|| kit.submit(&encoder)).await;
    assert_eq!(kit.read(&data).await, [3, 4]);
    for (offset, start, size) in [(0, 8, 8), (2, 0, 4), (1 << 20, 0, 4)] {
        let encoder = kit.device.create_command_encoder(None);
        let pass = encoder.begin_compute_pass(None);
        pass.set_immediates(offset, &[0; 12], Some(start), Some(size));
        pass.end();
        kit.refused("", || encoder.finish(None)).await;
    }
}

async fn indirect() {
    let kit = Kit::new().await;
    let usage = GpuBufferUsage::INDIRECT | GpuBufferUsage::COPY_DST;
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
    kit.well(|| kit.submit(&encoder)).await;
    assert_eq!(kit.read(&data).await, [2]);
    let encoder = kit.device.create_command_encoder(None);
    let pass = encoder.begin_compute_pass(None);
    pass.dispatch_workgroups_indirect(&groups, 8);
    pass.end();
    kit.refused("are not all within", || encoder.finish(None)).await;
}

async fn timestamps() {
    let kit = Kit::with(Some(vec![GpuFeatureName::TimestampQuery]), None).await;
    assert!(kit.device.features().has("timestamp-query"));
    let wanted = |type_, count| GpuQuerySetDescriptor { type_, count, label: None };
    let set = kit.device.create_query_set(&wanted(GpuQueryType::Timestamp, 4)).unwrap();
    assert_eq!((set.count(), set.type_()), (4, GpuQueryType::Timestamp));
    let usage = GpuBufferUsage::QUERY_RESOLVE | GpuBufferUsage::COPY_SRC;
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
    kit.well(|| kit.submit(&encoder)).await;
    let read = kit.read(&stamps).await;
    assert!((read[3], read[2]) >= (read[1], read[0]) && read[..4] != [0; 4], "{read:?}");
    for (begin, end) in [(Some(4), None), (Some(1), Some(1)), (None, None)] {
        let encoder = kit.device.create_command_encoder(None);
        encoder.begin_compute_pass(Some(&writes(begin, end))).end();
        kit.refused("", || encoder.finish(None)).await;
    }
    let encoder = kit.device.create_command_encoder(None);
    encoder.resolve_query_set(&set, 3, 2, &stamps, 0);
    kit.refused("has 4 queries", || encoder.finish(None)).await;
    set.destroy();
    let encoder = kit.device.create_command_encoder(None);
    encoder.resolve_query_set(&set, 0, 1, &stamps, 0);
    kit.refused("is invalid", || encoder.finish(None)).await;
    let occlusion = || kit.device.create_query_set(&wanted(GpuQueryType::Occlusion, 1));
    assert_eq!(kit.refused("occlusion", occlusion).await.unwrap().type_(), GpuQueryType::Occlusion);
    let without = Kit::new().await;
    let error = without.device.create_query_set(&wanted(GpuQueryType::Timestamp, 1)).err().unwrap();
    assert!(matches!(error.kind, CreateQuerySetErrorKind::TypeError), "{error:?}");
}

/// Begins something; false where it is done at once.
async fn begins<F: Future>(one: &mut std::pin::Pin<Box<F>>) -> bool {
    std::future::poll_fn(|cx| std::task::Poll::Ready(one.as_mut().poll(cx).is_pending())).await
}

/// Begins to map a buffer, and is not done with it: a busy machine may be, and is asked again.
async fn begun(
    buffer: &GpuBuffer,
) -> std::pin::Pin<Box<impl Future<Output = Result<(), MapAsyncError>> + '_>> {
    loop {
        let mut pending = Box::pin(buffer.map_async(GpuMapMode::READ, None, None));
        if begins(&mut pending).await {
            return pending;
        }
        buffer.unmap().unwrap();
    }
}

/// More than can be compiled at a time is begun, and then something else is compiled that holds everything up.
async fn compiling() {
    let kit = Kit::new().await;
    let shader = kit.shader(MULTIPLY_ADD);
    let mut all: Vec<_> =
        (0..40).map(|_| Box::pin(kit.device.create_compute_pipeline_async(program(&shader, None)))).collect();
    let mut under_way = Vec::new();
    while let Some(mut one) = all.pop() {
        if begins(&mut one).await {
            under_way.push(one);
        }
    }
    kit.well(|| kit.shader(MULTIPLY_ADD)).await;
    for one in under_way {
        one.await.expect("it is compiled");
    }
}

/// A guest that ends, one way or the other, while it waits.
async fn ends_while_it_maps() {
    let kit = Kit::new().await;
    let buffer = kit.buffer(64, GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST);
    let _pending = begun(&buffer).await;
    std::process::exit(1);
}

/// Several things are waited for at a time, and others go on meanwhile.
async fn concurrent() {
    let kit = Kit::new().await;
    let pipeline = kit.pipeline(&kit.shader(MULTIPLY_ADD));
    let (xs, ys) = (kit.storage(&[1; 64]), kit.storage(&[0; 64]));
    let group = kit.group(&pipeline, &[&ys, &xs]);
    let usage = GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST;
    let readers: Vec<GpuBuffer> = (0..4).map(|_| kit.buffer(256, usage)).collect();
    for reader in &readers {
        kit.dispatch(&pipeline, &group, 1);
        let encoder = kit.device.create_command_encoder(None);
        encoder.copy_buffer_to_buffer(&ys, None, reader, None, None);
        kit.submit(&encoder);
    }
    let mut waiting: Vec<_> =
        readers.iter().map(|reader| Box::pin(reader.map_async(GpuMapMode::READ, None, None))).collect();
    // All of them begin before any is waited for.
    let mut is_under_way = Vec::new();
    for wait in &mut waiting {
        is_under_way.push(begins(wait).await);
    }
    kit.dispatch(&pipeline, &group, 1);
    kit.queue.on_submitted_work_done().await;
    let states = readers.iter().filter(|reader| !matches!(reader.map_state(), GpuBufferMapState::Unmapped));
    assert_eq!(states.count(), 4);
    // One of them is given up, and the others come.
    for (index, wait) in waiting.into_iter().enumerate().filter(|(index, _)| *index != 2) {
        if is_under_way[index] {
            if let Err(error) = wait.await {
                panic!("{index}: {error:?}");
            }
        }
    }
    for (index, reader) in readers.iter().enumerate().filter(|(index, _)| *index != 2) {
        let read = reader.get_mapped_range_get_with_copy(None, None).unwrap();
        assert_eq!(numbers(&read), vec![3 * (index as u32 + 1); 64]);
    }
}

async fn graphics() {
    let kit = Kit::new().await;
    let texture = kit
        .refused("there are no textures here", || {
            kit.device.create_texture(&GpuTextureDescriptor {
                size: GpuExtent3D { width: 4, height: None, depth_or_array_layers: None },
                mip_level_count: None,
                sample_count: None,
                dimension: None,
                format: GpuTextureFormat::Rgba8unorm,
                usage: GpuTextureUsage::COPY_DST,
                view_formats: None,
                texture_binding_view_dimension: None,
                label: Some("a texture".to_owned()),
            })
        })
        .await;
    assert_eq!((texture.label(), texture.width()), ("a texture".to_owned(), 0));
    let view = texture.create_view(None);
    let encoder = kit.device.create_command_encoder(None);
    let pass = kit
        .well(|| {
            encoder.begin_render_pass(&GpuRenderPassDescriptor {
                color_attachments: vec![Some(GpuRenderPassColorAttachment {
                    view: &view,
                    depth_slice: None,
                    resolve_target: None,
                    clear_value: None,
                    load_op: GpuLoadOp::Clear,
                    store_op: GpuStoreOp::Store,
                })],
                depth_stencil_attachment: None,
                occlusion_query_set: None,
                timestamp_writes: None,
                max_draw_count: None,
                label: None,
            })
        })
        .await;
    pass.draw(3, None, None, None);
    pass.end();
    kit.refused("render passes", || encoder.finish(None)).await;
    kit.refused("samplers", || kit.device.create_sampler(None)).await;
}

async fn labels() {
    let kit = Kit::new().await;
    assert_eq!(kit.device.label(), "the device");
    kit.device.set_label("mine");
    assert_eq!(kit.device.label(), "mine");
    let buffer = kit.storage(&[0]);
    assert_eq!(buffer.label(), "");
    buffer.set_label(&"é".repeat(1 << 16));
    assert_eq!(buffer.label(), "é".repeat(128));
}

/// Records are bounded, for who has a GPU and who has none: this guest is ended.
async fn records() {
    let mut all = Vec::new();
    for _ in 0..100 {
        let record = RecordOptionGpuSize64::new();
        for index in 0..1_000 {
            record.add(&format!("{index}{}", "x".repeat(1_000)), None);
        }
        all.push(record);
    }
    panic!("{} records were too few", all.len());
}

/// More than a guest may have is refused, and counts for nothing.
async fn memory() {
    let kit = Kit::new().await;
    if !kit.adapter.info().is_fallback_adapter() {
        return println!("skipped: the adapter has memory of its own, and more than is to be filled");
    }
    let usage = GpuBufferUsage::STORAGE;
    let mut kept = Vec::new();
    let refused = loop {
        let (buffer, error) = kit.caught(GpuErrorFilter::OutOfMemory, || kit.buffer(16 << 20, usage)).await;
        match error {
            None => kept.push(buffer),
            Some(error) => break error,
        }
        assert!(kept.len() < 1_000, "it is never refused");
    };
    assert!(matches!(refused.kind(), GpuErrorKind::OutOfMemoryError));
    assert!(refused.message().contains("the guest may not have"), "{}", refused.message());
    kept.pop().expect("there was some").destroy();
    let (_, error) = kit.caught(GpuErrorFilter::OutOfMemory, || kit.buffer(16 << 20, usage)).await;
    assert!(error.is_none(), "what was destroyed is given back");
}
