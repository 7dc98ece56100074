//! Making shaders and pipelines.

use std::sync::Arc;

use super::compiled::{Layouts, Messages, Module, Parts, Program};
use super::make::Layout;
use super::{Device, Resource, same};
use crate::gpu::{Errno, Error, shader};

/// A shader.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Shader {
    pub(in crate::gpu) device: Arc<Device>,
    module: Arc<Resource<Module>>,
    /// How long its text is.
    bytes: usize,
}

/// A layout of pipelines.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct PipelineLayout {
    pub(in crate::gpu) device: Arc<Device>,
    layout: Arc<Resource<Layouts>>,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Pipeline {
    pub(in crate::gpu) device: Arc<Device>,
    pub(super) program: Arc<Resource<Program>>,
}

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
        shader::scan(text)?;
        let room = self.room().await?;
        let shaders = self.shared.counters.shaders.clone();
        let Some(taken) = self.take(&shaders, bytes as u64).await? else {
            let what = format!("more than {} bytes of shaders", shaders.limit());
            return Err(self.refuse("shaders", Errno::Quota, &what));
        };
        let (text, target) = (Arc::from(text), self.target.clone());
        let module = self.compile(bytes, vec![taken, room], move |device| target.module(device, &text, tell));
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
        let (module, bytes, target) = (shader.module.clone(), shader.bytes, self.target.clone());
        let layout = layout.map(|layout| layout.layout.clone());
        let room = self.room().await?;
        let pipelines = self.shared.counters.pipelines.clone();
        let Some(taken) = self.take(&pipelines, 1).await? else {
            let what = format!("more than {} pipelines", pipelines.limit());
            return Err(self.refuse("pipelines", Errno::Quota, &what));
        };
        let pipeline = self.compile(bytes, vec![taken, room], move |device| {
            let parts = Parts {
                module: &module,
                layout: layout.as_ref().map(|layout| &***layout),
                entry: entry.as_deref(),
                constants: &constants,
            };
            target.pipeline(device, &parts)
        });
        Ok(Pipeline { device: self.clone(), program: pipeline.await? })
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
        let most = self.limits.max_bind_groups as usize;
        if layouts.len() > most {
            let text = format!("{} groups of bindings, where there are {most}", layouts.len());
            return Err(Error::validation(text));
        }
        let layouts: Vec<_> = layouts.into_iter().map(|layout| layout.map(|layout| layout.layout)).collect();
        let target = self.target.clone();
        let room = self.room().await?;
        let layout = self.make(vec![room], move |device| {
            let layouts = layouts.iter().map(|layout| layout.as_ref().map(|layout| &***layout));
            target.layout(device, layouts.collect(), immediates)
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
        let program = self.program.clone();
        let layout = self.device.make(vec![room], move |device| match &program.flag {
            // What is there is the host's.
            Some((flag, _)) if *flag == group => device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &[] }),
            _ => program.pipeline.get_bind_group_layout(group),
        });
        let layout = layout.await?;
        Ok(Layout { device: self.device.clone(), layout })
    }
}
