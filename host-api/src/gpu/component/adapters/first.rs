//! As 0.0.1 has it.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::common::{adapter, gpu, info, records};
use super::{Asked, Like};
use crate::gpu::component::bindings::first::{
    GpuDeviceDescriptor, GpuFeatureName, GpuRequestAdapterOptions, GpuTextureFormat, HostGpu, HostGpuAdapter,
    HostGpuAdapterInfo, RequestDeviceError, RequestDeviceErrorKind,
};
use crate::gpu::component::label::{Label, dropped};
use crate::gpu::component::things::{
    Adapter, AdapterInfo, Device, Gpu, LanguageFeatures, SupportedFeatures, SupportedLimits,
};
use crate::gpu::component::{Front, limits};
use crate::gpu::{Errno, Error};

records!();

/// What there may be of what is asked for.
fn feature(name: &GpuFeatureName) -> Option<wgpu::Features> {
    Some(match name {
        GpuFeatureName::TimestampQuery => wgpu::Features::TIMESTAMP_QUERY,
        GpuFeatureName::ShaderF16 => wgpu::Features::SHADER_F16,
        GpuFeatureName::Subgroups => wgpu::Features::SUBGROUP,
        _ => return None,
    })
}

impl HostGpu for Front<'_> {
    gpu!();

    fn request_adapter(
        &mut self,
        _: Resource<Gpu>,
        options: Option<GpuRequestAdapterOptions>,
    ) -> Result<Option<Resource<Adapter>>> {
        self.choose(&like(options))
    }
}

impl HostGpuAdapter for Front<'_> {
    adapter!();

    fn is_fallback_adapter(&mut self, adapter: Resource<Adapter>) -> Result<bool> {
        let index = self.get(&adapter)?.index;
        let adapter = self.gpu().adapter(index);
        Ok(adapter.is_ok_and(|adapter| adapter.info.device_type == wgpu::DeviceType::Cpu))
    }

    async fn request_device(
        &mut self,
        adapter: Resource<Adapter>,
        descriptor: Option<GpuDeviceDescriptor>,
    ) -> Result<std::result::Result<Resource<Device>, RequestDeviceError>> {
        let opening = match self.open(&adapter, asked(descriptor))? {
            Ok(opening) => opening,
            Err(error) => return Ok(Err(refused(error))),
        };
        match opening.come().await {
            Ok(device) => self.add(device).map(Ok),
            Err(error) => Ok(Err(refused(error))),
        }
    }
}

impl HostGpuAdapterInfo for Front<'_> {
    info!();
}
