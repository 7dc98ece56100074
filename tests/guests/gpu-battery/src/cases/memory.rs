//! How types lie in memory, and how their parts are reached.

use super::cases;
use crate::front::usage::{COPY_DST, UNIFORM};
use crate::kit::{bytes, main_of, Kit};
use crate::{Device, Facts, Front, Wants};

cases! {
    structures_are_read_as_they_lie: "shader,execution,memory_layout:read_layout", Computing;
    structures_are_written_as_they_lie: "shader,execution,memory_layout:write_layout", Computing;
    room_between_members_is_kept: "shader,execution,padding:struct_implicit", Computing;
    uniforms_are_read_as_they_lie: "shader,execution,memory_layout:read_layout", Computing;
    matrices_lie_by_columns: "shader,execution,expression,access,matrix,index:concrete_float_column", Computing;
    components_of_vectors_are_reached: "shader,execution,expression,access,vector,components:concrete_scalar", Computing;
    elements_of_arrays_are_reached: "shader,execution,expression,access,array,index:concrete_scalar", Computing;
    members_of_structures_are_reached: "shader,execution,expression,access,structure,index:*", Computing;
    pointers_are_passed_on: "shader,execution,expression,unary,indirection:deref", Computing;
}

const STRUCTURES: &str = "
    struct Inner { a: vec3f, b: u32, c: vec2u, @align(16) d: u32 }
    struct Outer { first: u32, inner: Inner, m: mat3x2f, list: array<vec3u, 2>, @size(32) wide: u32, last: i32 }";

/// Where a structure has its members, in words: those that are not there are room.
const MEMBERS: [(usize, u32); 22] = [
    (0, 11),
    (4, 0x3f80_0000),
    (5, 0x4000_0000),
    (6, 0x4040_0000),
    (7, 12),
    (8, 13),
    (9, 14),
    (12, 15),
    (16, 0x4080_0000),
    (17, 0x40a0_0000),
    (18, 0x40c0_0000),
    (19, 0x40e0_0000),
    (20, 0x4100_0000),
    (21, 0x4110_0000),
    (24, 16),
    (25, 17),
    (26, 18),
    (28, 19),
    (29, 20),
    (30, 21),
    (32, 22),
    (40, 23),
];
const WORDS: usize = 44;

/// A structure as it lies, in memory that had this before.
fn lying(room: u32) -> Vec<u32> {
    let mut words = vec![room; WORDS];
    MEMBERS.iter().for_each(|(place, word)| words[*place] = *word);
    words
}

async fn structures_are_read_as_they_lie<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{STRUCTURES} @group(0) @binding(1) var<storage, read> given: Outer; {}",
        main_of(
            "out[0] = given.first; out[1] = u32(given.inner.a.x); out[2] = u32(given.inner.a.z);
            out[3] = given.inner.b; out[4] = given.inner.c.y; out[5] = given.inner.d;
            out[6] = u32(given.m[0].y); out[7] = u32(given.m[2].x); out[8] = given.list[0].z;
            out[9] = given.list[1].y; out[10] = given.wide; out[11] = u32(given.last);"
        )
    );
    let wanted = [11, 1, 3, 12, 14, 15, 5, 8, 18, 20, 22, 23];
    facts.words(&device.computed(&text, 12, Some(&lying(77))).await, &wanted);
}

/// Writes all members.
const WRITES: &str = "
    out.first = 11u; out.inner.a = vec3f(1.0, 2.0, 3.0); out.inner.b = 12u; out.inner.c = vec2u(13u, 14u);
    out.inner.d = 15u; out.m = mat3x2f(4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
    out.list[0] = vec3u(16u, 17u, 18u); out.list[1] = vec3u(19u, 20u, 21u); out.wide = 22u; out.last = 23;";

async fn structures_are_written_as_they_lie<F: Front>(front: &F, facts: &mut Facts) {
    written(front, facts, 0).await;
}

async fn room_between_members_is_kept<F: Front>(front: &F, facts: &mut Facts) {
    written(front, facts, 0xaaaa_5555).await;
}

async fn written<F: Front>(front: &F, facts: &mut Facts, room: u32) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{STRUCTURES} @group(0) @binding(0) var<storage, read_write> out: Outer;
        @compute @workgroup_size(1) fn main() {{ {WRITES} }}"
    );
    let out = device.data(&[room; WORDS]);
    device.run(&device.plain(&text), &[&out], [1, 1, 1]);
    facts.words(&device.all(&out, WORDS).await, &lying(room));
}

async fn uniforms_are_read_as_they_lie<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "struct Part {{ a: vec2u, b: u32, @align(16) c: vec3u, d: u32 }}
        struct Given {{ parts: array<Part, 2>, m: mat2x4f, last: u32 }}
        @group(0) @binding(1) var<uniform> given: Given; {}",
        main_of(
            "for (var i = 0u; i < 2u; i++) {
                let part = given.parts[i];
                out[i * 4u] = part.a.y; out[i * 4u + 1u] = part.b; out[i * 4u + 2u] = part.c.z; out[i * 4u + 3u] = part.d;
            }
            out[8] = u32(given.m[1][2]); out[9] = given.last;"
        )
    );
    let mut words: Vec<u32> = (100..128).collect();
    words[22] = 6.0_f32.to_bits();
    let (out, given) = (device.data(&[0; 10]), device.buffer(112, UNIFORM | COPY_DST));
    device.write(&given, 0, &bytes(&words));
    device.run(&device.plain(&text), &[&out, &given], [1, 1, 1]);
    facts.words(&device.all(&out, 10).await, &[101, 102, 106, 107, 109, 110, 114, 115, 6, 124]);
}

async fn matrices_lie_by_columns<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let body = "
        var m = mat3x3f(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
        for (var i = 0u; i < 3u; i++) { for (var j = 0u; j < 3u; j++) { out[i * 3u + j] = u32(m[i][j]); } }
        m[1] = vec3f(10.0, 11.0, 12.0);
        m[2][0] = 13.0;
        let product = m * vec3f(1.0, 2.0, 3.0);
        out[9] = u32(product.x); out[10] = u32(product.y); out[11] = u32(product.z);
        let turned = transpose(m);
        out[12] = u32(turned[0][1]); out[13] = u32(turned[0][2]); out[14] = u32((m * turned)[2][2]);
        out[15] = u32(determinant(mat2x2f(3.0, 4.0, 1.0, 2.0)));";
    // 1 + 20 + 39, 2 + 22 + 24, 3 + 24 + 27; and 9 + 144 + 81.
    let wanted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 60, 48, 54, 10, 13, 234, 2];
    facts.words(&device.computed(&main_of(body), 16, None).await, &wanted);
}

async fn components_of_vectors_are_reached<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let body = "
        var v = vec4u(1u, 2u, 3u, 4u);
        out[0] = v.x; out[1] = v.g; out[2] = v[2]; out[3] = v.wzyx.x;
        let turned = v.zyx; out[4] = turned.x * 100u + turned.y * 10u + turned.z;
        for (var i = 0u; i < 4u; i++) { v[i] += 10u * i; }
        out[5] = v.y; out[6] = v.w; v.b = 9u; out[7] = v.z + v.rr.y;
        let built = vec4u(v.xy, vec2u(7u)); out[8] = built.y + built.w;
        out[9] = u32(all(v == vec4u(1u, 12u, 9u, 34u)));";
    facts.words(&device.computed(&main_of(body), 10, None).await, &[1, 2, 3, 4, 321, 12, 34, 10, 19, 1]);
}

async fn elements_of_arrays_are_reached<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "const TABLE = array<u32, 5>(3u, 1u, 4u, 1u, 5u);
        @group(0) @binding(1) var<storage, read> given: array<u32>; {}",
        main_of(
            "var local = array<array<u32, 3>, 2>();
            for (var i = 0u; i < 6u; i++) { local[i / 3u][i % 3u] = given[i] * 2u; }
            out[0] = local[1][2]; out[1] = local[given[0]][given[1]];
            for (var i = 0u; i < 5u; i++) { out[2u + i] = TABLE[4u - i]; }
            let copy = local; local[0][0] = 99u; out[7] = copy[0][0];"
        )
    );
    let wanted = [18, 14, 5, 1, 4, 1, 3, 2];
    facts.words(&device.computed(&text, 8, Some(&[1, 1, 5, 6, 7, 9])).await, &wanted);
}

async fn members_of_structures_are_reached<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "struct Point {{ x: i32, y: i32 }} struct Line {{ first: Point, last: Point, marks: array<u32, 2> }}
        fn turned(line: Line) -> Line {{ return Line(line.last, line.first, array<u32, 2>(line.marks[1], line.marks[0])); }} {}",
        main_of(
            "var line = Line(Point(1, 2), Point(3, 4), array<u32, 2>(5u, 6u));
            line.first.y = 20;
            let other = turned(line);
            out[0] = u32(other.first.x); out[1] = u32(other.last.y); out[2] = other.marks[0];
            out[3] = u32(turned(other).first.y); out[4] = u32(line.last.x - other.last.x);"
        )
    );
    facts.words(&device.computed(&text, 5, None).await, &[3, 20, 6, 20, 2]);
}

async fn pointers_are_passed_on<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "var<private> total: u32;
        fn add(to: ptr<function, u32>, by: u32) -> u32 {{ *to += by; total += by; return *to; }}
        fn swap(a: ptr<function, u32>, b: ptr<function, u32>) {{ let kept = *a; *a = *b; *b = kept; }} {}",
        main_of(
            "var a = 1u; var b = 10u;
            out[0] = add(&a, 5u); out[1] = add(&b, 7u);
            swap(&a, &b); out[2] = a; out[3] = b;
            let p = &a; *p *= 2u; out[4] = a; out[5] = total;
            var list = array<u32, 3>(1u, 2u, 3u); let second = &list[1]; *second = 8u; out[6] = list[1] + list[2];"
        )
    );
    facts.words(&device.computed(&text, 7, None).await, &[6, 17, 17, 6, 34, 12, 11]);
}
