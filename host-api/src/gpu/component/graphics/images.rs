//! Textures, samplers and canvases.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::super::Front;
use super::super::bindings::wasi::webgpu::webgpu::{
    GpuCanvasConfiguration, GpuCanvasConfigurationOwned, GpuTextureDimension, GpuTextureFormat,
    GpuTextureUsage, GpuTextureViewDescriptor, GpuTextureViewDimension, HostGpuCanvasContext, HostGpuSampler,
    HostGpuTexture, HostGpuTextureView,
};
use super::super::label::{Label, dropped, labelled};
use super::super::things::{CanvasContext, Sampler, Texture, TextureView};

impl HostGpuTexture for Front<'_> {
    fn create_view(
        &mut self,
        _: Resource<Texture>,
        _: Option<GpuTextureViewDescriptor>,
    ) -> Result<Resource<TextureView>> {
        self.add(TextureView::default())
    }

    fn destroy(&mut self, _: Resource<Texture>) -> Result<()> {
        Ok(())
    }

    fn width(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn height(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn depth_or_array_layers(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn mip_level_count(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn sample_count(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn dimension(&mut self, _: Resource<Texture>) -> Result<GpuTextureDimension> {
        Ok(GpuTextureDimension::D2)
    }

    fn format(&mut self, _: Resource<Texture>) -> Result<GpuTextureFormat> {
        Ok(GpuTextureFormat::Rgba8unorm)
    }

    fn usage(&mut self, _: Resource<Texture>) -> Result<GpuTextureUsage> {
        Ok(GpuTextureUsage::empty())
    }

    fn texture_binding_view_dimension(
        &mut self,
        _: Resource<Texture>,
    ) -> Result<Option<GpuTextureViewDimension>> {
        Ok(None)
    }

    labelled!(Texture);
    dropped!(Texture);
}

impl HostGpuTextureView for Front<'_> {
    labelled!(TextureView);
    dropped!(TextureView);
}

impl HostGpuSampler for Front<'_> {
    labelled!(Sampler);
    dropped!(Sampler);
}

impl HostGpuCanvasContext for Front<'_> {
    fn configure(&mut self, _: Resource<CanvasContext>, _: GpuCanvasConfiguration) -> Result<()> {
        Ok(())
    }

    fn unconfigure(&mut self, _: Resource<CanvasContext>) -> Result<()> {
        Ok(())
    }

    fn get_configuration(
        &mut self,
        _: Resource<CanvasContext>,
    ) -> Result<Option<GpuCanvasConfigurationOwned>> {
        Ok(None)
    }

    fn get_current_texture(&mut self, _: Resource<CanvasContext>) -> Result<Resource<Texture>> {
        self.add(Texture::default())
    }

    dropped!(CanvasContext);
}
