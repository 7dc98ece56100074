//! What the components begin with: `wasi:webgpu`, and what both of them do with it.

use std::fmt::Debug;
use std::time::Instant;

use bindings::*;

use crate::{Failure, Result};

/// The text of `wasi:webgpu` in Rust.
#[allow(missing_docs)]
mod generated {
    wit_bindgen::generate!({
        path: "../../host-api/wit/webgpu",
        world: "wasi:webgpu/imports",
        generate_all,
    });
}

pub use generated::wasi::webgpu::webgpu as bindings;

/// An open GPU.
pub struct Gpu {
    /// Makes things.
    pub device: GpuDevice,
    /// Does things.
    pub queue: GpuQueue,
}

impl Gpu {
    /// Opens the job's GPU, and prints which one that is.
    pub async fn open() -> Result<Gpu> {
        let adapter = get_gpu().request_adapter(None).await.ok_or_else(|| {
            Failure::new(
                "no GPU is granted: `GPU: \"1\"` under `Resources` of the job, or --gpu 1, grants one",
            )
        })?;
        let device = adapter.request_device(None).await.map_err(|error| Failure::new(error.message))?;
        let info = adapter.info();
        let kind = if info.is_fallback_adapter() { ", a program that runs on the processor" } else { "" };
        println!("on {}{kind}", info.description());
        let gpu = Gpu { queue: device.queue(), device };
        gpu.watch();
        Ok(gpu)
    }

    /// A buffer with these numbers that shaders read and write, and that can be copied.
    pub fn storage(&self, numbers: &[f32]) -> Result<GpuBuffer> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let usage = GpuBufferUsage::STORAGE | GpuBufferUsage::COPY_SRC | GpuBufferUsage::COPY_DST;
        let buffer = self.buffer(bytes.len() as u64, usage);
        told(self.queue.write_buffer_with_copy(&buffer, 0, &bytes, None, None))?;
        Ok(buffer)
    }

    /// Compiles a shader, and makes the pipeline of its only entry point.
    pub async fn pipeline(&self, wgsl: &str, constants: &[(&str, f64)]) -> Result<GpuComputePipeline> {
        let module = &self.device.create_shader_module(&GpuShaderModuleDescriptor {
            code: wgsl.to_owned(),
            compilation_hints: None,
            label: None,
        });
        let values = RecordGpuPipelineConstantValue::new();
        for (name, value) in constants {
            values.add(name, *value);
        }
        let made = self.device.create_compute_pipeline_async(GpuComputePipelineDescriptor {
            compute: GpuProgrammableStage { module, entry_point: None, constants: Some(values) },
            layout: GpuLayoutMode::Auto,
            label: None,
        });
        made.await.map_err(|error| Failure::new(error.message))
    }

    /// Runs a pipeline with whole buffers bound in order, to its end; gives the milliseconds until then.
    pub async fn run(
        &self,
        pipeline: &GpuComputePipeline,
        buffers: &[&GpuBuffer],
        groups: [u32; 3],
    ) -> Result<f64> {
        let group = self.group(pipeline, buffers);
        let begun = Instant::now();
        let encoder = self.device.create_command_encoder(None);
        let pass = encoder.begin_compute_pass(None);
        pass.set_pipeline(pipeline);
        told(pass.set_bind_group(0, Some(&group), None, None, None))?;
        let [x, y, z] = groups;
        pass.dispatch_workgroups(x, Some(y), Some(z));
        pass.end();
        self.queue.submit(&[&encoder.finish(None)]);
        self.queue.on_submitted_work_done().await;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }

    /// Reads the numbers of a buffer, by another one that is mapped.
    pub async fn read(&self, buffer: &GpuBuffer) -> Result<Vec<f32>> {
        let staging = self.buffer(buffer.size(), GpuBufferUsage::MAP_READ | GpuBufferUsage::COPY_DST);
        let encoder = self.device.create_command_encoder(None);
        encoder.copy_buffer_to_buffer(buffer, None, &staging, None, None);
        self.queue.submit(&[&encoder.finish(None)]);
        let mapped = staging.map_async(GpuMapMode::READ, None, None).await;
        // Why it can't be mapped is what went wrong before.
        self.check().await?;
        told(mapped)?;
        let bytes = told(staging.get_mapped_range_get_with_copy(None, None))?;
        told(staging.unmap())?;
        let numbers = bytes.as_chunks::<4>().0;
        Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }

    fn buffer(&self, size: u64, usage: GpuBufferUsage) -> GpuBuffer {
        self.device.create_buffer(&GpuBufferDescriptor { size, usage, mapped_at_creation: None, label: None })
    }

    fn group(&self, pipeline: &GpuComputePipeline, buffers: &[&GpuBuffer]) -> GpuBindGroup {
        let layout = &pipeline.get_bind_group_layout(0);
        let entries = buffers.iter().enumerate().map(|(binding, buffer)| GpuBindGroupEntry {
            binding: binding as u32,
            resource: GpuBindingResource::GpuBuffer(buffer),
        });
        let entries = entries.collect();
        self.device.create_bind_group(&GpuBindGroupDescriptor { layout, entries, label: None })
    }

    /// From here on, what goes wrong is kept for `check`: most calls don't tell it themselves.
    fn watch(&self) {
        self.device.push_error_scope(GpuErrorFilter::OutOfMemory);
        self.device.push_error_scope(GpuErrorFilter::Validation);
    }

    /// Fails with what went wrong first.
    async fn check(&self) -> Result<()> {
        for _ in 0..2 {
            if let Some(error) = told(self.device.pop_error_scope().await)? {
                return Err(Failure::new(error.message()));
            }
        }
        self.watch();
        Ok(())
    }
}

/// What a call gives; an error of its own has its message in it.
fn told<T>(result: std::result::Result<T, impl Debug>) -> Result<T> {
    result.map_err(|error| Failure::new(format_args!("{error:?}")))
}

/// Ends a program: with 1, and a message on standard error, where it failed.
#[allow(clippy::result_unit_err, reason = "that is what a command gives")]
pub fn ended(result: Result<()>) -> std::result::Result<(), ()> {
    result.map_err(|failure| eprintln!("{failure}"))
}
