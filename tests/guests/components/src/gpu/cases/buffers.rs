//! Buffers and their mapping.

use super::waiting::begun;
use crate::bindings::*;
use crate::kit::{bytes, numbers, Kit};

pub async fn mapping() {
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

pub async fn mapping_is_checked() {
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
