//! Multiplies two matrices on a GPU, by `dayfly:gpu/v1`; the argument is how many rows and columns they have.

use std::process::ExitCode;

use gpu_examples::matmul::{Matmul, SHADER};
use gpu_examples::v1::{self, gpu};
use gpu_examples::Result;

fn main() -> ExitCode {
    v1::ended(run())
}

fn run() -> Result<()> {
    let matmul = Matmul::from_arguments()?;
    let size = matmul.size;
    let device = v1::open()?;
    let a = gpu::storage(device, &matmul.a)?;
    let b = gpu::storage(device, &matmul.b)?;
    let mut product = vec![0.0f32; size * size];
    let c = gpu::storage(device, &product)?;

    let pipeline = v1::pipeline(device, SHADER, "main", &[gpu::constant("n", size as f64)])?;
    let group = gpu::group(device, pipeline, 0, [a, b, c])?;
    let groups = [matmul.groups(), matmul.groups(), 1];
    let time = v1::run(device, &[gpu::Step { pipeline, group, groups }])?;
    println!("{size} x {size} times {size} x {size}: {time:.1} ms of GPU time");

    gpu::read(c, 0, gpu::bytes_mut(&mut product))?;
    matmul.check(&product)
}
