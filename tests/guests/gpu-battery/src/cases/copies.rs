//! Copies between buffers, and clearing them.

use super::cases;
use crate::front::usage::{COPY_DST, COPY_SRC, DATA, STORAGE};
use crate::kit::{Kit, VALIDATION};
use crate::{Device, Facts, Front, Wants};

cases! {
    an_empty_encoder_is_submitted: "api,operation,command_buffer,basic:empty", Any;
    a_part_is_copied: "api,operation,command_buffer,copyBufferToBuffer:single", Computing;
    copies_are_done_in_order: "api,operation,command_buffer,copyBufferToBuffer:copy_order", Computing;
    what_was_copied_is_copied_on: "api,operation,command_buffer,copyBufferToBuffer:state_transitions", Computing;
    a_part_is_cleared: "api,operation,command_buffer,clearBuffer:clear", Computing;
    nothing_at_all_is_copied: "api,validation,encoding,cmds,copyBufferToBuffer:copy_out_of_bounds", Any;
    copies_are_of_whole_words: "api,validation,encoding,cmds,copyBufferToBuffer:copy_size_alignment", Any;
    copies_are_at_whole_words: "api,validation,encoding,cmds,copyBufferToBuffer:copy_offset_alignment", Any;
    copies_end_within_buffers: "api,validation,encoding,cmds,copyBufferToBuffer:copy_out_of_bounds", Any;
    copies_do_not_wrap_around: "api,validation,encoding,cmds,copyBufferToBuffer:copy_overflow", Any;
    no_buffer_is_copied_to_itself: "api,validation,encoding,cmds,copyBufferToBuffer:copy_within_same_buffer", Any;
    copies_take_usages: "api,validation,encoding,cmds,copyBufferToBuffer:buffer_usage", Any;
    copies_are_of_one_device: "api,validation,encoding,cmds,copyBufferToBuffer:buffer,device_mismatch", Any;
    whole_words_are_cleared: "api,validation,encoding,cmds,clearBuffer:size_alignment", Any;
    clearing_is_at_whole_words: "api,validation,encoding,cmds,clearBuffer:offset_alignment", Any;
    clearing_ends_within_the_buffer: "api,validation,encoding,cmds,clearBuffer:out_of_bounds", Any;
    clearing_does_not_wrap_around: "api,validation,encoding,cmds,clearBuffer:overflow", Any;
    clearing_takes_a_usage: "api,validation,encoding,cmds,clearBuffer:buffer_usage", Any;
}

async fn an_empty_encoder_is_submitted<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    facts.fault(device.caught(|| device.record(|_| {})).await, None);
}

async fn a_part_is_copied<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (from, to, size) in [(0, 0, 32), (8, 0, 4), (4, 12, 16), (28, 28, 4), (16, 4, 0)] {
        let source = device.data(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let target = device.data(&[9; 8]);
        device.record(|encoder| device.copy(encoder, (&source, from), (&target, to), size));
        let mut wanted = [9; 8];
        let (first, count) = (to as usize / 4, size as usize / 4);
        for (word, value) in wanted[first..first + count].iter_mut().zip(from as u32 / 4 + 1..) {
            *word = value;
        }
        facts.words(&device.all(&target, 8).await, &wanted);
    }
}

async fn copies_are_done_in_order<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (first, second) = (device.data(&[1; 4]), device.data(&[2; 4]));
    let target = device.data(&[0; 4]);
    device.record(|encoder| {
        device.copy(encoder, (&first, 0), (&target, 0), 12);
        device.copy(encoder, (&second, 0), (&target, 4), 12);
        device.copy(encoder, (&first, 0), (&target, 8), 4);
    });
    facts.words(&device.all(&target, 4).await, &[1, 2, 1, 2]);
}

async fn what_was_copied_is_copied_on<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (first, second, third) = (device.data(&[1, 2]), device.data(&[0; 2]), device.data(&[0; 2]));
    device.record(|encoder| {
        device.copy(encoder, (&first, 0), (&second, 0), 8);
        device.copy(encoder, (&second, 4), (&first, 0), 4);
        device.copy(encoder, (&first, 0), (&third, 0), 8);
        device.copy(encoder, (&second, 0), (&third, 4), 4);
    });
    facts.words(&device.all(&first, 2).await, &[2, 2]);
    facts.words(&device.all(&third, 2).await, &[2, 1]);
}

async fn a_part_is_cleared<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (offset, size, wanted) in
        [(0, 16, [0; 4]), (4, 8, [1, 0, 0, 4]), (12, 4, [1, 2, 3, 0]), (8, 0, [1, 2, 3, 4])]
    {
        let buffer = device.data(&[1, 2, 3, 4]);
        device.record(|encoder| device.clear(encoder, &buffer, offset, size));
        facts.words(&device.all(&buffer, 4).await, &wanted);
    }
}

/// Copies with two buffers of 16 bytes, each with an encoder of its own.
async fn copied<F: Front>(front: &F, facts: &mut Facts, all: &[(u64, u64, u64, bool)]) {
    let device = front.open(Wants::default()).await;
    let (source, target) = (device.data(&[1; 4]), device.data(&[0; 4]));
    for &(from, to, size, is_right) in all {
        let act = || device.record(|encoder| device.copy(encoder, (&source, from), (&target, to), size));
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}

async fn nothing_at_all_is_copied<F: Front>(front: &F, facts: &mut Facts) {
    copied(front, facts, &[(0, 0, 0, true), (16, 16, 0, true), (20, 0, 0, false), (0, 20, 0, false)]).await;
}

async fn copies_are_of_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    copied(front, facts, &[(0, 0, 4, true), (0, 0, 2, false), (0, 0, 5, false), (0, 0, 8, true)]).await;
}

async fn copies_are_at_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    copied(front, facts, &[(4, 8, 4, true), (2, 0, 4, false), (0, 1, 4, false), (6, 6, 4, false)]).await;
}

async fn copies_end_within_buffers<F: Front>(front: &F, facts: &mut Facts) {
    copied(front, facts, &[(8, 0, 8, true), (0, 0, 20, false), (8, 0, 12, false), (0, 16, 4, false)]).await;
}

async fn copies_do_not_wrap_around<F: Front>(front: &F, facts: &mut Facts) {
    const MOST: u64 = u64::MAX - 3;
    copied(front, facts, &[(0, 0, MOST, false), (MOST, 0, 16, false), (0, MOST, 8, false)]).await;
}

async fn no_buffer_is_copied_to_itself<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[1, 2, 3, 4]);
    for (from, to) in [(0, 8), (0, 0), (4, 8)] {
        let act = || device.record(|encoder| device.copy(encoder, (&buffer, from), (&buffer, to), 8));
        facts.fault(device.caught(act).await, VALIDATION);
    }
    facts.words(&device.all(&buffer, 4).await, &[1, 2, 3, 4]);
}

async fn copies_take_usages<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (source, target, is_right) in [
        (COPY_SRC, COPY_DST, true),
        (COPY_DST, COPY_DST, false),
        (COPY_SRC, COPY_SRC, false),
        (STORAGE, COPY_DST, false),
        (DATA, STORAGE, false),
        (DATA, DATA, true),
    ] {
        let (source, target) = (device.buffer(16, source), device.buffer(16, target));
        let act = || device.record(|encoder| device.copy(encoder, (&source, 0), (&target, 0), 16));
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}

async fn copies_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let (buffer, strange) = (device.data(&[0; 4]), other.data(&[1; 4]));
    let act = || device.record(|encoder| device.copy(encoder, (&strange, 0), (&buffer, 0), 16));
    facts.fault(device.caught(act).await, VALIDATION);
    let act = || device.record(|encoder| device.copy(encoder, (&buffer, 0), (&strange, 0), 16));
    facts.fault(device.caught(act).await, VALIDATION);
}

/// Clears parts of a buffer of 16 bytes, each with an encoder of its own.
async fn cleared<F: Front>(front: &F, facts: &mut Facts, all: &[(u64, u64, bool)]) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[1; 4]);
    for &(offset, size, is_right) in all {
        let act = || device.record(|encoder| device.clear(encoder, &buffer, offset, size));
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}

async fn whole_words_are_cleared<F: Front>(front: &F, facts: &mut Facts) {
    cleared(front, facts, &[(0, 4, true), (0, 5, false), (0, 2, false), (0, 16, true)]).await;
}

async fn clearing_is_at_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    cleared(front, facts, &[(4, 4, true), (2, 4, false), (5, 4, false), (16, 0, true)]).await;
}

async fn clearing_ends_within_the_buffer<F: Front>(front: &F, facts: &mut Facts) {
    cleared(front, facts, &[(0, 20, false), (8, 12, false), (8, 8, true), (20, 0, false), (20, 4, false)])
        .await;
}

async fn clearing_does_not_wrap_around<F: Front>(front: &F, facts: &mut Facts) {
    const MOST: u64 = u64::MAX - 3;
    cleared(front, facts, &[(0, MOST, false), (MOST, 16, false), (16, MOST, false)]).await;
}

async fn clearing_takes_a_usage<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for (usage, is_right) in [(COPY_DST, true), (COPY_SRC, false), (STORAGE, false)] {
        let buffer = device.buffer(16, usage);
        let act = || device.record(|encoder| device.clear(encoder, &buffer, 0, 16));
        facts.fault(device.caught(act).await, if is_right { None } else { VALIDATION });
    }
}
