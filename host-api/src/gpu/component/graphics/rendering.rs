//! Render passes, bundles and pipelines.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::super::Front;
use super::super::bindings::wasi::webgpu::webgpu::{
    GpuColor, GpuIndexFormat, GpuRenderBundleDescriptor, HostGpuRenderBundle, HostGpuRenderBundleEncoder,
    HostGpuRenderPassEncoder, HostGpuRenderPipeline, SetBindGroupError,
};
use super::super::label::{Label, dropped, labelled};
use super::super::things::{
    BindGroup, BindGroupLayout, Buffer, RenderBundle, RenderBundleEncoder, RenderPass, RenderPipeline,
};

/// What passes and bundles have in common.
macro_rules! draws {
    ($encoder:ty) => {
        fn push_debug_group(&mut self, _: Resource<$encoder>, _: String) -> Result<()> {
            Ok(())
        }

        fn pop_debug_group(&mut self, _: Resource<$encoder>) -> Result<()> {
            Ok(())
        }

        fn insert_debug_marker(&mut self, _: Resource<$encoder>, _: String) -> Result<()> {
            Ok(())
        }

        fn set_bind_group(
            &mut self,
            _: Resource<$encoder>,
            _: u32,
            _: Option<Resource<BindGroup>>,
            _: Option<Vec<u32>>,
            _: Option<u64>,
            _: Option<u32>,
        ) -> Result<std::result::Result<(), SetBindGroupError>> {
            Ok(Ok(()))
        }

        fn set_immediates(
            &mut self,
            _: Resource<$encoder>,
            _: u32,
            _: Vec<u8>,
            _: Option<u64>,
            _: Option<u64>,
        ) -> Result<()> {
            Ok(())
        }

        fn set_pipeline(&mut self, _: Resource<$encoder>, _: Resource<RenderPipeline>) -> Result<()> {
            Ok(())
        }

        fn set_index_buffer(
            &mut self,
            _: Resource<$encoder>,
            _: Resource<Buffer>,
            _: GpuIndexFormat,
            _: Option<u64>,
            _: Option<u64>,
        ) -> Result<()> {
            Ok(())
        }

        fn set_vertex_buffer(
            &mut self,
            _: Resource<$encoder>,
            _: u32,
            _: Option<Resource<Buffer>>,
            _: Option<u64>,
            _: Option<u64>,
        ) -> Result<()> {
            Ok(())
        }

        fn draw(
            &mut self,
            _: Resource<$encoder>,
            _: u32,
            _: Option<u32>,
            _: Option<u32>,
            _: Option<u32>,
        ) -> Result<()> {
            Ok(())
        }

        fn draw_indexed(
            &mut self,
            _: Resource<$encoder>,
            _: u32,
            _: Option<u32>,
            _: Option<u32>,
            _: Option<i32>,
            _: Option<u32>,
        ) -> Result<()> {
            Ok(())
        }

        fn draw_indirect(&mut self, _: Resource<$encoder>, _: Resource<Buffer>, _: u64) -> Result<()> {
            Ok(())
        }

        fn draw_indexed_indirect(
            &mut self,
            _: Resource<$encoder>,
            _: Resource<Buffer>,
            _: u64,
        ) -> Result<()> {
            Ok(())
        }
    };
}

impl HostGpuRenderPassEncoder for Front<'_> {
    fn set_viewport(
        &mut self,
        _: Resource<RenderPass>,
        _: f32,
        _: f32,
        _: f32,
        _: f32,
        _: f32,
        _: f32,
    ) -> Result<()> {
        Ok(())
    }

    fn set_scissor_rect(&mut self, _: Resource<RenderPass>, _: u32, _: u32, _: u32, _: u32) -> Result<()> {
        Ok(())
    }

    fn set_blend_constant(&mut self, _: Resource<RenderPass>, _: GpuColor) -> Result<()> {
        Ok(())
    }

    fn set_stencil_reference(&mut self, _: Resource<RenderPass>, _: u32) -> Result<()> {
        Ok(())
    }

    fn begin_occlusion_query(&mut self, _: Resource<RenderPass>, _: u32) -> Result<()> {
        Ok(())
    }

    fn end_occlusion_query(&mut self, _: Resource<RenderPass>) -> Result<()> {
        Ok(())
    }

    fn execute_bundles(&mut self, _: Resource<RenderPass>, _: Vec<Resource<RenderBundle>>) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _: Resource<RenderPass>) -> Result<()> {
        Ok(())
    }

    draws!(RenderPass);
    labelled!(RenderPass);
    dropped!(RenderPass);
}

impl HostGpuRenderBundleEncoder for Front<'_> {
    fn finish(
        &mut self,
        _: Resource<RenderBundleEncoder>,
        _: Option<GpuRenderBundleDescriptor>,
    ) -> Result<Resource<RenderBundle>> {
        self.add(RenderBundle::default())
    }

    draws!(RenderBundleEncoder);
    labelled!(RenderBundleEncoder);
    dropped!(RenderBundleEncoder);
}

impl HostGpuRenderBundle for Front<'_> {
    labelled!(RenderBundle);
    dropped!(RenderBundle);
}

impl HostGpuRenderPipeline for Front<'_> {
    fn get_bind_group_layout(
        &mut self,
        _: Resource<RenderPipeline>,
        _: u32,
    ) -> Result<Resource<BindGroupLayout>> {
        self.add(BindGroupLayout { made: None, label: Label::default() })
    }

    labelled!(RenderPipeline);
    dropped!(RenderPipeline);
}
