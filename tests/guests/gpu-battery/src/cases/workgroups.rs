//! Workgroups: what they share, and where invocations are in them.

use super::cases;
use crate::kit::Kit;
use crate::{Facts, Front, Wants};

cases! {
    invocations_know_their_places: "shader,execution,shader_io,compute_builtins:inputs", Computing;
    shared_memory_is_zeros: "shader,execution,zero_init:compute,zero_init", Computing;
    memory_of_functions_is_zeros: "shader,execution,zero_init:compute,zero_init", Computing;
    barriers_are_waited_at: "shader,execution,memory_model,barrier:workgroup_barrier_store_load", Computing;
    barriers_of_storage_are_waited_at: "shader,execution,memory_model,barrier:*", Computing;
    workgroups_share_what_is_uniform: "shader,execution,expression,call,builtin,workgroupUniformLoad:*", Computing;
    workgroups_sum_up: "shader,execution,memory_model,coherence:corr", Computing;
}

async fn invocations_know_their_places<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        @group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
        @compute @workgroup_size(2, 3, 1) fn main(
            @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32,
            @builtin(global_invocation_id) all: vec3u, @builtin(workgroup_id) group: vec3u,
            @builtin(num_workgroups) groups: vec3u,
        ) {
            let place = (group.x + groups.x * (group.y + groups.y * group.z)) * 6u + index;
            let told = vec3u(local.x + 10u * local.y, group.x + 10u * group.y, all.x + 10u * all.y);
            out[place] = vec4u(told, groups.x + 10u * groups.y + 100u * groups.z + 1000u * index + all.z * 10000u);
        }";
    let out = device.data(&[0; 6 * 8 * 4]);
    device.run(&device.plain(text), &[&out], [2, 2, 2]);
    let mut wanted = Vec::new();
    for (x, y, z) in (0..8).map(|group| (group % 2, group / 2 % 2, group / 4)) {
        for index in 0..6 {
            let (local_x, local_y) = (index % 2, index / 2);
            let all = x * 2 + local_x + 10 * (y * 3 + local_y);
            wanted.extend([local_x + 10 * local_y, x + 10 * y, all, 222 + 1_000 * index + 10_000 * z]);
        }
    }
    facts.words(&device.all(&out, wanted.len()).await, &wanted);
}

async fn shared_memory_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // The first fills what the second may get.
    let text = "
        struct Inner { a: u32, b: vec3u, c: array<mat2x2f, 3> }
        struct Shared { first: array<u32, 300>, inner: array<Inner, 4>, count: atomic<u32> }
        var<workgroup> shared_by_all: Shared;
        @group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>>;
        @compute @workgroup_size(32) fn main(@builtin(local_invocation_index) index: u32) {
            var wrong = 0u;
            for (var i = index; i < 300u; i += 32u) { wrong += u32(shared_by_all.first[i] != 0u); }
            if index < 4u {
                let inner = shared_by_all.inner[index];
                wrong += inner.a + inner.b.x + inner.b.y + inner.b.z + u32(inner.c[2][1].y != 0.0);
            }
            wrong += atomicLoad(&shared_by_all.count);
            atomicAdd(&out[0], wrong);
            atomicAdd(&out[1], 1u);
            workgroupBarrier();
            for (var i = index; i < 300u; i += 32u) { shared_by_all.first[i] = 0xffffffffu; }
            if index < 4u { shared_by_all.inner[index].a = 7u; shared_by_all.inner[index].c[2][1].y = 3.0; }
            if index == 9u { atomicStore(&shared_by_all.count, 5u); }
        }";
    let (out, pipeline) = (device.data(&[0; 2]), device.plain(text));
    for _ in 0..2 {
        device.run(&pipeline, &[&out], [16, 1, 1]);
    }
    facts.words(&device.all(&out, 2).await, &[0, 1_024]);
}

async fn memory_of_functions_is_zeros<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        struct Inner { a: i32, b: vec2f, c: array<vec3u, 5>, d: bool }
        var<private> own: array<Inner, 3>;
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        fn filled(times: u32) -> u32 {
            var inner: array<Inner, 2>;
            let before = u32(inner[1].a) + inner[1].c[4].z + u32(inner[0].b.y) + u32(inner[1].d);
            inner[1].a = 5; inner[1].c[4].z = times + 1u; inner[0].b.y = 9.0; inner[1].d = true;
            return before;
        }
        @compute @workgroup_size(1) fn main() {
            for (var i = 0u; i < 4u; i++) { out[i] = filled(i) + 1u; }
            out[4] = u32(own[2].a) + own[0].c[1].x + u32(own[1].d) + 1u;
            own[2].a = 3;
            out[5] = u32(own[2].a);
        }";
    facts.words(&device.computed(text, 6, None).await, &[1, 1, 1, 1, 1, 3]);
}

async fn barriers_are_waited_at<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // Everybody reads what another one wrote, again and again.
    let text = "
        var<workgroup> ring: array<u32, 64>;
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) index: u32) {
            ring[index] = index;
            for (var i = 0u; i < 100u; i++) {
                workgroupBarrier();
                let next = ring[(index + 1u) % 64u];
                workgroupBarrier();
                ring[index] = next + 1u;
            }
            out[index] = ring[index];
        }";
    let wanted: Vec<u32> = (0..64).map(|index| (index + 100) % 64 + 100).collect();
    facts.words(&device.computed(text, 64, None).await, &wanted);
}

async fn barriers_of_storage_are_waited_at<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) index: u32) {
            out[index] = index * index;
            storageBarrier();
            let other = out[63u - index];
            storageBarrier();
            out[index] += other;
        }";
    let wanted: Vec<u32> = (0..64).map(|index| index * index + (63 - index) * (63 - index)).collect();
    facts.words(&device.computed(text, 64, None).await, &wanted);
}

async fn workgroups_share_what_is_uniform<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        var<workgroup> length: u32;
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(8) fn main(@builtin(local_invocation_index) index: u32) {
            if index == 5u { length = 9u; }
            let all = workgroupUniformLoad(&length);
            for (var i = 0u; i < all; i++) { out[index] += i; workgroupBarrier(); }
        }";
    facts.words(&device.computed(text, 8, None).await, &[36; 8]);
}

async fn workgroups_sum_up<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        var<workgroup> sums: array<u32, 128>;
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @group(0) @binding(1) var<storage, read> given: array<u32>;
        @compute @workgroup_size(128) fn main(
            @builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u,
        ) {
            sums[index] = given[group.x * 128u + index];
            for (var half = 64u; half > 0u; half >>= 1u) {
                workgroupBarrier();
                if index < half { sums[index] += sums[index + half]; }
            }
            if index == 0u { out[group.x] = sums[0]; }
        }";
    let given: Vec<u32> = (0..1_024_u32).map(|number| number.wrapping_mul(2_654_435_761)).collect();
    let (out, data) = (device.data(&[0; 8]), device.data(&given));
    device.run(&device.plain(text), &[&out, &data], [8, 1, 1]);
    let sum = |part: &[u32]| part.iter().fold(0_u32, |sum, number| sum.wrapping_add(*number));
    let wanted: Vec<u32> = given.chunks(128).map(sum).collect();
    facts.words(&device.all(&out, 8).await, &wanted);
}
