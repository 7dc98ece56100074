//! Making buffers, and what is in them at first.

use super::cases;
use crate::front::usage::{COPY_DST, COPY_SRC, DATA, INDIRECT, MAP_READ, MAP_WRITE, STORAGE, UNIFORM};
use crate::kit::{bytes, main_of, Kit, VALIDATION};
use crate::{Device, Facts, Front, Limit, Wants};

cases! {
    buffers_are_as_large_as_the_limit: "api,validation,buffer,create:limit", Any;
    buffers_are_for_something: "api,validation,buffer,create:usage", Any;
    sizes_need_not_be_whole_words: "api,validation,buffer,create:size", Any;
    a_buffer_may_have_no_bytes: "api,validation,buffer,create:size", Any,
        not Core "a buffer has a byte at least";
    mapped_buffers_are_for_copies_alone: "api,validation,buffer,create:usage", Any,
        not Core "buffers are not mapped";
    copies_of_what_is_new_are_zeros: "api,operation,resource_init,buffer:copy_buffer_to_buffer_copy_source", Computing;
    what_is_beside_a_write_is_zeros: "api,operation,resource_init,buffer:partial_write_buffer", Computing;
    what_is_beside_a_copy_is_zeros: "api,operation,resource_init,buffer:copy_buffer_to_buffer_copy_source", Computing;
    new_storage_is_zeros: "api,operation,resource_init,buffer:storage_buffer", Computing;
    new_storage_to_read_is_zeros: "api,operation,resource_init,buffer:readonly_storage_buffer", Computing;
    new_uniforms_are_zeros: "api,operation,resource_init,buffer:uniform_buffer", Computing;
    new_sizes_of_dispatches_are_zeros: "api,operation,resource_init,buffer:indirect_buffer_for_dispatch_indirect", Computing;
}

async fn buffers_are_as_large_as_the_limit<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let most = device.limit(Limit::BufferSize);
    for (size, is_right) in [(4, true), (most + 4, false), (most * 2, false), (1 << 60, false)] {
        let fault = device.caught(|| drop(device.buffer(size, DATA))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn buffers_are_for_something<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, is_right) in
        [(0, false), (COPY_SRC, true), (COPY_DST, true), (STORAGE | UNIFORM | INDIRECT, true), (DATA, true)]
    {
        let fault = device.caught(|| drop(device.buffer(16, usage))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn sizes_need_not_be_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for size in [1, 2, 5, 15, 1_001] {
        facts.fault(device.caught(|| drop(device.buffer(size, DATA))).await, None);
    }
}

async fn a_buffer_may_have_no_bytes<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let act = || {
        let (buffer, other) = (device.buffer(0, DATA), device.buffer(0, DATA));
        device.write(&buffer, 0, &[]);
        device.record(|encoder| device.copy(encoder, (&buffer, 0), (&other, 0), 0));
    };
    facts.fault(device.caught(act).await, None);
}

async fn mapped_buffers_are_for_copies_alone<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, is_right) in [
        (MAP_READ, true),
        (MAP_READ | COPY_DST, true),
        (MAP_READ | COPY_SRC, false),
        (MAP_READ | STORAGE, false),
        (MAP_WRITE, true),
        (MAP_WRITE | COPY_SRC, true),
        (MAP_WRITE | COPY_DST, false),
        (MAP_WRITE | UNIFORM, false),
        (MAP_READ | MAP_WRITE, false),
    ] {
        let fault = device.caught(|| drop(device.buffer(16, usage))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn copies_of_what_is_new_are_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // One that is dropped may leave its bytes where the next one lies.
    drop(device.data(&[0xdead_beef; 64]));
    let (new, target) = (device.buffer(256, COPY_SRC), device.data(&[7; 64]));
    device.record(|encoder| device.copy(encoder, (&new, 0), (&target, 0), 256));
    facts.words(&device.all(&target, 64).await, &[0; 64]);
}

async fn what_is_beside_a_write_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for offset in [0, 8, 24] {
        let buffer = device.buffer(32, COPY_SRC | COPY_DST);
        device.write(&buffer, offset, &bytes(&[1, 2]));
        let mut wanted = [0; 8];
        wanted[offset as usize / 4] = 1;
        wanted[offset as usize / 4 + 1] = 2;
        facts.words(&device.all(&buffer, 8).await, &wanted);
    }
}

async fn what_is_beside_a_copy_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[3; 2]), device.buffer(32, COPY_SRC | COPY_DST));
    device.record(|encoder| device.copy(encoder, (&source, 0), (&target, 12), 8));
    facts.words(&device.all(&target, 8).await, &[0, 0, 0, 3, 3, 0, 0, 0]);
}

/// What a shader finds in a new buffer, as numbers plus 1.
async fn found<F: Front>(front: &F, facts: &mut Facts, declared: &str, usage: u32) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{declared} fresh: array<vec4u, 4>; {}",
        main_of("for (var i = 0u; i < 16u; i++) { out[i] = fresh[i / 4u][i % 4u] + 1u; }")
    );
    let (out, new) = (device.data(&[0; 16]), device.buffer(64, usage));
    device.run(&device.plain(&text), &[&out, &new], [1, 1, 1]);
    facts.words(&device.all(&out, 16).await, &[1; 16]);
}

async fn new_storage_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    found(front, facts, "@group(0) @binding(1) var<storage, read_write>", STORAGE).await;
}

async fn new_storage_to_read_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    found(front, facts, "@group(0) @binding(1) var<storage, read>", STORAGE).await;
}

async fn new_uniforms_are_zeros<F: Front>(front: &F, facts: &mut Facts) {
    found(front, facts, "@group(0) @binding(1) var<uniform>", UNIFORM).await;
}

async fn new_sizes_of_dispatches_are_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (out, sizes) = (device.data(&[5]), device.buffer(12, INDIRECT));
    let pipeline = device.plain(&main_of("out[0] = 6u;"));
    let group = device.bound(&pipeline, &[&out]);
    let act = || {
        device.pass(|pass| {
            device.set_pipeline(pass, &pipeline);
            device.bind(pass, 0, &group, &[]);
            device.dispatch_indirect(pass, &sizes, 0);
        });
    };
    facts.fault(device.caught(act).await, None);
    facts.words(&device.all(&out, 1).await, &[5]);
}
