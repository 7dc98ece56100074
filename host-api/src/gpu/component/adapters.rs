//! The GPUs of a guest, and what they can do.

use std::collections::BTreeMap;

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};

use super::bindings::wasi::webgpu::webgpu::{
    GpuDeviceDescriptor, GpuFeatureName, GpuRequestAdapterOptions, GpuTextureFormat, HostGpu, HostGpuAdapter,
    HostGpuAdapterInfo, HostGpuAdapterWithStore, HostGpuSupportedFeatures, HostGpuWithStore,
    HostWgslLanguageFeatures, RequestDeviceError, RequestDeviceErrorKind,
};
use super::label::{Label, dropped};
use super::opened::Opened;
use super::things::{
    Adapter, AdapterInfo, Device, Gpu, LanguageFeatures, Sizes, SupportedFeatures, SupportedLimits,
};
use super::{Front, Webgpu, limits};
use crate::gpu::{Errno, Error, device};

/// What a guest may ask for by its name, of what there is.
const FEATURES: [(GpuFeatureName, &str, wgpu::Features); 4] = [
    (GpuFeatureName::CoreFeaturesAndLimits, "core-features-and-limits", wgpu::Features::empty()),
    (GpuFeatureName::TimestampQuery, "timestamp-query", wgpu::Features::TIMESTAMP_QUERY),
    (GpuFeatureName::ShaderF16, "shader-f16", wgpu::Features::SHADER_F16),
    (GpuFeatureName::Subgroups, "subgroups", wgpu::Features::SUBGROUP),
];

/// Extensions of the language that the compiler of shaders knows, by the names of WGSL.
const LANGUAGE: [&str; 3] =
    ["packed_4x8_integer_dot_product", "pointer_composite_access", "readonly_and_readwrite_storage_textures"];

impl Front<'_> {
    /// The least used of those that are like this.
    fn choose(&self, options: Option<&GpuRequestAdapterOptions>) -> Option<u32> {
        let level = options.and_then(|options| options.feature_level.as_deref());
        if !level.is_none_or(|level| ["core", "compatibility"].contains(&level)) {
            return None;
        }
        let fallback = options.and_then(|options| options.force_fallback_adapter).unwrap_or(false);
        let all = 0..u32::try_from(self.0.count()).unwrap_or(u32::MAX);
        let fits =
            |index: &u32| self.0.adapter(*index).is_ok_and(|adapter| !fallback || adapter.is_software());
        all.filter(fits).min_by_key(|index| self.0.memory_used(*index))
    }

    /// What a device is opened with.
    fn wanted(
        &mut self,
        index: u32,
        names: &[GpuFeatureName],
        sizes: Option<Resource<Sizes>>,
    ) -> Result<std::result::Result<Wanted, Error>> {
        let asked = match sizes {
            Some(sizes) => self.table().delete(sizes)?.0,
            None => BTreeMap::new(),
        };
        let adapter = match self.0.adapter(index) {
            Ok(adapter) => adapter,
            Err(error) => return Ok(Err(error)),
        };
        let there = adapter.driver().features();
        let mut features = there & wgpu::Features::IMMEDIATES;
        for name in names {
            let known = FEATURES.iter().find(|(known, ..)| known == name);
            match known.filter(|(.., feature)| there.contains(*feature)) {
                Some((.., feature)) => features |= *feature,
                None => {
                    let text = format!("`{}` does not have {name:?}", adapter.info.name);
                    return Ok(Err(Error::new(Errno::NotSupported, text)));
                }
            }
        }
        let asked = asked.into_iter().filter_map(|(name, (value, _))| Some((name, value?)));
        Ok(limits::wanted(adapter, features, asked).map(|limits| Wanted { features, limits }))
    }
}

/// What a device is opened with.
struct Wanted {
    features: wgpu::Features,
    limits: wgpu::Limits,
}

impl HostGpu for Front<'_> {
    fn get_preferred_canvas_format(&mut self, _: Resource<Gpu>) -> Result<GpuTextureFormat> {
        Ok(GpuTextureFormat::Rgba8unorm)
    }

    fn wgsl_language_features(&mut self, _: Resource<Gpu>) -> Result<Resource<LanguageFeatures>> {
        self.add(LanguageFeatures)
    }

    dropped!(Gpu);
}

impl<T: 'static> HostGpuWithStore<T> for Webgpu {
    async fn request_adapter(
        store: &Accessor<T, Self>,
        _: Resource<Gpu>,
        options: Option<GpuRequestAdapterOptions>,
    ) -> Result<Option<Resource<Adapter>>> {
        store.with(|mut access| {
            let mut front = access.get();
            let index = front.choose(options.as_ref());
            index.map(|index| front.add(Adapter { index })).transpose()
        })
    }
}

impl HostGpuAdapter for Front<'_> {
    fn features(&mut self, adapter: Resource<Adapter>) -> Result<Resource<SupportedFeatures>> {
        let index = self.get(&adapter)?.index;
        let features = self.0.adapter(index).map(|adapter| adapter.driver().features());
        self.add(SupportedFeatures(features.unwrap_or_default()))
    }

    fn limits(&mut self, adapter: Resource<Adapter>) -> Result<Resource<SupportedLimits>> {
        let index = self.get(&adapter)?.index;
        let limits = self.0.adapter(index).map(limits::most);
        self.add(SupportedLimits(limits.unwrap_or_default()))
    }

    fn info(&mut self, adapter: Resource<Adapter>) -> Result<Resource<AdapterInfo>> {
        let index = self.get(&adapter)?.index;
        self.info(index)
    }

    dropped!(Adapter);
}

impl Front<'_> {
    pub(super) fn info(&mut self, index: u32) -> Result<Resource<AdapterInfo>> {
        let info = self.0.adapter(index)?.info.clone();
        self.add(AdapterInfo { info })
    }
}

impl<T: 'static> HostGpuAdapterWithStore<T> for Webgpu {
    async fn request_device(
        store: &Accessor<T, Self>,
        adapter: Resource<Adapter>,
        descriptor: Option<GpuDeviceDescriptor>,
    ) -> Result<std::result::Result<Resource<Device>, RequestDeviceError>> {
        let GpuDeviceDescriptor { required_features, required_limits, default_queue, label } = descriptor
            .unwrap_or(GpuDeviceDescriptor {
                required_features: None,
                required_limits: None,
                default_queue: None,
                label: None,
            });
        let begun = store.with(|mut access| -> Result<_> {
            let mut front = access.get();
            let index = front.get(&adapter)?.index;
            let names = required_features.as_deref().unwrap_or_default();
            let wanted = front.wanted(index, names, required_limits)?;
            Ok(wanted.and_then(|Wanted { features, limits }| {
                Ok((index, front.0.open_with(index, features, limits)?))
            }))
        });
        let opened = match begun? {
            Ok((index, opening)) => opening.await.map(|device| (index, device)),
            Err(error) => Err(error),
        };
        let (index, device): (u32, device::Device) = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(refused(error))),
        };
        let queue = default_queue.and_then(|queue| queue.label);
        let opened = Opened::new(device, index, Label::new(queue));
        let device = Device { opened, label: Label::new(label) };
        store.with(|mut access| access.get().add(device)).map(Ok)
    }
}

/// Why there is no device.
fn refused(error: Error) -> RequestDeviceError {
    let kind = match error.errno {
        Errno::NotSupported => RequestDeviceErrorKind::TypeError,
        _ => RequestDeviceErrorKind::OperationError,
    };
    RequestDeviceError { kind, message: error.text }
}

impl HostGpuAdapterInfo for Front<'_> {
    fn vendor(&mut self, info: Resource<AdapterInfo>) -> Result<String> {
        Ok(format!("{:#06x}", self.get(&info)?.info.vendor))
    }

    fn architecture(&mut self, _: Resource<AdapterInfo>) -> Result<String> {
        Ok(String::new())
    }

    fn device(&mut self, info: Resource<AdapterInfo>) -> Result<String> {
        Ok(format!("{:#06x}", self.get(&info)?.info.device))
    }

    fn description(&mut self, info: Resource<AdapterInfo>) -> Result<String> {
        Ok(self.get(&info)?.info.name.clone())
    }

    fn subgroup_min_size(&mut self, info: Resource<AdapterInfo>) -> Result<u32> {
        Ok(self.get(&info)?.info.subgroup_min_size)
    }

    fn subgroup_max_size(&mut self, info: Resource<AdapterInfo>) -> Result<u32> {
        Ok(self.get(&info)?.info.subgroup_max_size)
    }

    fn is_fallback_adapter(&mut self, info: Resource<AdapterInfo>) -> Result<bool> {
        Ok(self.get(&info)?.info.device_type == wgpu::DeviceType::Cpu)
    }

    dropped!(AdapterInfo);
}

impl HostGpuSupportedFeatures for Front<'_> {
    fn has(&mut self, there: Resource<SupportedFeatures>, value: String) -> Result<bool> {
        let there = self.get(&there)?.0;
        let known = FEATURES.iter().find(|(_, name, _)| *name == value);
        Ok(known.is_some_and(|(.., feature)| there.contains(*feature)))
    }

    dropped!(SupportedFeatures);
}

impl HostWgslLanguageFeatures for Front<'_> {
    fn has(&mut self, _: Resource<LanguageFeatures>, value: String) -> Result<bool> {
        Ok(LANGUAGE.contains(&value.as_str()))
    }

    dropped!(LanguageFeatures);
}
