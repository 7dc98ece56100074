// Blurs a picture one way, across or down; run twice, once each way, that is a Gaussian blur. A pixel is four numbers of 16
// bits: red, green and blue, each times alpha, and alpha. What lies beyond an edge is as the pixel at the edge.

override width: i32;
override height: i32;
override is_down: bool;

// What a pixel counts for, by how far away it is.
@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> sharp: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> blurred: array<vec2u>;

fn pixel(at: vec2i) -> vec4f {
    let inside = clamp(at, vec2i(), vec2i(width - 1, height - 1));
    let packed = sharp[inside.y * width + inside.x];
    return vec4f(unpack2x16unorm(packed.x), unpack2x16unorm(packed.y));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let at = vec2i(id.xy);
    if at.x >= width || at.y >= height {
        return;
    }
    let way = select(vec2i(1, 0), vec2i(0, 1), is_down);
    var sum = weights[0] * pixel(at);
    for (var far = 1; far < i32(arrayLength(&weights)); far++) {
        sum += weights[far] * (pixel(at - far * way) + pixel(at + far * way));
    }
    blurred[at.y * width + at.x] = vec2u(pack2x16unorm(sum.xy), pack2x16unorm(sum.zw));
}
