//! Buffers and their mapping.

use crate::bindings::*;
use crate::kit::{bytes, numbers, Kit, COPY_DST, COPY_SRC, MAP_READ, MAP_WRITE, READ, STORAGE, WRITE};

pub fn mapping() {
    let kit = Kit::new();
    let all = kit.device.create_buffer(&GpuBufferDescriptor {
        size: 32,
        usage: STORAGE | COPY_SRC,
        mapped_at_creation: Some(true),
        label: None,
    });
    assert!(matches!(all.map_state(), GpuBufferMapState::Mapped));
    all.get_mapped_range_set_with_copy(&bytes(&[1, 2]), Some(8), None).expect("it is set");
    assert_eq!(numbers(&all.get_mapped_range_get_with_copy(Some(8), Some(8)).unwrap()), [1, 2]);
    all.unmap().unwrap();
    assert!(matches!(all.map_state(), GpuBufferMapState::Unmapped));
    assert_eq!(kit.read(&all), [0, 0, 1, 2, 0, 0, 0, 0]);
    // To be written, with what is there.
    let upload = kit.buffer(32, MAP_WRITE | COPY_SRC);
    upload.map_async(WRITE, None, None).unwrap();
    upload.get_mapped_range_set_with_copy(&bytes(&[7; 8]), None, None).unwrap();
    upload.unmap().unwrap();
    upload.map_async(WRITE, Some(16), Some(8)).unwrap();
    assert_eq!(numbers(&upload.get_mapped_range_get_with_copy(Some(16), Some(8)).unwrap()), [7, 7]);
    upload.get_mapped_range_set_with_copy(&bytes(&[9]), Some(16), None).unwrap();
    upload.unmap().unwrap();
    let copied = kit.storage(&[0; 8]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&upload, 0, &copied, 0, 32);
    kit.submit(&encoder);
    assert_eq!(kit.read(&copied), [7, 7, 7, 7, 9, 7, 7, 7]);
    assert_eq!(upload.size(), 32);
    assert_eq!(upload.usage(), MAP_WRITE | COPY_SRC);
    // Without any bytes.
    let empty = kit.buffer(0, MAP_READ);
    empty.map_async(READ, None, None).unwrap();
    assert_eq!(empty.get_mapped_range_get_with_copy(None, None).unwrap(), []);
}

pub fn mapping_is_checked() {
    let kit = Kit::new();
    let buffer = kit.buffer(64, MAP_READ | COPY_DST);
    assert!(buffer.get_mapped_range_get_with_copy(None, None).is_err(), "it is not mapped");
    buffer.unmap().expect("that does nothing");
    let wrong = [
        (WRITE, 0, 64),
        (0, 0, 64),
        (READ | WRITE, 0, 64),
        (READ | 4, 0, 64),
        (READ, 4, 8),
        (READ, 0, 6),
        (READ, 64, 8),
        (READ, u64::MAX - 7, 16),
    ];
    for (mode, offset, size) in wrong {
        kit.device.push_error_scope(GpuErrorFilter::Validation);
        let error = buffer.map_async(mode, Some(offset), Some(size)).expect_err("it is refused");
        assert!(matches!(error.kind, MapAsyncErrorKind::OperationError), "{error:?}");
        assert!(kit.device.pop_error_scope().unwrap().is_some(), "{size} at {offset}");
    }
    buffer.map_async(READ, Some(8), Some(16)).unwrap();
    for (offset, size) in [(0, 8), (8, 20), (12, 4), (24, 4), (8, u64::MAX)] {
        let read = buffer.get_mapped_range_get_with_copy(Some(offset), Some(size));
        assert!(read.is_err(), "{size} at {offset}");
    }
    // What is to be read may be written within its bounds, and stays as it was.
    buffer.get_mapped_range_set_with_copy(&[9; 8], Some(8), None).unwrap();
    assert!(buffer.get_mapped_range_set_with_copy(&[9; 8], Some(0), None).is_err());
    assert_eq!(buffer.get_mapped_range_get_with_copy(Some(8), Some(8)).unwrap(), [0; 8]);
    // What is mapped is not used.
    let source = kit.storage(&[1; 16]);
    let encoder = kit.device.create_command_encoder(None);
    encoder.copy_buffer_to_buffer(&source, 0, &buffer, 0, 64);
    kit.refused("mapped", || kit.submit(&encoder));
    kit.refused("mapped", || kit.write(&buffer, 0, &[0]));
    buffer.unmap().unwrap();
    kit.well(|| kit.write(&buffer, 0, &[0]));
    // It is there when the call is over.
    buffer.map_async(READ, None, None).unwrap();
    assert!(matches!(buffer.map_state(), GpuBufferMapState::Mapped));
    kit.device.push_error_scope(GpuErrorFilter::Validation);
    assert!(buffer.map_async(READ, None, None).is_err(), "it is mapped");
    assert!(kit.device.pop_error_scope().unwrap().is_some());
    buffer.destroy();
    assert!(matches!(buffer.map_state(), GpuBufferMapState::Unmapped));
    assert!(buffer.get_mapped_range_get_with_copy(None, None).is_err());
    kit.refused("is invalid", || kit.write(&buffer, 0, &[0]));
    for (usage, mapped) in [
        (MAP_READ | STORAGE, false),
        (MAP_READ | MAP_WRITE, false),
        (0, false),
        (STORAGE | 0x400, false),
        (1 << 31, false),
        (STORAGE, true),
    ] {
        let wanted = GpuBufferDescriptor { size: 6, usage, mapped_at_creation: Some(mapped), label: None };
        let (buffer, error) = kit.caught(GpuErrorFilter::Validation, || kit.device.create_buffer(&wanted));
        assert!(error.is_some() && buffer.size() == 6, "{usage:?}");
    }
}

/// The numbers of what things are for are those of WebGPU.
pub fn numbered() {
    use GpuBufferUsage as Usage;
    let usages = [
        Usage::map_read(),
        Usage::map_write(),
        Usage::copy_src(),
        Usage::copy_dst(),
        Usage::index(),
        Usage::vertex(),
        Usage::uniform(),
        Usage::storage(),
        Usage::indirect(),
        Usage::query_resolve(),
    ];
    assert_eq!(usages, std::array::from_fn(|bit| 1 << bit));
    assert_eq!([GpuMapMode::read(), GpuMapMode::write()], [READ, WRITE]);
    let stages = [GpuShaderStage::vertex(), GpuShaderStage::fragment(), GpuShaderStage::compute()];
    assert_eq!(stages, [1, 2, 4]);
    use GpuTextureUsage as Texture;
    let textures = [
        Texture::copy_src(),
        Texture::copy_dst(),
        Texture::texture_binding(),
        Texture::storage_binding(),
        Texture::render_attachment(),
    ];
    assert_eq!(textures, [1, 2, 4, 8, 16]);
    use GpuColorWrite as Color;
    let colors = [Color::red(), Color::green(), Color::blue(), Color::alpha(), Color::all()];
    assert_eq!(colors, [1, 2, 4, 8, 15]);
}
