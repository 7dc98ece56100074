//! Has a neural network of 784, 512, 512 and 10 neurons classify a batch of inputs on a GPU, by `dayfly:gpu/v1`. The
//! argument is how many inputs there are.
//!
//! The network was never trained, so that its classes mean nothing: its weights are the numbers of one seed, and the inputs
//! those of another, see `random.rs`. They are the same wherever it runs.

use std::process::ExitCode;
use std::time::Instant;

use gpu_examples::check::largest_difference;
use gpu_examples::random::Random;
use gpu_examples::v1::{self, gpu};
use gpu_examples::{Failure, Result};

const SHADER: &str = include_str!("layer.wgsl");

/// How many numbers go into the network, and come out of each layer.
const SIZES: [usize; 4] = [784, 512, 512, 10];

/// The seed of the weights: for each layer in turn, first its weights and then its biases.
const WEIGHTS: u64 = 6;

/// The seed of the inputs.
const INPUTS: u64 = 2;

/// How many neurons a workgroup computes.
const GROUP: usize = 64;

/// How far GPU and processor may be apart, which round in orders of their own.
const TOLERANCE: f32 = 1e-3;

fn main() -> ExitCode {
    v1::ended(run())
}

fn run() -> Result<()> {
    let batch = batch()?;
    let layers = layers();
    let inputs = Random::new(INPUTS).numbers(batch * SIZES[0], 1.0);
    let device = v1::open()?;

    let mut steps = Vec::new();
    let mut given = gpu::storage(device, &inputs)?;
    for layer in &layers {
        let (step, found) = layer.step(device, given, batch)?;
        steps.push(step);
        given = found;
    }
    let time = v1::run(device, &steps)?;
    println!("a batch of {batch}: {time:.1} ms of GPU time");

    let mut found = vec![0.0f32; batch * SIZES[3]];
    gpu::read(given, 0, gpu::bytes_mut(&mut found))?;
    let classes: Vec<String> = found.chunks_exact(SIZES[3]).map(|one| class(one).to_string()).collect();
    println!("classes: {}", classes.join(" "));

    let begun = Instant::now();
    let expected = layers.iter().fold(inputs, |given, layer| layer.on_processor(&given));
    let time = begun.elapsed().as_secs_f64() * 1e3;
    let largest = largest_difference(found, expected, TOLERANCE)?;
    println!("the processor took {time:.1} ms for the same, and differs by {largest:.1e} at most");
    Ok(())
}

/// How many inputs there are.
fn batch() -> Result<usize> {
    let Some(text) = std::env::args().nth(1) else { return Ok(16) };
    text.parse().ok().filter(|batch| (1..=4096).contains(batch)).ok_or_else(|| {
        Failure::new(format_args!("`{text}` is no size of a batch: it takes a number from 1 to 4096"))
    })
}

/// The network.
fn layers() -> Vec<Layer> {
    let mut random = Random::new(WEIGHTS);
    let sizes = SIZES.windows(2).enumerate();
    sizes.map(|(place, pair)| Layer::new(&mut random, pair[0], pair[1], place + 2 == SIZES.len())).collect()
}

/// The class of one input: the neuron that has the most.
fn class(found: &[f32]) -> usize {
    (0..found.len()).max_by(|a, b| found[*a].total_cmp(&found[*b])).unwrap_or(0)
}

/// A layer.
struct Layer {
    inputs: usize,
    outputs: usize,
    is_last: bool,
    /// For each input, a row of weights for all outputs.
    weights: Vec<f32>,
    biases: Vec<f32>,
}

impl Layer {
    fn new(random: &mut Random, inputs: usize, outputs: usize, is_last: bool) -> Layer {
        // So that what comes out is about as large as what goes in.
        let scale = (6.0 / inputs as f32).sqrt();
        let weights = random.numbers(inputs * outputs, scale);
        Layer { inputs, outputs, is_last, weights, biases: random.numbers(outputs, 0.1) }
    }

    /// What the GPU does for it, and the buffer where that is found.
    fn step(
        &self,
        device: gpu::Handle,
        given: gpu::Handle,
        batch: usize,
    ) -> Result<(gpu::Step, gpu::Handle)> {
        let weights = gpu::storage(device, &self.weights)?;
        let biases = gpu::storage(device, &self.biases)?;
        let size = (batch * self.outputs * size_of::<f32>()) as u64;
        let found = gpu::buffer(device, size, gpu::usage::STORAGE | gpu::usage::COPY_SRC)?;
        let constants = [
            gpu::constant("inputs", self.inputs as f64),
            gpu::constant("outputs", self.outputs as f64),
            gpu::constant("is_last", self.is_last.into()),
        ];
        let pipeline = v1::pipeline(device, SHADER, "main", &constants)?;
        let group = gpu::group(device, pipeline, 0, [given, weights, biases, found])?;
        let groups = [self.outputs.div_ceil(GROUP) as u32, batch as u32, 1];
        Ok((gpu::Step { pipeline, group, groups }, found))
    }

    /// The same without a GPU.
    fn on_processor(&self, given: &[f32]) -> Vec<f32> {
        let one = |given: &[f32]| {
            let mut sums = self.biases.clone();
            for (given, weights) in given.iter().zip(self.weights.chunks_exact(self.outputs)) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += given * weight;
                }
            }
            sums.into_iter().map(|sum| if self.is_last { sum } else { sum.max(0.0) }).collect::<Vec<f32>>()
        };
        given.chunks_exact(self.inputs).flat_map(one).collect()
    }
}
