// A layer of a neural network, for a batch of inputs: each of its neurons adds up what it is given, each number times a
// weight, and a number of its own.

override inputs: u32;
override outputs: u32;
// The last layer gives what it has, the others nothing below 0.
override is_last: bool;

@group(0) @binding(0) var<storage, read> given: array<f32>;
// For each input, a row of weights for all neurons.
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> biases: array<f32>;
@group(0) @binding(3) var<storage, read_write> found: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let neuron = id.x;
    let one = id.y;
    if neuron >= outputs {
        return;
    }
    var sum = biases[neuron];
    for (var i = 0u; i < inputs; i++) {
        sum += given[one * inputs + i] * weights[i * outputs + neuron];
    }
    found[one * outputs + neuron] = select(max(sum, 0.0), sum, is_last);
}
