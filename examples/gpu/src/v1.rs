//! What the core modules begin and end with.

use std::process::ExitCode;

pub use dayfly_gpu as gpu;
use gpu::{Errno, Features, Handle, Kind};

use crate::{Failure, Result};

impl From<Errno> for Failure {
    /// The host has a text about the call that failed last.
    fn from(errno: Errno) -> Failure {
        let mut room = [0; 4096];
        match gpu::last_error(&mut room) {
            "" => Failure::new(format_args!("a call for the GPU failed with error {}", errno.0)),
            text => Failure::new(text),
        }
    }
}

/// Opens the job's first GPU, and prints which one that is.
pub fn open() -> Result<Handle> {
    let device = gpu::open(0, Features::NONE)?;
    let mut room = [0; 256];
    let info = gpu::info(0, &mut room)?;
    let kind = if info.kind == Kind::Software { ", a program that runs on the processor" } else { "" };
    println!("on {}{kind}", info.name);
    Ok(device)
}

/// Makes the pipeline of a shader's entry point.
pub fn pipeline(device: Handle, wgsl: &str, entry: &str, constants: &[gpu::raw::Constant]) -> Result<Handle> {
    let shader = gpu::shader(device, wgsl)?;
    let pipeline = gpu::pipeline(device, shader, None, entry, constants)?;
    gpu::close(shader)?;
    Ok(pipeline)
}

/// Runs steps to their end; gives the milliseconds that they took of the GPU's time.
pub fn run(device: Handle, steps: &[gpu::Step]) -> Result<f64> {
    let before = gpu::used(device)?.gpu_ns;
    gpu::wait(device, gpu::run_all(device, steps)?)?;
    Ok((gpu::used(device)?.gpu_ns - before) as f64 / 1e6)
}

/// Ends a program: with 1, and a message on standard error, where it failed.
pub fn ended(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
