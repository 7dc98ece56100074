//! Adapters, devices, limits and what a guest may have.

use crate::bindings::*;
use crate::kit::{Kit, MAP_READ, MULTIPLY_ADD, READ, STORAGE};

/// A guest that was granted none.
pub fn without() {
    assert!(get_gpu().request_adapter(None).is_none());
}

pub fn adapter() {
    let gpu = get_gpu();
    assert!(gpu.wgsl_language_features().has("pointer_composite_access"));
    assert!(!gpu.wgsl_language_features().has("telepathy"));
    let device = Kit::new();
    for name in [
        "packed_4x8_integer_dot_product",
        "pointer_composite_access",
        "readonly_and_readwrite_storage_textures",
    ] {
        assert!(gpu.wgsl_language_features().has(name), "{name}");
        device.well(|| device.shader(&format!("requires {name};")));
    }
    let options = |level: Option<&str>, fallback| GpuRequestAdapterOptions {
        feature_level: level.map(str::to_owned),
        power_preference: Some(GpuPowerPreference::HighPerformance),
        force_fallback_adapter: fallback,
        xr_compatible: None,
    };
    assert!(gpu.request_adapter(Some(&options(Some("none"), None))).is_none());
    let adapter = gpu.request_adapter(Some(&options(Some("core"), None))).expect("there is an adapter");
    let info = adapter.info();
    assert!(!info.description().is_empty() && info.vendor().starts_with("0x"));
    let program = gpu.request_adapter(Some(&options(Some("core"), Some(true))));
    assert_eq!(program.is_some(), adapter.is_fallback_adapter());
    assert!(info.subgroup_min_size() <= info.subgroup_max_size());
    let features = adapter.features();
    assert!(features.has("core-features-and-limits") && features.has("timestamp-query"));
    assert!(!features.has("texture-compression-bc"));
    let kit = Kit::new();
    assert!(!kit.device.features().has("timestamp-query"), "what was not asked for");
    assert_eq!(kit.device.adapter_info().description(), info.description());
}

pub fn limits() {
    let adapter = get_gpu().request_adapter(None).expect("there is an adapter");
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
    let kit = Kit::with(None, Some(wanted));
    assert_eq!(kit.device.limits().max_buffer_size(), most.max_buffer_size());
    for (name, value) in [("maxBufferSize", u64::MAX), ("maxHappiness", 1)] {
        let wanted = RecordOptionGpuSize64::new();
        wanted.add(name, Some(value));
        let refused = kit.adapter.request_device(Some(asking(None, Some(wanted))));
        let error = refused.err().expect("there is no such device");
        assert!(matches!(error.kind, RequestDeviceErrorKind::OperationError), "{error:?}");
        assert!(error.message.contains(name) || error.message.contains("max_buffer_size"), "{error:?}");
    }
    let wanted = Some(vec![GpuFeatureName::TextureCompressionBc]);
    let error = kit.adapter.request_device(Some(asking(wanted, None))).err().expect("nor such");
    assert!(matches!(error.kind, RequestDeviceErrorKind::TypeError), "{error:?}");
}

fn asking(
    required_features: Option<Vec<GpuFeatureName>>,
    required_limits: Option<RecordOptionGpuSize64>,
) -> GpuDeviceDescriptor {
    GpuDeviceDescriptor { required_features, required_limits, default_queue: None, label: None }
}

pub fn lost() {
    let kit = Kit::new();
    let buffer = kit.storage(&[1; 4]);
    let readable = kit.buffer(16, MAP_READ);
    kit.device.destroy();
    kit.device.destroy();
    let info = kit.device.lost();
    assert!(matches!(info.reason(), GpuDeviceLostReason::Destroyed), "{}", info.message());
    assert!(kit.device.lost().message().contains("destroyed"));
    // All of it goes on without an error, and does nothing.
    kit.well(|| {
        let pipeline = kit.pipeline(&kit.shader(MULTIPLY_ADD));
        let group = kit.group(&pipeline, &[&buffer]);
        kit.dispatch(&pipeline, &group, 1);
        kit.write(&buffer, 0, &[1]);
        buffer.destroy();
    });
    assert!(readable.map_async(READ, None, None).is_err());
    kit.queue.on_submitted_work_done();
    // Another one is there.
    let other = Kit::new();
    assert_eq!(other.read(&other.storage(&[5])), [5]);
    // What a device had goes on when its handle is gone.
    let Kit { device, queue, .. } = other;
    drop(device);
    queue.on_submitted_work_done();
}

pub fn labels() {
    let kit = Kit::new();
    assert_eq!(kit.device.label(), "the device");
    kit.device.set_label("mine");
    assert_eq!(kit.device.label(), "mine");
    let buffer = kit.storage(&[0]);
    assert_eq!(buffer.label(), "");
    buffer.set_label(&"é".repeat(1 << 16));
    assert_eq!(buffer.label(), "é".repeat(128));
}

/// Records are bounded, for who has a GPU and who has none: this guest is ended.
pub fn records() {
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
pub fn memory() {
    let kit = Kit::new();
    if !kit.adapter.is_fallback_adapter() {
        return println!("skipped: the adapter has memory of its own, and more than is to be filled");
    }
    let usage = STORAGE;
    let mut kept = Vec::new();
    let refused = loop {
        let (buffer, error) = kit.caught(GpuErrorFilter::OutOfMemory, || kit.buffer(16 << 20, usage));
        match error {
            None => kept.push(buffer),
            Some(error) => break error,
        }
        assert!(kept.len() < 1_000, "it is never refused");
    };
    assert!(matches!(refused.kind(), GpuErrorKind::OutOfMemoryError));
    assert!(refused.message().contains("the guest may not have"), "{}", refused.message());
    kept.pop().expect("there was some").destroy();
    let (_, error) = kit.caught(GpuErrorFilter::OutOfMemory, || kit.buffer(16 << 20, usage));
    assert!(error.is_none(), "what was destroyed is given back");
}

pub fn graphics() {
    let kit = Kit::new();
    let texture = kit.refused("there are no textures here", || {
        kit.device.create_texture(&GpuTextureDescriptor {
            size: GpuExtent3D { width: 4, height: None, depth_or_array_layers: None },
            mip_level_count: None,
            sample_count: None,
            dimension: None,
            format: GpuTextureFormat::Rgba8unorm,
            usage: GpuTextureUsage::copy_dst(),
            view_formats: None,
            label: Some("a texture".to_owned()),
        })
    });
    assert_eq!((texture.label(), texture.width()), ("a texture".to_owned(), 0));
    let view = texture.create_view(None);
    let encoder = kit.device.create_command_encoder(None);
    let pass = kit.well(|| {
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
    });
    pass.draw(3, None, None, None);
    pass.end();
    kit.refused("render passes", || encoder.finish(None));
    kit.refused("samplers", || kit.device.create_sampler(None));
    // Where it would be shown.
    let screen = Context::new();
    screen.present();
    kit.refused("canvases", || kit.device.connect_graphics_context(&screen));
    let texture = GpuTexture::from_graphics_buffer(screen.get_current_buffer());
    assert_eq!((texture.label(), texture.width(), texture.usage()), (String::new(), 0, 0));
}
