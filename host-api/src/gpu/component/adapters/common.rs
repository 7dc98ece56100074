//! What reads the same in both texts.

/// What both texts have of all GPUs together.
macro_rules! gpu {
    () => {
        fn get_preferred_canvas_format(&mut self, _: Resource<Gpu>) -> Result<GpuTextureFormat> {
            Ok(GpuTextureFormat::Rgba8unorm)
        }

        fn wgsl_language_features(&mut self, _: Resource<Gpu>) -> Result<Resource<LanguageFeatures>> {
            self.add(LanguageFeatures)
        }

        dropped!(Gpu);
    };
}

/// What both texts have of one of them.
macro_rules! adapter {
    () => {
        fn features(&mut self, adapter: Resource<Adapter>) -> Result<Resource<SupportedFeatures>> {
            let index = self.get(&adapter)?.index;
            let features = self.gpu().adapter(index).map(|adapter| adapter.driver().features());
            self.add(SupportedFeatures(features.unwrap_or_default()))
        }

        fn limits(&mut self, adapter: Resource<Adapter>) -> Result<Resource<SupportedLimits>> {
            let index = self.get(&adapter)?.index;
            let limits = self.gpu().adapter(index).map(limits::most);
            self.add(SupportedLimits(limits.unwrap_or_default()))
        }

        fn info(&mut self, adapter: Resource<Adapter>) -> Result<Resource<AdapterInfo>> {
            let index = self.get(&adapter)?.index;
            self.info(index)
        }

        dropped!(Adapter);
    };
}

/// What both texts have of what is known of it.
macro_rules! info {
    () => {
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

        dropped!(AdapterInfo);
    };
}

/// Records as a text has them.
macro_rules! records {
    () => {
        fn like(options: Option<GpuRequestAdapterOptions>) -> Like {
            let is_fallback = options.as_ref().and_then(|options| options.force_fallback_adapter);
            let level = options.and_then(|options| options.feature_level);
            Like { level, is_fallback: is_fallback.unwrap_or(false) }
        }

        fn asked(descriptor: Option<GpuDeviceDescriptor>) -> Asked {
            let Some(wanted) = descriptor else { return Asked::nothing() };
            let mut names = wanted.required_features.iter().flatten();
            let features = names.try_fold(wgpu::Features::empty(), |all, name| match feature(name) {
                Some(feature) => Ok(all | feature),
                None => Err(format!("{name:?}")),
            });
            let queue_label = wanted.default_queue.and_then(|queue| queue.label);
            Asked {
                features,
                limits: wanted.required_limits,
                label: Label::new(wanted.label),
                queue_label: Label::new(queue_label),
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
    };
}

pub(super) use {adapter, gpu, info, records};
