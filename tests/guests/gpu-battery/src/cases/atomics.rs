//! Atomics, in storage and in the memory of workgroups.

use super::cases;
use crate::kit::Kit;
use crate::{Facts, Front, Wants};

cases! {
    atomics_add_and_subtract: "shader,execution,expression,call,builtin,atomics,atomicAdd:*", Computing;
    atomics_find_the_most_and_the_least: "shader,execution,expression,call,builtin,atomics,atomicMax:*", Computing;
    atomics_change_bits: "shader,execution,expression,call,builtin,atomics,atomicXor:*", Computing;
    atomics_give_what_was_there: "shader,execution,expression,call,builtin,atomics,atomicExchange:exchange_storage_basic", Computing;
    atomics_compare_and_exchange: "shader,execution,expression,call,builtin,atomics,atomicCompareExchangeWeak:compare_exchange_weak_storage_basic", Computing;
    atomics_of_workgroups_are_their_own: "shader,execution,expression,call,builtin,atomics,atomicAdd:*", Computing;
    atomics_have_signs: "shader,execution,expression,call,builtin,atomics,atomicMin:*", Computing;
}

/// Runs a body for 8 workgroups of 64, with numbers that are atomic and start so.
async fn many<F: Front>(front: &F, facts: &mut Facts, ty: &str, body: &str, start: &[u32], wanted: &[u32]) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "var<workgroup> own: array<atomic<u32>, 2>;
        @group(0) @binding(0) var<storage, read_write> out: array<atomic<{ty}>>;
        @compute @workgroup_size(64) fn main(
            @builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) index: u32,
        ) {{ let all = id.x; {body} }}"
    );
    let out = device.data(start);
    device.run(&device.plain(&text), &[&out], [8, 1, 1]);
    facts.words(&device.all(&out, start.len()).await, wanted);
}

async fn atomics_add_and_subtract<F: Front>(front: &F, facts: &mut Facts) {
    let body = "atomicAdd(&out[0], 1u); atomicAdd(&out[1], all); atomicSub(&out[2], 3u); atomicAdd(&out[3], 0xffffffffu);";
    let wanted = [512, 511 * 256, 2_000 - 3 * 512, 600 - 512];
    many(front, facts, "u32", body, &[0, 0, 2_000, 600], &wanted).await;
}

async fn atomics_find_the_most_and_the_least<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        atomicMax(&out[0], all); atomicMin(&out[1], all + 7u); atomicMax(&out[2], all); atomicMin(&out[3], all);
        atomicMax(&out[4], all * 0x800000u);";
    let start = [0, u32::MAX, 10_000, 0, 0];
    many(front, facts, "u32", body, &start, &[511, 7, 10_000, 0, 511 * 0x80_0000]).await;
}

async fn atomics_change_bits<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        atomicOr(&out[all / 32u], 1u << (all % 32u)); atomicAnd(&out[16u + all / 32u], ~(1u << (all % 32u)));
        atomicXor(&out[32], all); atomicXor(&out[33], 1u << (all % 3u));";
    let mut start = vec![0; 34];
    start[16..32].fill(u32::MAX);
    start[33] = 8;
    let mut wanted = vec![u32::MAX; 16];
    wanted.extend([0; 16]);
    // All numbers below a power of two cancel out; of 512, 171 leave 0, 171 leave 1, 170 leave 2.
    wanted.extend([0, 8 | 1 | 2]);
    many(front, facts, "u32", body, &start, &wanted).await;
}

async fn atomics_give_what_was_there<F: Front>(front: &F, facts: &mut Facts) {
    // Each place is given out once, and who comes finds what the one before left.
    let body = "
        let place = atomicAdd(&out[0], 1u);
        atomicAdd(&out[1u + place], 1u);
        let before = atomicExchange(&out[513], all + 1u);
        atomicAdd(&out[514], before);
        atomicStore(&out[515], 9u); atomicAdd(&out[516], atomicLoad(&out[515]));";
    let device = front.open(Wants::default()).await;
    let text = format!(
        "@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {{ let all = id.x; {body} }}"
    );
    let out = device.data(&[0; 517]);
    device.run(&device.plain(&text), &[&out], [8, 1, 1]);
    let read = device.all(&out, 517).await;
    let words: Vec<u32> =
        read.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("four"))).collect();
    facts.words(&read[..513 * 4], &[&[512][..], &[1; 512]].concat());
    // What was exchanged, and what is left, are all numbers once.
    facts.holds("all there", words[513] + words[514] == 512 * 513 / 2);
    facts.words(&read[515 * 4..], &[9, 9 * 512]);
}

async fn atomics_compare_and_exchange<F: Front>(front: &F, facts: &mut Facts) {
    // A lock of sorts: everybody adds once, whoever comes in between.
    let body = "
        var seen = atomicLoad(&out[0]);
        for (var i = 0u; i < 5000u; i++) {
            let result = atomicCompareExchangeWeak(&out[0], seen, seen + all + 1u);
            if result.exchanged { atomicAdd(&out[1], 1u); break; }
            seen = result.old_value;
        }
        let never = atomicCompareExchangeWeak(&out[2], 1u, 7u);
        atomicAdd(&out[3], u32(never.exchanged)); atomicAdd(&out[4], never.old_value);";
    let wanted = [512 * 513 / 2, 512, 3, 0, 3 * 512];
    many(front, facts, "u32", body, &[0, 0, 3, 0, 0], &wanted).await;
}

async fn atomics_of_workgroups_are_their_own<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        atomicAdd(&own[0], index + 1u); atomicMax(&own[1], all);
        workgroupBarrier();
        if index == 0u { atomicStore(&out[all / 64u], atomicLoad(&own[0]) + atomicLoad(&own[1])); }";
    let wanted: Vec<u32> = (0..8).map(|group| 64 * 65 / 2 + group * 64 + 63).collect();
    many(front, facts, "u32", body, &[0; 8], &wanted).await;
}

async fn atomics_have_signs<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        let number = i32(all) - 256;
        atomicMin(&out[0], number); atomicMax(&out[1], number); atomicAdd(&out[2], number); atomicSub(&out[3], -1);";
    let wanted = [-256_i32 as u32, 255, -256_i32 as u32, 512];
    many(front, facts, "i32", body, &[0, -5_000_i32 as u32, 0, 0], &wanted).await;
}
