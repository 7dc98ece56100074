//! Queues: what is written and submitted, and waiting for it.

use super::cases;
use crate::front::usage::{COPY_DST, COPY_SRC, STORAGE, UNIFORM};
use crate::kit::{bytes, Kit, DOUBLE, VALIDATION};
use crate::{Device, Facts, Front, Wants};

cases! {
    parts_are_written: "api,operation,queue,writeBuffer:multiple_writes_at_different_offsets_and_sizes", Computing;
    much_is_written: "api,operation,queue,writeBuffer:array_types", Computing;
    writes_are_between_submissions: "api,operation,memory_sync,buffer,single_buffer:wr", Computing;
    several_are_submitted_in_order: "api,operation,command_buffer,copyBufferToBuffer:copy_order", Computing;
    nothing_is_waited_for: "api,operation,onSubmittedWorkDone:without_work", Any;
    work_is_waited_for: "api,operation,onSubmittedWorkDone:with_work", Any;
    work_is_waited_for_again_and_again: "api,operation,onSubmittedWorkDone:many,serial", Any;
    writes_end_within_the_buffer: "api,validation,queue,writeBuffer:ranges", Any;
    whole_words_are_written: "api,validation,queue,writeBuffer:ranges", Any;
    writing_takes_a_usage: "api,validation,queue,writeBuffer:usages", Any;
    no_invalid_buffer_is_written: "api,validation,queue,writeBuffer:buffer_state", Any;
    nothing_is_submitted_with_what_is_wrong: "api,validation,queue,submit:command_buffer,invalid_submit_invalidates", Any,
        not Core "each encoder is submitted on its own, and what is recorded of it is valid";
}

async fn parts_are_written<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[0; 8]);
    for (offset, words) in [(0, &[1, 2, 3][..]), (8, &[4]), (20, &[5, 6, 7]), (24, &[8]), (12, &[])] {
        device.write(&buffer, offset, &bytes(words));
    }
    facts.words(&device.all(&buffer, 8).await, &[1, 2, 4, 0, 0, 5, 8, 7]);
}

/// More than goes in one piece anywhere.
async fn much_is_written<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let words: Vec<u32> = (0..200_000_u32).map(|word| word.wrapping_mul(0x9e37_79b9)).collect();
    let buffer = device.data(&words);
    facts.words(&device.all(&buffer, words.len()).await, &words);
}

async fn writes_are_between_submissions<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (buffer, kept, pipeline) = (device.data(&[1]), device.data(&[0; 3]), device.plain(DOUBLE));
    for place in 0..3 {
        device.run(&pipeline, &[&buffer], [1, 1, 1]);
        device.record(|encoder| device.copy(encoder, (&buffer, 0), (&kept, place * 4), 4));
        device.write(&buffer, 0, &bytes(&[place as u32 + 10]));
    }
    facts.words(&device.all(&kept, 3).await, &[2, 20, 22]);
    facts.words(&device.all(&buffer, 1).await, &[12]);
}

async fn several_are_submitted_in_order<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let target = device.data(&[0; 4]);
    let mut encoders = Vec::new();
    for (word, offset, size) in [(1, 0, 16), (2, 4, 8), (3, 8, 4)] {
        let (source, mut encoder) = (device.data(&[word; 4]), device.encoder());
        device.copy(&mut encoder, (&source, 0), (&target, offset), size);
        encoders.push(encoder);
    }
    facts.fault(device.caught(|| device.submit(encoders)).await, None);
    facts.words(&device.all(&target, 4).await, &[1, 2, 3, 1]);
}

async fn nothing_is_waited_for<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.done().await;
    device.done().await;
    facts.say("waited", "twice", "twice");
}

async fn work_is_waited_for<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (buffer, pipeline) = (device.data(&[21; 64]), device.plain(DOUBLE));
    device.run(&pipeline, &[&buffer], [64, 1, 1]);
    device.done().await;
    facts.say("waited", "once", "once");
    facts.words(&device.all(&buffer, 64).await, &[42; 64]);
}

async fn work_is_waited_for_again_and_again<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (buffer, pipeline) = (device.data(&[1]), device.plain(DOUBLE));
    let group = device.bound(&pipeline, &[&buffer]);
    for _ in 0..20 {
        device.pass(|pass| device.run_in(pass, &pipeline, &group, [1, 1, 1]));
        device.done().await;
    }
    facts.say("waited", "often", "often");
    facts.words(&device.all(&buffer, 1).await, &[1 << 20]);
}

/// Writes so many bytes to a buffer of 16.
async fn written<F: Front>(front: &F, facts: &mut Facts, all: &[(u64, usize, bool)]) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[0; 4]);
    for &(offset, length, is_right) in all {
        let act = || device.write(&buffer, offset, &[7; 32][..length]);
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}

async fn writes_end_within_the_buffer<F: Front>(front: &F, facts: &mut Facts) {
    const MOST: u64 = u64::MAX - 3;
    let all =
        [(0, 16, true), (0, 20, false), (16, 4, false), (8, 12, false), (12, 4, true), (MOST, 8, false)];
    written(front, facts, &all).await;
}

async fn whole_words_are_written<F: Front>(front: &F, facts: &mut Facts) {
    written(front, facts, &[(0, 3, false), (0, 6, false), (2, 4, false), (1, 8, false), (4, 8, true)]).await;
}

async fn writing_takes_a_usage<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, is_right) in [(COPY_DST, true), (COPY_SRC, false), (STORAGE, false), (UNIFORM, false)] {
        let buffer = device.buffer(16, usage);
        let act = || device.write(&buffer, 0, &[1; 16]);
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}

async fn no_invalid_buffer_is_written<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.push(crate::Filter::Validation);
    let buffer = device.buffer(16, 0);
    facts.fault(device.pop().await, VALIDATION);
    facts.fault(device.caught(|| device.write(&buffer, 0, &[1; 16])).await, VALIDATION);
}

async fn nothing_is_submitted_with_what_is_wrong<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[1; 4]), device.data(&[0; 4]));
    let (mut right, mut wrong) = (device.encoder(), device.encoder());
    device.copy(&mut right, (&source, 0), (&target, 0), 16);
    device.copy(&mut wrong, (&source, 8), (&target, 0), 16);
    facts.fault(device.caught(|| device.submit(vec![right, wrong])).await, VALIDATION);
    facts.words(&device.all(&target, 4).await, &[0; 4]);
}
