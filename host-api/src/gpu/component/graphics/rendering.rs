//! Render passes, bundles and pipelines.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::super::Front;
use super::super::bindings::first;
#[cfg(feature = "wasi03")]
use super::super::bindings::later;
use super::super::label::{Label, dropped, labelled};
use super::super::things::{
    BindGroup, BindGroupLayout, Buffer, RenderBundle, RenderBundleEncoder, RenderPass, RenderPipeline,
};

/// What passes and bundles have in common.
macro_rules! draws {
    ($text:ident, $encoder:ty) => {
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
        ) -> Result<std::result::Result<(), $text::SetBindGroupError>> {
            Ok(Ok(()))
        }

        fn set_pipeline(&mut self, _: Resource<$encoder>, _: Resource<RenderPipeline>) -> Result<()> {
            Ok(())
        }

        fn set_index_buffer(
            &mut self,
            _: Resource<$encoder>,
            _: Resource<Buffer>,
            _: $text::GpuIndexFormat,
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

/// What the later drafts have besides.
#[cfg(feature = "wasi03")]
macro_rules! immediates {
    ($encoder:ty) => {
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
    };
}

macro_rules! pass {
    ($text:ident) => {
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

        fn set_scissor_rect(
            &mut self,
            _: Resource<RenderPass>,
            _: u32,
            _: u32,
            _: u32,
            _: u32,
        ) -> Result<()> {
            Ok(())
        }

        fn set_blend_constant(&mut self, _: Resource<RenderPass>, _: $text::GpuColor) -> Result<()> {
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

        draws!($text, RenderPass);
        labelled!(RenderPass);
        dropped!(RenderPass);
    };
}

macro_rules! bundle {
    ($text:ident) => {
        fn finish(
            &mut self,
            _: Resource<RenderBundleEncoder>,
            _: Option<$text::GpuRenderBundleDescriptor>,
        ) -> Result<Resource<RenderBundle>> {
            self.add(RenderBundle::default())
        }

        draws!($text, RenderBundleEncoder);
        labelled!(RenderBundleEncoder);
        dropped!(RenderBundleEncoder);
    };
}

impl first::HostGpuRenderPassEncoder for Front<'_> {
    pass!(first);
}

impl first::HostGpuRenderBundleEncoder for Front<'_> {
    bundle!(first);
}

#[cfg(feature = "wasi03")]
impl later::HostGpuRenderPassEncoder for Front<'_> {
    pass!(later);
    immediates!(RenderPass);
}

#[cfg(feature = "wasi03")]
impl later::HostGpuRenderBundleEncoder for Front<'_> {
    bundle!(later);
    immediates!(RenderBundleEncoder);
}

texts! {
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
}
