//! The shaders that speed is measured by.

/// Invocations of a workgroup.
pub(super) const GROUP: u32 = 64;

/// Reads and writes everything once.
pub(super) const COPY: &str = "@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64u;
  if index < arrayLength(&source) { target_[index] = source[index] + 1.0; }
}";

/// Multiplies and adds, four rows of four numbers 256 times.
pub(super) const MULTIPLY: &str = "@group(0) @binding(0) var<storage, read_write> data: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.499, 0.498, 0.497, 0.496);
  var a = vec4f(f32(id.x)); var b = a + 1.0; var c = a + 2.0; var d = a + 3.0;
  for (var i = 0; i < 256; i++) {
    a = fma(b, factor, factor); b = fma(c, factor, factor); c = fma(d, factor, factor); d = fma(a, factor, factor);
  }
  data[id.x] = dot(a + b + c + d, factor);
}";

/// What a workgroup of that takes: two for each of 16 numbers, each time.
pub(super) const FLOPS_OF_A_GROUP: u64 = GROUP as u64 * 256 * 16 * 2;

/// Does nothing.
pub(super) const EMPTY: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() { if arrayLength(&data) == 0u { data[0] = 1u; } }";
