//! The drafts 0.2.0-rc.2 and 0.3.0-rc.2, which are one text.

pub(in crate::gpu) use text::wasi::webgpu::webgpu::*;

mod text {
    wasmtime::component::bindgen!({
        path: "wit/webgpu",
        world: "wasi:webgpu/imports",
        imports: {
            // What waits for the thread of a device, though its guest does not know.
            "wasi:webgpu/webgpu.[method]gpu-buffer.unmap": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-compute-pipeline.get-bind-group-layout": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-bind-group": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-bind-group-layout": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-buffer": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-compute-pipeline": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-pipeline-layout": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-query-set": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.create-shader-module": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-queue.submit": async | trappable,
            "wasi:webgpu/webgpu.[method]gpu-queue.write-buffer-with-copy": async | trappable,
            // These make streams and futures, which lie in the store.
            "wasi:webgpu/webgpu.[method]gpu-device.lost": store | trappable,
            "wasi:webgpu/webgpu.[method]gpu-device.on-uncaptured-error": store | trappable,
            default: trappable,
        },
        with: {
            "wasi:webgpu/webgpu.gpu": crate::gpu::component::things::Gpu,
            "wasi:webgpu/webgpu.gpu-adapter": crate::gpu::component::things::Adapter,
            "wasi:webgpu/webgpu.gpu-adapter-info": crate::gpu::component::things::AdapterInfo,
            "wasi:webgpu/webgpu.gpu-bind-group": crate::gpu::component::things::BindGroup,
            "wasi:webgpu/webgpu.gpu-bind-group-layout": crate::gpu::component::things::BindGroupLayout,
            "wasi:webgpu/webgpu.gpu-buffer": crate::gpu::component::things::Buffer,
            "wasi:webgpu/webgpu.gpu-canvas-context": crate::gpu::component::things::CanvasContext,
            "wasi:webgpu/webgpu.gpu-command-buffer": crate::gpu::component::things::CommandBuffer,
            "wasi:webgpu/webgpu.gpu-command-encoder": crate::gpu::component::things::CommandEncoder,
            "wasi:webgpu/webgpu.gpu-compilation-info": crate::gpu::component::things::CompilationInfo,
            "wasi:webgpu/webgpu.gpu-compilation-message": crate::gpu::component::things::CompilationMessage,
            "wasi:webgpu/webgpu.gpu-compute-pass-encoder": crate::gpu::component::things::ComputePass,
            "wasi:webgpu/webgpu.gpu-compute-pipeline": crate::gpu::component::things::ComputePipeline,
            "wasi:webgpu/webgpu.gpu-device": crate::gpu::component::things::Device,
            "wasi:webgpu/webgpu.gpu-device-lost-info": crate::gpu::component::things::DeviceLostInfo,
            "wasi:webgpu/webgpu.gpu-error": crate::gpu::component::things::Fault,
            "wasi:webgpu/webgpu.gpu-pipeline-layout": crate::gpu::component::things::PipelineLayout,
            "wasi:webgpu/webgpu.gpu-query-set": crate::gpu::component::things::QuerySet,
            "wasi:webgpu/webgpu.gpu-queue": crate::gpu::component::things::Queue,
            "wasi:webgpu/webgpu.gpu-render-bundle": crate::gpu::component::things::RenderBundle,
            "wasi:webgpu/webgpu.gpu-render-bundle-encoder": crate::gpu::component::things::RenderBundleEncoder,
            "wasi:webgpu/webgpu.gpu-render-pass-encoder": crate::gpu::component::things::RenderPass,
            "wasi:webgpu/webgpu.gpu-render-pipeline": crate::gpu::component::things::RenderPipeline,
            "wasi:webgpu/webgpu.gpu-sampler": crate::gpu::component::things::Sampler,
            "wasi:webgpu/webgpu.gpu-shader-module": crate::gpu::component::things::ShaderModule,
            "wasi:webgpu/webgpu.gpu-supported-features": crate::gpu::component::things::SupportedFeatures,
            "wasi:webgpu/webgpu.gpu-supported-limits": crate::gpu::component::things::SupportedLimits,
            "wasi:webgpu/webgpu.gpu-texture": crate::gpu::component::things::Texture,
            "wasi:webgpu/webgpu.gpu-texture-view": crate::gpu::component::things::TextureView,
            "wasi:webgpu/webgpu.gpu-uncaptured-error-event": crate::gpu::component::things::UncapturedErrorEvent,
            "wasi:webgpu/webgpu.record-gpu-pipeline-constant-value": crate::gpu::component::things::Constants,
            "wasi:webgpu/webgpu.record-option-gpu-size64": crate::gpu::component::things::Sizes,
            "wasi:webgpu/webgpu.wgsl-language-features": crate::gpu::component::things::LanguageFeatures,
        },
    });
}
