//! As the later drafts have it: asking is a task.

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};

use super::common::{adapter, gpu, info, records};
use super::{Asked, Like};
use crate::gpu::component::bindings::later::{
    GpuDeviceDescriptor, GpuFeatureName, GpuRequestAdapterOptions, GpuTextureFormat, HostGpu, HostGpuAdapter,
    HostGpuAdapterInfo, HostGpuAdapterWithStore, HostGpuWithStore, RequestDeviceError,
    RequestDeviceErrorKind,
};
use crate::gpu::component::label::{Label, dropped};
use crate::gpu::component::things::{
    Adapter, AdapterInfo, Device, Gpu, LanguageFeatures, SupportedFeatures, SupportedLimits,
};
use crate::gpu::component::{Front, Webgpu, limits};
use crate::gpu::{Errno, Error};

records!();

/// What there may be of what is asked for.
fn feature(name: &GpuFeatureName) -> Option<wgpu::Features> {
    Some(match name {
        GpuFeatureName::CoreFeaturesAndLimits => wgpu::Features::empty(),
        GpuFeatureName::TimestampQuery => wgpu::Features::TIMESTAMP_QUERY,
        GpuFeatureName::ShaderF16 => wgpu::Features::SHADER_F16,
        GpuFeatureName::Subgroups => wgpu::Features::SUBGROUP,
        _ => return None,
    })
}

impl HostGpu for Front<'_> {
    gpu!();
}

impl<T: 'static> HostGpuWithStore<T> for Webgpu {
    async fn request_adapter(
        store: &Accessor<T, Self>,
        _: Resource<Gpu>,
        options: Option<GpuRequestAdapterOptions>,
    ) -> Result<Option<Resource<Adapter>>> {
        store.with(|mut access| access.get().choose(&like(options)))
    }
}

impl HostGpuAdapter for Front<'_> {
    adapter!();
}

impl<T: 'static> HostGpuAdapterWithStore<T> for Webgpu {
    async fn request_device(
        store: &Accessor<T, Self>,
        adapter: Resource<Adapter>,
        descriptor: Option<GpuDeviceDescriptor>,
    ) -> Result<std::result::Result<Resource<Device>, RequestDeviceError>> {
        let opening = match store.with(|mut access| access.get().open(&adapter, asked(descriptor)))? {
            Ok(opening) => opening,
            Err(error) => return Ok(Err(refused(error))),
        };
        match opening.come().await {
            Ok(device) => store.with(|mut access| access.get().add(device)).map(Ok),
            Err(error) => Ok(Err(refused(error))),
        }
    }
}

impl HostGpuAdapterInfo for Front<'_> {
    info!();

    fn is_fallback_adapter(&mut self, info: Resource<AdapterInfo>) -> Result<bool> {
        Ok(self.get(&info)?.info.device_type == wgpu::DeviceType::Cpu)
    }
}
