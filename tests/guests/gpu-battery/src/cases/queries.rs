//! Sets of queries, and when passes began and ended.

use super::cases;
use crate::front::usage::{COPY_SRC, DATA, QUERY_RESOLVE};
use crate::kit::{Kit, DOUBLE, VALIDATION};
use crate::{Device, Facts, Fault, Front, Stamps, Wants};

cases! {
    passes_end_after_they_began: "api,operation,command_buffer,queries,timestampQuery:many_slots", Computing;
    passes_of_several_sets_are_noted: "api,operation,command_buffer,queries,timestampQuery:many_query_sets", Computing;
    queries_take_a_feature: "api,validation,capability_checks,features,query_types:createQuerySet", Any;
    sets_have_few_queries: "api,validation,query_set,create:count", Any;
    passes_note_in_queries_there_are: "api,validation,encoding,beginComputePass:timestampWrites,query_index", Any;
    queries_of_passes_are_of_one_device: "api,validation,encoding,beginComputePass:timestamp_query_set,device_mismatch", Any;
    queries_that_are_resolved_are_there: "api,validation,encoding,queries,resolveQuerySet:first_query_and_query_count", Any;
    resolving_takes_a_usage: "api,validation,encoding,queries,resolveQuerySet:destination_buffer_usage", Any;
    queries_are_resolved_to_multiples: "api,validation,encoding,queries,resolveQuerySet:destination_offset_alignment", Any;
    queries_are_resolved_within_buffers: "api,validation,encoding,queries,resolveQuerySet:resolve_buffer_oob", Any;
    queries_are_of_one_device: "api,validation,encoding,queries,resolveQuerySet:query_set_buffer,device_mismatch", Any;
}

const TIMESTAMPS: Wants = Wants { timestamps: true, immediates: false };

/// A pass that does a little, and notes when.
fn noted<D: Device>(
    device: &D,
    encoder: &mut D::Encoder,
    set: &D::Queries,
    part: (Option<u32>, Option<u32>),
) {
    let (pipeline, buffer) = (device.plain(DOUBLE), device.data(&[1; 64]));
    let group = device.bound(&pipeline, &[&buffer]);
    let mut pass = device.begin(encoder, Some(Stamps { set, begin: part.0, end: part.1 }));
    device.run_in(&mut pass, &pipeline, &group, [64, 1, 1]);
    device.end(pass);
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().expect("eight"))).collect()
}

async fn passes_end_after_they_began<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(TIMESTAMPS).await;
    let (set, buffer) = (device.queries(8), device.buffer(64, QUERY_RESOLVE | COPY_SRC));
    device.record(|encoder| {
        for pass in 0..4 {
            noted(&device, encoder, &set, (Some(pass * 2), Some(pass * 2 + 1)));
        }
        device.resolve(encoder, &set, (0, 8), (&buffer, 0));
    });
    let times = numbers(&device.read(&buffer, 0, 64).await);
    facts.holds("in order", times.is_sorted() && times[0] > 0);
}

async fn passes_of_several_sets_are_noted<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(TIMESTAMPS).await;
    let sets: Vec<_> = (0..8).map(|_| device.queries(2)).collect();
    let buffer = device.buffer(8 * 256, QUERY_RESOLVE | COPY_SRC);
    device.record(|encoder| {
        for (set, place) in sets.iter().zip(0..) {
            noted(&device, encoder, set, (None, Some(1)));
            device.resolve(encoder, set, (1, 1), (&buffer, place * 256));
        }
    });
    let mut times = Vec::new();
    for place in 0..8 {
        times.extend(numbers(&device.read(&buffer, place * 256, 8).await));
    }
    facts.holds("in order", times.is_sorted() && times[0] > 0);
}

async fn queries_take_a_feature<F: Front>(front: &F, facts: &mut Facts) {
    for (wants, wanted) in [(TIMESTAMPS, None), (Wants::default(), VALIDATION)] {
        let device = front.open(wants).await;
        facts.fault(device.caught(|| drop(device.queries(2))).await, wanted);
    }
}

async fn sets_have_few_queries<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(TIMESTAMPS).await;
    for (count, wanted) in [(1, None), (4_096, None), (4_097, VALIDATION), (u32::MAX, VALIDATION)] {
        facts.fault(device.caught(|| drop(device.queries(count))).await, wanted);
    }
}

async fn passes_note_in_queries_there_are<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(TIMESTAMPS).await;
    let set = device.queries(4);
    for (begin, end, wanted) in [
        (Some(0), Some(3), None),
        (Some(3), Some(0), None),
        (Some(2), None, None),
        (None, Some(1), None),
        (Some(4), Some(1), VALIDATION),
        (Some(1), Some(4), VALIDATION),
        (Some(1), Some(1), VALIDATION),
    ] {
        let act = || {
            device.record(|encoder| {
                let pass = device.begin(encoder, Some(Stamps { set: &set, begin, end }));
                device.end(pass);
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn queries_of_passes_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(TIMESTAMPS).await, front.open(TIMESTAMPS).await);
    let set = other.queries(2);
    let act = || {
        device.record(|encoder| {
            let pass = device.begin(encoder, Some(Stamps { set: &set, begin: Some(0), end: None }));
            device.end(pass);
        });
    };
    facts.fault(device.caught(act).await, VALIDATION);
}

/// Resolves queries of a set of four that are all written, to a buffer.
async fn resolved<F: Front>(
    front: &F,
    facts: &mut Facts,
    (size, usage): (u64, u32),
    all: &[((u32, u32), u64, Option<Fault>)],
) {
    let device = front.open(TIMESTAMPS).await;
    let (set, buffer) = (device.queries(4), device.buffer(size, usage));
    device.record(|encoder| {
        noted(&device, encoder, &set, (Some(0), Some(1)));
        noted(&device, encoder, &set, (Some(2), Some(3)));
    });
    for &(part, offset, wanted) in all {
        let act = || device.record(|encoder| device.resolve(encoder, &set, part, (&buffer, offset)));
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn queries_that_are_resolved_are_there<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ((0, 4), 0, None),
        ((3, 1), 0, None),
        ((1, 4), 0, VALIDATION),
        ((0, 5), 0, VALIDATION),
        ((5, 1), 0, VALIDATION),
    ];
    resolved(front, facts, (1_024, QUERY_RESOLVE), &all).await;
}

async fn resolving_takes_a_usage<F: Front>(front: &F, facts: &mut Facts) {
    resolved(front, facts, (64, QUERY_RESOLVE | DATA), &[((0, 4), 0, None)]).await;
    resolved(front, facts, (64, DATA), &[((0, 4), 0, VALIDATION)]).await;
}

async fn queries_are_resolved_to_multiples<F: Front>(front: &F, facts: &mut Facts) {
    let all = [((0, 4), 256, None), ((0, 4), 128, VALIDATION), ((0, 4), 8, VALIDATION), ((0, 4), 512, None)];
    resolved(front, facts, (1_024, QUERY_RESOLVE), &all).await;
}

async fn queries_are_resolved_within_buffers<F: Front>(front: &F, facts: &mut Facts) {
    let all = [((0, 2), 256, None), ((0, 3), 256, VALIDATION), ((0, 1), 512, VALIDATION)];
    resolved(front, facts, (272, QUERY_RESOLVE), &all).await;
}

async fn queries_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(TIMESTAMPS).await, front.open(TIMESTAMPS).await);
    let (set, buffer) = (device.queries(2), device.buffer(64, QUERY_RESOLVE));
    let (strange_set, strange_buffer) = (other.queries(2), other.buffer(64, QUERY_RESOLVE));
    device.record(|encoder| noted(&device, encoder, &set, (Some(0), Some(1))));
    let act = || device.record(|encoder| device.resolve(encoder, &strange_set, (0, 2), (&buffer, 0)));
    facts.fault(device.caught(act).await, VALIDATION);
    let act = || device.record(|encoder| device.resolve(encoder, &set, (0, 2), (&strange_buffer, 0)));
    facts.fault(device.caught(act).await, VALIDATION);
}
