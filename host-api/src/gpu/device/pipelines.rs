//! Making shaders and pipelines.

use std::sync::Arc;

use super::make::Layout;
use super::{Device, Resource, same, scoped};
use crate::gpu::{Errno, Error, scan};

/// A shader.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Shader {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) module: Arc<Resource<wgpu::ShaderModule>>,
    /// How long its text is.
    bytes: usize,
}

/// A layout of pipelines.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct PipelineLayout {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) layout: Arc<Resource<wgpu::PipelineLayout>>,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Pipeline {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) pipeline: Arc<Resource<wgpu::ComputePipeline>>,
}

/// What a compiler says of a shader.
pub(in crate::gpu) type Messages = Vec<wgpu::CompilationMessage>;

impl Device {
    /// Compiles a shader.
    ///
    /// # Errors
    /// It can't be compiled, or the guest may not have more.
    pub(in crate::gpu) async fn create_shader(self: &Arc<Device>, text: &str) -> Result<Shader, Error> {
        self.examine_shader(text).await.0
    }

    /// Compiles a shader, and gives what the compiler says of it: also where it can't be compiled.
    pub(in crate::gpu) async fn examine_shader(
        self: &Arc<Device>,
        text: &str,
    ) -> (Result<Shader, Error>, Messages) {
        let (said, hears) = std::sync::mpsc::channel();
        let shader = self.compile_shader(text, move |messages| {
            // Who asked may be gone.
            let _ = said.send(messages);
        });
        let shader = shader.await;
        (shader, hears.try_recv().unwrap_or_default())
    }

    async fn compile_shader(
        self: &Arc<Device>,
        text: &str,
        tell: impl FnOnce(Messages) + Send + 'static,
    ) -> Result<Shader, Error> {
        let (most, bytes) = (self.quotas.shader_bytes, text.len());
        if bytes > most {
            let what = format!("a shader of {bytes} bytes, where one may have {most}");
            return Err(self.refuse("shader", Errno::Quota, &what));
        }
        scan::scan(text)?;
        let room = self.room().await?;
        let shaders = self.shared.counters.shaders.clone();
        let Some(taken) = self.take(&shaders, bytes as u64).await? else {
            let what = format!("more than {} bytes of shaders", shaders.limit());
            return Err(self.refuse("shaders", Errno::Quota, &what));
        };
        let source = wgpu::ShaderSource::Wgsl(text.to_owned().into());
        let module = self.compile(bytes, vec![taken, room], move |device| {
            let compiled = scoped(device, || {
                let descriptor = wgpu::ShaderModuleDescriptor { label: None, source };
                let module = device.create_shader_module(descriptor);
                let info = crate::gpu::ready(module.get_compilation_info());
                tell(info.map(|info| info.messages).unwrap_or_default());
                module
            });
            compiled.map_err(as_compiled)
        });
        Ok(Shader { device: self.clone(), module: module.await?, bytes })
    }

    /// Compiles a pipeline. Its layout is that of its shader where none is given.
    ///
    /// # Errors
    /// It can't be compiled, or the guest may not have more.
    pub(in crate::gpu) async fn create_pipeline(
        self: &Arc<Device>,
        shader: &Shader,
        layout: Option<&PipelineLayout>,
        entry: Option<String>,
        constants: Vec<(String, f64)>,
    ) -> Result<Pipeline, Error> {
        same(self, &shader.device)?;
        if let Some(layout) = layout {
            same(self, &layout.device)?;
        }
        let (module, bytes) = (shader.module.clone(), shader.bytes);
        let layout = layout.map(|layout| layout.layout.clone());
        let room = self.room().await?;
        let pipelines = self.shared.counters.pipelines.clone();
        let Some(taken) = self.take(&pipelines, 1).await? else {
            let what = format!("more than {} pipelines", pipelines.limit());
            return Err(self.refuse("pipelines", Errno::Quota, &what));
        };
        let pipeline = self.compile(bytes, vec![taken, room], move |device| {
            let constants: Vec<(&str, f64)> =
                constants.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            let compilation_options =
                wgpu::PipelineCompilationOptions { constants: &constants, ..Default::default() };
            let descriptor = wgpu::ComputePipelineDescriptor {
                label: None,
                layout: layout.as_ref().map(|layout| &***layout),
                module: &module,
                entry_point: entry.as_deref(),
                compilation_options,
                cache: None,
            };
            let compiled = scoped(device, || device.create_compute_pipeline(&descriptor));
            compiled.map_err(|error| if error.errno == Errno::Internal { as_compiled(error) } else { error })
        });
        Ok(Pipeline { device: self.clone(), pipeline: pipeline.await? })
    }

    /// Makes a layout of pipelines.
    ///
    /// # Errors
    /// It can't be like that, or the guest may not have more.
    pub(in crate::gpu) async fn create_pipeline_layout(
        self: &Arc<Device>,
        layouts: Vec<Option<Layout>>,
        immediates: u32,
    ) -> Result<PipelineLayout, Error> {
        for layout in layouts.iter().flatten() {
            same(self, &layout.device)?;
        }
        let layouts: Vec<_> = layouts.into_iter().map(|layout| layout.map(|layout| layout.layout)).collect();
        let room = self.room().await?;
        let layout = self.make(vec![room], move |device| {
            let layouts: Vec<_> =
                layouts.iter().map(|layout| layout.as_ref().map(|layout| &***layout)).collect();
            device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &layouts,
                immediate_size: immediates,
            })
        });
        Ok(PipelineLayout { device: self.clone(), layout: layout.await? })
    }
}

impl Pipeline {
    /// The layout that it has for a group.
    ///
    /// # Errors
    /// It has none, or the guest may not have more.
    pub(in crate::gpu) async fn layout(&self, group: u32) -> Result<Layout, Error> {
        if group >= self.device.limits.max_bind_groups {
            return Err(Error::validation(format!("there is no group {group}")));
        }
        let room = self.device.room().await?;
        let pipeline = self.pipeline.clone();
        let layout = self.device.make(vec![room], move |_| pipeline.get_bind_group_layout(group)).await?;
        Ok(Layout { device: self.device.clone(), layout })
    }
}

fn as_compiled(error: Error) -> Error {
    Error { errno: Errno::Compile, ..error }
}
