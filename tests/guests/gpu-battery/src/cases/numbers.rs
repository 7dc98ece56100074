//! What operators and functions make of numbers. Those of floats have one right answer.

use super::cases;
use crate::kit::{main_of, Kit};
use crate::{Facts, Front, Wants};

cases! {
    unsigned_numbers_wrap_around: "shader,execution,expression,binary,u32_arithmetic:multiplication", Computing;
    signed_numbers_wrap_around: "shader,execution,expression,binary,i32_arithmetic:subtraction", Computing;
    numbers_are_divided: "shader,execution,expression,binary,i32_arithmetic:division", Computing;
    divisions_by_0_are_defined: "shader,execution,expression,binary,u32_arithmetic:remainder", Computing;
    bits_are_shifted: "shader,execution,expression,binary,bitwise_shift:shift_right_concrete", Computing;
    bits_are_combined: "shader,execution,expression,binary,bitwise:bitwise_exclusive_or", Computing;
    numbers_are_compared: "shader,execution,expression,binary,i32_comparison:*", Computing;
    bits_are_counted: "shader,execution,expression,call,builtin,countOneBits:u32", Computing;
    bits_are_found: "shader,execution,expression,call,builtin,firstLeadingBit:i32", Computing;
    bits_are_taken_out: "shader,execution,expression,call,builtin,extractBits:i32", Computing;
    bits_are_put_in: "shader,execution,expression,call,builtin,insertBits:integer", Computing;
    vectors_are_multiplied: "shader,execution,expression,call,builtin,dot:*", Computing;
    packed_numbers_are_multiplied: "shader,execution,expression,call,builtin,dot4I8Packed:*", Computing;
    numbers_are_packed: "shader,execution,expression,call,builtin,pack4xU8:*", Computing;
    numbers_are_chosen: "shader,execution,expression,call,builtin,select:vector", Computing;
    floats_are_exact_where_they_can_be: "shader,execution,expression,binary,f32_addition:scalar", Computing;
    floats_are_rounded: "shader,execution,expression,call,builtin,round:f32", Computing;
    floats_become_integers: "shader,execution,expression,unary,i32_conversion:f32", Computing;
    bits_are_floats: "shader,execution,expression,call,builtin,bitcast:f32_to_u32", Computing;
}

/// What each of these comes to, of `x`, `y`, `i` and `j`: numbers that no compiler knows, and the same with signs.
async fn comes_to<F: Front>(front: &F, facts: &mut Facts, given: [u32; 2], all: &[(&str, u32)]) {
    let device = front.open(Wants::default()).await;
    let body: String =
        all.iter().enumerate().map(|(place, (what, _))| format!("out[{place}] = {what};\n")).collect();
    let text = format!(
        "@group(0) @binding(1) var<storage, read> given: vec2u;
        {}",
        main_of(&format!(
            "let x = given.x; let y = given.y; let i = bitcast<i32>(x); let j = bitcast<i32>(y);
            let f = f32(x); let g = f32(y);
            _ = x; _ = y; _ = i; _ = j; _ = f; _ = g;
            {body}"
        ))
    );
    let wanted: Vec<u32> = all.iter().map(|(_, wanted)| *wanted).collect();
    facts.words(&device.computed(&text, all.len(), Some(&given)).await, &wanted);
}

/// A number with a sign, as the bits that it has.
const fn signed(number: i32) -> u32 {
    number as u32
}

async fn unsigned_numbers_wrap_around<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("x + y", 2),
        ("y - x", 6),
        ("x - y", 0xffff_fffa),
        ("x * y", 0xffff_fff8),
        ("x * x", 4),
        ("(x * 0x10001u) >> 16u", 0xfffd),
        ("u32(-(-i) == i)", 1),
    ];
    comes_to(front, facts, [u32::MAX - 1, 4], &all).await;
}

async fn signed_numbers_wrap_around<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("bitcast<u32>(i - j)", signed(i32::MIN.wrapping_sub(7))),
        ("bitcast<u32>(i + i)", 0),
        ("bitcast<u32>(i * j)", signed(i32::MIN)),
        ("bitcast<u32>(-i)", signed(i32::MIN)),
        ("bitcast<u32>(i + j)", signed(i32::MIN + 7)),
        ("bitcast<u32>(-j)", signed(-7)),
        ("bitcast<u32>(abs(-j))", 7),
        ("bitcast<u32>(sign(i))", signed(-1)),
    ];
    comes_to(front, facts, [1 << 31, 7], &all).await;
}

async fn numbers_are_divided<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("bitcast<u32>(i / j)", signed(-3)),
        ("bitcast<u32>(i % j)", signed(-2)),
        ("bitcast<u32>(-i / j)", 3),
        ("bitcast<u32>(-i % -j)", 2),
        ("bitcast<u32>(i / -j)", 3),
        ("x / y", (u32::MAX - 16) / 5),
        ("x % y", (u32::MAX - 16) % 5),
        ("y / x", 0),
        ("y % x", 5),
    ];
    comes_to(front, facts, [signed(-17), 5], &all).await;
}

async fn divisions_by_0_are_defined<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("x / y", 77),
        ("x % y", 0),
        ("bitcast<u32>(i / j)", 77),
        ("bitcast<u32>(i % j)", 0),
        ("y / y", 0),
        ("bitcast<u32>((j - 2147483647 - 1) / (j - 1))", signed(i32::MIN)),
        ("bitcast<u32>((j - 2147483647 - 1) % (j - 1))", 0),
    ];
    comes_to(front, facts, [77, 0], &all).await;
}

async fn bits_are_shifted<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("x << y", 0x1234_5670),
        ("x >> y", 0x0f12_3456),
        ("bitcast<u32>(i >> y)", 0xff12_3456),
        ("bitcast<u32>(i << y)", 0x1234_5670),
        ("x >> (y * 7u)", 0xf),
        ("x << 31u", 1 << 31),
        ("x >> 0u", 0xf123_4567),
    ];
    comes_to(front, facts, [0xf123_4567, 4], &all).await;
}

async fn bits_are_combined<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("x & y", 0x0000_f00f & 0x0f0f_0ff0),
        ("x | y", 0x0000_f00f | 0x0f0f_0ff0),
        ("x ^ y", 0x0000_f00f ^ 0x0f0f_0ff0),
        ("~x", !0x0000_f00f),
        ("bitcast<u32>(~i & j)", !0x0000_f00f & 0x0f0f_0ff0),
        ("u32((x & 1u) == 1u && (y & 1u) == 0u)", 1),
        ("u32(!((x & 1u) == 1u) || (y & 1u) == 1u)", 0),
    ];
    comes_to(front, facts, [0x0000_f00f, 0x0f0f_0ff0], &all).await;
}

async fn numbers_are_compared<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("u32(x < y)", 0),
        ("u32(i < j)", 1),
        ("u32(i <= i)", 1),
        ("u32(x >= y)", 1),
        ("u32(i > j)", 0),
        ("u32(x != y)", 1),
        ("u32(f > g)", 1),
        ("u32(f32(i) == -1.0)", 1),
        ("u32(all(vec2i(i, j) <= vec2i(j, j)))", 1),
        ("u32(any(vec2u(x, y) < vec2u(y, y)))", 0),
    ];
    comes_to(front, facts, [u32::MAX, 3], &all).await;
}

async fn bits_are_counted<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("countOneBits(x)", 13),
        ("countOneBits(y)", 0),
        ("countLeadingZeros(x)", 3),
        ("countLeadingZeros(y)", 32),
        ("countTrailingZeros(x)", 3),
        ("countTrailingZeros(y)", 32),
        ("bitcast<u32>(countOneBits(~j))", 32),
        ("bitcast<u32>(countLeadingZeros(-i))", 0),
        ("reverseBits(x)", 0x12345678_u32.reverse_bits()),
        ("countOneBits(vec2u(x, ~x)).y", 19),
    ];
    comes_to(front, facts, [0x1234_5678, 0], &all).await;
}

async fn bits_are_found<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("firstLeadingBit(x)", 20),
        ("firstLeadingBit(y)", u32::MAX),
        ("firstTrailingBit(x)", 8),
        ("firstTrailingBit(y)", u32::MAX),
        ("bitcast<u32>(firstLeadingBit(i))", 20),
        ("bitcast<u32>(firstLeadingBit(~i))", 20),
        ("bitcast<u32>(firstLeadingBit(~j))", u32::MAX),
        ("bitcast<u32>(firstTrailingBit(~j))", 0),
        ("firstLeadingBit(~x)", 31),
    ];
    comes_to(front, facts, [0x0010_0100, 0], &all).await;
}

async fn bits_are_taken_out<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("extractBits(x, 4u, 8u)", 0xef),
        ("bitcast<u32>(extractBits(i, 4u, 8u))", 0xffff_ffef),
        ("bitcast<u32>(extractBits(i, 8u, 4u))", 0xffff_fffe),
        ("extractBits(x, 0u, 32u)", 0x9abc_def1),
        // What is beyond the last bit is left out: 20 from 28 on, and 4 from 40 on.
        ("extractBits(x, y * 9u + 1u, y * 7u - 1u)", 0x9),
        ("extractBits(x, y * 13u + 1u, y + 1u)", 0),
        ("extractBits(x, y, y)", 0x6),
        ("extractBits(x, 12u, 0u)", 0),
    ];
    comes_to(front, facts, [0x9abc_def1, 3], &all).await;
}

async fn bits_are_put_in<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("insertBits(x, y, 8u, 8u)", 0xffff_34ff),
        ("insertBits(x, y, 0u, 32u)", 0x1234),
        ("insertBits(x, y, 12u, 0u)", u32::MAX),
        // 20 from 28 on.
        ("insertBits(x, y, y - 0x1218u, y - 0x1220u)", 0x4fff_ffff),
        ("bitcast<u32>(insertBits(i, j, 4u, 12u))", 0xffff_234f),
        ("insertBits(x, y, y - 0x1214u, 3u)", u32::MAX),
    ];
    comes_to(front, facts, [u32::MAX, 0x1234], &all).await;
}

async fn vectors_are_multiplied<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("dot(vec3u(x, y, 2u), vec3u(10u, 100u, 1000u))", 2_470),
        ("bitcast<u32>(dot(vec2i(-i, j), vec2i(3, 2)))", signed(-13)),
        ("dot(vec4u(x, y, x, y), vec4u(x, x, y, y))", 121),
        ("u32(dot(vec4f(f, g, 1.0, 0.0), vec4f(2.0, 3.0, 4.0, 5.0)))", 30),
        ("u32(cross(vec3f(f, 0.0, 0.0), vec3f(0.0, g, 0.0)).z)", 28),
        ("u32((mat2x2f(f, g, 1.0, 2.0) * vec2f(2.0, 3.0)).y)", 14),
        ("u32((vec2f(2.0, 3.0) * mat2x2f(f, g, 1.0, 2.0)).x)", 26),
    ];
    comes_to(front, facts, [7, 4], &all).await;
}

async fn packed_numbers_are_multiplied<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("dot4U8Packed(x, y)", 5 + 12 + 0xff * 7 + 0x80 * 8),
        ("bitcast<u32>(dot4I8Packed(x, y))", signed(5 + 12 - 7 - 128 * 8)),
        ("dot4U8Packed(x, x)", 1 + 4 + 255 * 255 + 128 * 128),
        ("bitcast<u32>(dot4I8Packed(x, x))", 1 + 4 + 1 + 128 * 128),
    ];
    comes_to(front, facts, [0x80ff_0201, 0x0807_0605], &all).await;
}

async fn numbers_are_packed<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("pack4xU8(vec4u(x, y, 3u, 4u))", 0x0403_ff2c),
        ("pack4xU8Clamp(vec4u(x, y, 3u, 4u))", 0x0403_ffff),
        ("pack4xI8(vec4i(-1, i, 2, -128))", 0x8002_2cff),
        ("pack4xI8Clamp(vec4i(-1, i, 2, -1000))", 0x8002_7fff),
        ("unpack4xU8(x * 0x10101u).z", 0x2d),
        ("bitcast<u32>(unpack4xI8(y).x)", u32::MAX),
        ("pack2x16float(vec2f(1.0, -2.0))", 0xc000_3c00),
        ("u32(unpack2x16float(0x4900u + x * 0u).x)", 10),
        ("pack4x8unorm(vec4f(0.0, 1.0, 2.0, -1.0))", 0x00ff_ff00),
    ];
    comes_to(front, facts, [300, 255], &all).await;
}

async fn numbers_are_chosen<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("select(x, y, x > y)", 3),
        ("select(x, y, x < y)", 9),
        ("select(vec2u(x, y), vec2u(7u, 8u), vec2(true, false)).x", 7),
        ("select(vec2u(x, y), vec2u(7u, 8u), vec2(true, false)).y", 3),
        ("clamp(x, 2u, y)", 3),
        ("clamp(x, 10u, 20u)", 10),
        ("min(x, y) + 10u * max(x, y)", 93),
        ("bitcast<u32>(max(-i, -j))", signed(-3)),
        ("u32(min(f, g)) + u32(max(vec2f(f, g), vec2f(4.0)).y)", 7),
    ];
    comes_to(front, facts, [9, 3], &all).await;
}

async fn floats_are_exact_where_they_can_be<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("bitcast<u32>(f + g)", 12_585_984.0_f32.to_bits()),
        ("bitcast<u32>(f * 0.5)", 6_291_456.0_f32.to_bits()),
        ("bitcast<u32>(f - g * 2.0)", 12_576_768.0_f32.to_bits()),
        ("bitcast<u32>(g * g)", 9_437_184.0_f32.to_bits()),
        ("bitcast<u32>(f / 4096.0)", 3_072.0_f32.to_bits()),
        ("bitcast<u32>(-f)", (-12_582_912.0_f32).to_bits()),
        ("bitcast<u32>(fma(g, 2.0, 1.0))", 6_145.0_f32.to_bits()),
        ("bitcast<u32>((g + 5.0) % 1024.0)", 5.0_f32.to_bits()),
        ("bitcast<u32>(abs(g - f))", 12_579_840.0_f32.to_bits()),
    ];
    comes_to(front, facts, [12_582_912, 3_072], &all).await;
}

async fn floats_are_rounded<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("bitcast<u32>(i32(floor(f / 2.0)))", 3),
        ("bitcast<u32>(i32(ceil(f / 2.0)))", 4),
        ("bitcast<u32>(i32(round(f / 2.0)))", 4),
        ("bitcast<u32>(i32(round(g / 2.0)))", 2),
        ("bitcast<u32>(i32(floor(-f / 2.0)))", signed(-4)),
        ("bitcast<u32>(i32(trunc(-f / 2.0)))", signed(-3)),
        ("bitcast<u32>(fract(f / 4.0))", 0.75_f32.to_bits()),
        ("bitcast<u32>(saturate(f))", 1.0_f32.to_bits()),
        ("bitcast<u32>(step(g, f))", 1.0_f32.to_bits()),
        ("bitcast<u32>(sign(-f))", (-1.0_f32).to_bits()),
        ("bitcast<u32>(modf(f / 2.0).whole)", 3.0_f32.to_bits()),
        ("bitcast<u32>(ldexp(f, 3))", 56.0_f32.to_bits()),
        ("bitcast<u32>(frexp(g).fract)", 0.625_f32.to_bits()),
    ];
    comes_to(front, facts, [7, 5], &all).await;
}

async fn floats_become_integers<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("u32(f / 3.0)", 333),
        ("bitcast<u32>(i32(-f / 3.0))", signed(-333)),
        ("bitcast<u32>(f32(i))", 1_000.0_f32.to_bits()),
        ("bitcast<u32>(f32(-i))", (-1_000.0_f32).to_bits()),
        ("bitcast<u32>(f32(0xffffff00u + y))", 4_294_967_040.0_f32.to_bits()),
        ("u32(f32(x > 5u))", 1),
        ("u32(bool(f))", 1),
        ("u32(bool(y))", 0),
        ("u32(i32(x) - 1001 == -1)", 1),
    ];
    comes_to(front, facts, [1_000, 0], &all).await;
}

async fn bits_are_floats<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("u32(bitcast<f32>(x))", 3),
        ("bitcast<u32>(bitcast<f32>(y))", 0x7f7f_ffff),
        ("bitcast<u32>(bitcast<f32>(x) * 2.0)", 6.0_f32.to_bits()),
        ("bitcast<vec2u>(vec2f(1.0, bitcast<f32>(x))).y", 3.0_f32.to_bits()),
        ("bitcast<u32>(bitcast<i32>(bitcast<f32>(x)))", 3.0_f32.to_bits()),
        ("u32(bitcast<f32>(y) > 3.4e38)", 1),
    ];
    comes_to(front, facts, [0x4040_0000, 0x7f7f_ffff], &all).await;
}
