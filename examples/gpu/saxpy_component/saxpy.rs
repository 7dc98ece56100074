//! y = 2 * x + y for a million numbers on a GPU, by `wasi:webgpu`.

use gpu_examples::check::largest_difference;
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

const SHADER: &str = "
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;

    @compute @workgroup_size(256)
    fn main(@builtin(global_invocation_id) id: vec3u) {
        y[id.x] = 2.0 * x[id.x] + y[id.x];
    }";

const COUNT: u32 = 1 << 20;

async fn run() -> Result<()> {
    let gpu = Gpu::open().await?;
    let x: Vec<f32> = (0..COUNT).map(|i| i as f32).collect();
    let y = vec![1.0; x.len()];
    let [on_gpu_x, on_gpu_y] = [gpu.storage(&x)?, gpu.storage(&y)?];
    let pipeline = gpu.pipeline(SHADER, &[]).await?;
    gpu.run(&pipeline, &[&on_gpu_x, &on_gpu_y], [COUNT / 256, 1, 1]).await?;
    // Each is 2 * i + 1, which a float of 32 bits holds exactly.
    largest_difference(gpu.read(&on_gpu_y).await?, x.iter().map(|x| 2.0 * x + 1.0), 0.0)?;
    println!("{COUNT} numbers are right");
    Ok(())
}
