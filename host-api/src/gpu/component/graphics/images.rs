//! Textures, samplers and canvases.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::super::Front;
use super::super::bindings::first;
#[cfg(feature = "wasi03")]
use super::super::bindings::later;
use super::super::label::{Label, dropped, labelled};
use super::super::things::{AbstractBuffer, CanvasContext, GraphicsContext, Sampler, Texture, TextureView};

/// What both texts have of textures.
macro_rules! texture {
    ($text:ident) => {
        fn create_view(
            &mut self,
            _: Resource<Texture>,
            _: Option<$text::GpuTextureViewDescriptor>,
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

        fn dimension(&mut self, _: Resource<Texture>) -> Result<$text::GpuTextureDimension> {
            Ok($text::GpuTextureDimension::D2)
        }

        fn format(&mut self, _: Resource<Texture>) -> Result<$text::GpuTextureFormat> {
            Ok($text::GpuTextureFormat::Rgba8unorm)
        }

        labelled!(Texture);
        dropped!(Texture);
    };
}

impl first::HostGpuTexture for Front<'_> {
    texture!(first);

    fn usage(&mut self, _: Resource<Texture>) -> Result<u32> {
        Ok(0)
    }

    fn from_graphics_buffer(&mut self, buffer: Resource<AbstractBuffer>) -> Result<Resource<Texture>> {
        self.table().delete(buffer)?;
        self.add(Texture::default())
    }
}

#[cfg(feature = "wasi03")]
impl later::HostGpuTexture for Front<'_> {
    texture!(later);

    fn usage(&mut self, _: Resource<Texture>) -> Result<later::GpuTextureUsage> {
        Ok(later::GpuTextureUsage::empty())
    }

    fn texture_binding_view_dimension(
        &mut self,
        _: Resource<Texture>,
    ) -> Result<Option<later::GpuTextureViewDimension>> {
        Ok(None)
    }
}

impl first::graphics_context::Host for Front<'_> {}

impl first::graphics_context::HostContext for Front<'_> {
    fn new(&mut self) -> Result<Resource<GraphicsContext>> {
        self.add(GraphicsContext)
    }

    fn get_current_buffer(&mut self, _: Resource<GraphicsContext>) -> Result<Resource<AbstractBuffer>> {
        self.add(AbstractBuffer)
    }

    fn present(&mut self, _: Resource<GraphicsContext>) -> Result<()> {
        Ok(())
    }

    dropped!(GraphicsContext);
}

impl first::graphics_context::HostAbstractBuffer for Front<'_> {
    dropped!(AbstractBuffer);
}

texts! {
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
}
