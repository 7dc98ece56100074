//! Buffers in the memory of whoever computes.

use super::cases;
use crate::front::usage::{COPY_DST, COPY_SRC, DATA, MAP_READ, MAP_WRITE};
use crate::kit::{bytes, Kit, VALIDATION};
use crate::{Device, Facts, Front, Mapping, Wants};

cases! {
    what_is_mapped_is_read: "api,operation,buffers,map:mapAsync,read", Computing,
        not Core "buffers are not mapped";
    what_is_mapped_is_written: "api,operation,buffers,map:mapAsync,write", Computing,
        not Core "buffers are not mapped";
    what_is_not_written_is_kept: "api,operation,buffers,map:*", Computing,
        not Core "buffers are not mapped";
    a_new_buffer_is_mapped: "api,operation,resource_init,buffer:mapped_at_creation_whole_buffer", Computing,
        not Core "buffers are not mapped";
    a_new_buffer_that_is_mapped_later_is_zeros: "api,operation,resource_init,buffer:map_whole_buffer", Computing,
        not Core "buffers are not mapped";
    only_what_is_mapped_is_seen: "api,validation,buffer,mapping:*", Any,
        not Core "buffers are not mapped";
    mapping_takes_a_usage: "api,validation,buffer,mapping:mapAsync,usage", Any,
        not Core "buffers are not mapped";
    no_buffer_is_mapped_twice: "api,validation,buffer,mapping:mapAsync,state,mapped", Any,
        not Core "buffers are not mapped";
    what_is_mapped_is_not_submitted: "api,validation,queue,buffer_mapped:copyBufferToBuffer", Any,
        not Core "buffers are not mapped";
    what_is_mapped_is_not_written_otherwise: "api,validation,queue,buffer_mapped:writeBuffer", Any,
        not Core "buffers are not mapped";
    what_is_destroyed_is_not_submitted: "api,validation,queue,destroyed,buffer:copyBufferToBuffer", Any,
        not Core "a buffer is closed, and lives on in what was recorded";
    what_is_destroyed_is_not_written: "api,validation,queue,destroyed,buffer:writeBuffer", Any,
        not Core "a buffer is closed, and its handle stands for nothing";
    what_is_destroyed_in_a_group_is_not_submitted: "api,validation,queue,destroyed,buffer:setBindGroup", Any,
        not Core "a buffer is closed, and lives on in its groups";
}

async fn what_is_mapped_is_read<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[1, 2, 3, 4, 5, 6, 7, 8]), device.buffer(32, MAP_READ | COPY_DST));
    device.record(|encoder| device.copy(encoder, (&source, 0), (&target, 0), 32));
    for (offset, size, wanted) in
        [(0, 32, &[1, 2, 3, 4, 5, 6, 7, 8][..]), (8, 16, &[3, 4, 5, 6]), (24, 8, &[7, 8])]
    {
        let is_mapped = device.map(&target, Mapping::Read, offset, size).await;
        facts.holds("mapped", is_mapped);
        facts.words(&device.mapped(&target, offset, size).unwrap_or_default(), wanted);
        device.unmap(&target);
    }
}

/// What a buffer that is mapped to be written has, by a copy.
async fn copied<D: Device>(device: &D, buffer: &D::Buffer) -> Vec<u8> {
    let target = device.data(&[9; 8]);
    device.record(|encoder| device.copy(encoder, (buffer, 0), (&target, 0), 32));
    device.all(&target, 8).await
}

async fn what_is_mapped_is_written<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer(32, MAP_WRITE | COPY_SRC);
    facts.holds("mapped", device.map(&buffer, Mapping::Write, 0, 32).await);
    device.put(&buffer, 0, &bytes(&[1, 2, 3, 4, 5, 6, 7, 8]));
    device.unmap(&buffer);
    facts.words(&copied(&device, &buffer).await, &[1, 2, 3, 4, 5, 6, 7, 8]);
}

async fn what_is_not_written_is_kept<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer(32, MAP_WRITE | COPY_SRC);
    device.map(&buffer, Mapping::Write, 0, 32).await;
    device.put(&buffer, 0, &bytes(&[1; 8]));
    device.unmap(&buffer);
    device.map(&buffer, Mapping::Write, 8, 16).await;
    device.put(&buffer, 16, &bytes(&[2]));
    device.unmap(&buffer);
    facts.words(&copied(&device, &buffer).await, &[1, 1, 1, 1, 2, 1, 1, 1]);
}

async fn a_new_buffer_is_mapped<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for usage in [DATA, MAP_WRITE | COPY_SRC, COPY_SRC] {
        let buffer = device.buffer_mapped(32, usage);
        facts.words(&device.mapped(&buffer, 0, 32).unwrap_or_default(), &[0; 8]);
        device.put(&buffer, 8, &bytes(&[4, 5]));
        device.unmap(&buffer);
        facts.words(&copied(&device, &buffer).await, &[0, 0, 4, 5, 0, 0, 0, 0]);
    }
}

async fn a_new_buffer_that_is_mapped_later_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, mapping) in [(MAP_READ, Mapping::Read), (MAP_WRITE, Mapping::Write)] {
        let buffer = device.buffer(32, usage);
        facts.holds("mapped", device.map(&buffer, mapping, 0, 32).await);
        facts.words(&device.mapped(&buffer, 0, 32).unwrap_or_default(), &[0; 8]);
        device.unmap(&buffer);
    }
}

async fn only_what_is_mapped_is_seen<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer(64, MAP_READ | COPY_DST);
    let mut sees = |device: &F::Device, offset, size, wanted: bool| {
        let told = |is| if is { "there" } else { "not there" };
        facts.say("it is", told(device.mapped(&buffer, offset, size).is_some()), told(wanted));
    };
    sees(&device, 0, 64, false);
    device.map(&buffer, Mapping::Read, 16, 32).await;
    for (offset, size, wanted) in
        [(16, 32, true), (24, 8, true), (0, 8, false), (40, 16, false), (8, 16, false)]
    {
        sees(&device, offset, size, wanted);
    }
    device.unmap(&buffer);
    sees(&device, 16, 32, false);
}

async fn mapping_takes_a_usage<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, mapping, is_right) in [
        (MAP_READ, Mapping::Read, true),
        (MAP_READ, Mapping::Write, false),
        (MAP_WRITE, Mapping::Write, true),
        (MAP_WRITE, Mapping::Read, false),
        (DATA, Mapping::Read, false),
        (DATA, Mapping::Write, false),
    ] {
        let buffer = device.buffer(16, usage);
        device.push(crate::Filter::Validation);
        let is_mapped = device.map(&buffer, mapping, 0, 16).await;
        facts.fault(device.pop().await, if is_right { None } else { VALIDATION });
        facts.say("mapped", if is_mapped { "yes" } else { "no" }, if is_right { "yes" } else { "no" });
    }
}

async fn no_buffer_is_mapped_twice<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer(16, MAP_READ);
    for wanted in ["yes", "no", "no"] {
        // Not every front has scopes hear of this.
        let is_mapped = device.map(&buffer, Mapping::Read, 0, 16).await;
        facts.say("mapped", if is_mapped { "yes" } else { "no" }, wanted);
    }
}

async fn what_is_mapped_is_not_submitted<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[1; 4]), device.buffer(16, MAP_READ | COPY_DST));
    let copy = || device.record(|encoder| device.copy(encoder, (&source, 0), (&target, 0), 16));
    facts.fault(device.caught(copy).await, None);
    device.map(&target, Mapping::Read, 0, 16).await;
    facts.fault(device.caught(copy).await, VALIDATION);
    device.unmap(&target);
    facts.fault(device.caught(copy).await, None);
}

async fn what_is_mapped_is_not_written_otherwise<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.buffer_mapped(16, COPY_DST);
    facts.fault(device.caught(|| device.write(&buffer, 0, &[1; 16])).await, VALIDATION);
    device.unmap(&buffer);
    facts.fault(device.caught(|| device.write(&buffer, 0, &[1; 16])).await, None);
}

async fn what_is_destroyed_is_not_submitted<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[1; 4]), device.data(&[0; 4]));
    let mut encoder = device.encoder();
    device.copy(&mut encoder, (&source, 0), (&target, 0), 16);
    device.destroy_buffer(&source);
    device.destroy_buffer(&source);
    facts.fault(device.caught(|| device.submit(vec![encoder])).await, VALIDATION);
    facts.words(&device.all(&target, 4).await, &[0; 4]);
}

async fn what_is_destroyed_is_not_written<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[0; 4]);
    device.destroy_buffer(&buffer);
    facts.fault(device.caught(|| device.write(&buffer, 0, &[1; 16])).await, VALIDATION);
}

async fn what_is_destroyed_in_a_group_is_not_submitted<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (buffer, pipeline) = (device.data(&[1]), device.plain(crate::kit::DOUBLE));
    let group = device.bound(&pipeline, &[&buffer]);
    let mut encoder = device.encoder();
    device.within(&mut encoder, |pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
    device.destroy_buffer(&buffer);
    facts.fault(device.caught(|| device.submit(vec![encoder])).await, VALIDATION);
}
