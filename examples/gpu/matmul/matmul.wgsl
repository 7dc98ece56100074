// c = a * b for matrices of n rows and columns. A workgroup computes a tile of 16 times 16 numbers of c. What that takes of a
// and b it loads a tile at a time into memory of its own, where each number is then read 16 times.

override n: u32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

var<workgroup> tile_a: array<array<f32, TILE>, TILE>;
var<workgroup> tile_b: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(global_invocation_id) at: vec3u, @builtin(local_invocation_id) here: vec3u) {
    var sum = 0.0;
    for (var first = 0u; first < n; first += TILE) {
        // Beyond the edges there are zeros, which add nothing.
        var from_a = 0.0;
        if at.y < n && first + here.x < n {
            from_a = a[at.y * n + first + here.x];
        }
        var from_b = 0.0;
        if first + here.y < n && at.x < n {
            from_b = b[(first + here.y) * n + at.x];
        }
        tile_a[here.y][here.x] = from_a;
        tile_b[here.y][here.x] = from_b;
        workgroupBarrier();
        for (var k = 0u; k < TILE; k++) {
            sum += tile_a[here.y][k] * tile_b[k][here.x];
        }
        // Nobody loads the next tiles while others read these.
        workgroupBarrier();
    }
    if at.y < n && at.x < n {
        c[at.y * n + at.x] = sum;
    }
}
