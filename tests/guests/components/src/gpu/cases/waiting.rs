//! Several things that are under way at a time.

use std::future::Future;

use crate::bindings::*;
use crate::kit::{numbers, program, Kit, MULTIPLY_ADD};

/// Begins something; false where it is done at once.
pub async fn begins<F: Future>(one: &mut std::pin::Pin<Box<F>>) -> bool {
    std::future::poll_fn(|cx| std::task::Poll::Ready(one.as_mut().poll(cx).is_pending())).await
}

/// Begins to map a buffer, and is not done with it: a busy machine may be, and is asked again.
pub async fn begun(
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
pub async fn compiling() {
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
pub async fn ends_while_it_maps() {
    let kit = Kit::new().await;
    let buffer = kit.buffer(64, GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST);
    let _pending = begun(&buffer).await;
    std::process::exit(1);
}

/// Several things are waited for at a time, and others go on meanwhile.
pub async fn concurrent() {
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
