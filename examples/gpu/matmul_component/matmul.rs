//! Multiplies two matrices on a GPU, by `wasi:webgpu`; the argument is how many rows and columns they have.

use gpu_examples::matmul::{Matmul, SHADER};
use gpu_examples::webgpu::{ended, Gpu};
use gpu_examples::Result;
use wasip3::exports::cli::run::Guest;

wasip3::cli::command::export!(Program);

struct Program;

impl Guest for Program {
    async fn run() -> core::result::Result<(), ()> {
        ended(run().await)
    }
}

async fn run() -> Result<()> {
    let matmul = Matmul::from_arguments()?;
    let size = matmul.size;
    let gpu = Gpu::open().await?;
    let a = gpu.storage(&matmul.a)?;
    let b = gpu.storage(&matmul.b)?;
    let c = gpu.storage(&vec![0.0; size * size])?;

    let pipeline = gpu.pipeline(SHADER, &[("n", size as f64)]).await?;
    let groups = [matmul.groups(), matmul.groups(), 1];
    let time = gpu.run(&pipeline, &[&a, &b, &c], groups).await?;
    println!("{size} x {size} times {size} x {size}: {time:.1} ms until the GPU was done");

    matmul.check(&gpu.read(&c).await?)
}
