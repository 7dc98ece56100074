//! Making shaders and pipelines.

use std::sync::Arc;

use wgpu::naga::valid::Capabilities;

use super::bounding::Watch;
use super::make::Layout;
use super::{Device, Resource, same, scoped};
use crate::gpu::shader::{self, Bounded, Loops, Prepared};
use crate::gpu::{Errno, Error};

/// A shader.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Shader {
    pub(in crate::gpu) device: Arc<Device>,
    module: Arc<Resource<Module>>,
    /// How long its text is.
    bytes: usize,
}

/// A shader that is compiled.
#[derive(Debug)]
struct Module {
    module: wgpu::ShaderModule,
    /// Its loops that count.
    loops: Option<Arc<Loops>>,
    /// The entry points that tell whether one of them was left.
    flagged: Vec<String>,
}

/// A layout of pipelines.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct PipelineLayout {
    pub(in crate::gpu) device: Arc<Device>,
    layout: Arc<Resource<Layouts>>,
}

/// A layout of pipelines as their guest has it, and with what tells whether a loop was left.
#[derive(Debug)]
struct Layouts {
    plain: wgpu::PipelineLayout,
    flagged: Option<wgpu::PipelineLayout>,
}

/// A pipeline that is compiled.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) pipeline: wgpu::ComputePipeline,
    /// What tells whether a loop was left, and which group it is.
    pub(super) flag: Option<(u32, wgpu::BindGroup)>,
    /// So that it is known where they are.
    _loops: Option<Arc<Loops>>,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Pipeline {
    pub(in crate::gpu) device: Arc<Device>,
    pub(super) program: Arc<Resource<Program>>,
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
        shader::scan(text)?;
        let room = self.room().await?;
        let shaders = self.shared.counters.shaders.clone();
        let Some(taken) = self.take(&shaders, bytes as u64).await? else {
            let what = format!("more than {} bytes of shaders", shaders.limit());
            return Err(self.refuse("shaders", Errno::Quota, &what));
        };
        let (text, watch, capabilities) = (text.to_owned(), self.watch.clone(), self.capabilities);
        let module = self.compile(bytes, vec![taken, room], move |device| {
            compile_module(device, &text, capabilities, watch.as_deref(), tell)
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
        let (module, bytes, watch) = (shader.module.clone(), shader.bytes, self.watch.clone());
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
            let flag = watch.as_ref().and_then(|watch| watch.flag.as_ref()).filter(|_| match &entry {
                Some(entry) => module.flagged.contains(entry),
                // The only one.
                None => !module.flagged.is_empty(),
            });
            let layout = layout.as_ref().map(|layout| match &layout.flagged {
                Some(flagged) if flag.is_some() => flagged,
                _ => &layout.plain,
            });
            let descriptor = wgpu::ComputePipelineDescriptor {
                label: None,
                layout,
                module: &module.module,
                entry_point: entry.as_deref(),
                compilation_options,
                cache: None,
            };
            let compiled = scoped(device, || {
                let pipeline = device.create_compute_pipeline(&descriptor);
                let flag = flag.map(|flag| match layout {
                    Some(_) => (flag.group, flag.bindings.clone()),
                    None => (flag.group, flag.of_pipeline(device, &pipeline)),
                });
                Program { pipeline, flag, _loops: module.loops.clone() }
            });
            compiled.map_err(|error| if error.errno == Errno::Internal { as_compiled(error) } else { error })
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
        let watch = self.watch.clone();
        let room = self.room().await?;
        let layout = self.make(vec![room], move |device| {
            let mut layouts: Vec<_> =
                layouts.iter().map(|layout| layout.as_ref().map(|layout| &***layout)).collect();
            let create = |layouts: &[Option<&wgpu::BindGroupLayout>]| {
                device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                    label: None,
                    bind_group_layouts: layouts,
                    immediate_size: immediates,
                })
            };
            let plain = create(&layouts);
            let flagged = watch.as_ref().and_then(|watch| watch.flag.as_ref()).map(|flag| {
                layouts.resize(most, None);
                layouts.push(Some(&flag.layout));
                create(&layouts)
            });
            Layouts { plain, flagged }
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
        let layout =
            self.device.make(vec![room], move |_| program.pipeline.get_bind_group_layout(group)).await?;
        Ok(Layout { device: self.device.clone(), layout })
    }
}

/// Compiles a text that was looked at, with its loops bounded; tells what the compiler says of it.
fn compile_module(
    device: &wgpu::Device,
    text: &str,
    capabilities: Capabilities,
    watch: Option<&Watch>,
    tell: impl FnOnce(Messages),
) -> Result<Module, Error> {
    let bounds = watch.map(|watch| &watch.bounds);
    let prepared = shader::prepare(text, capabilities, bounds)?;
    let Prepared::Bounded(bounded) = prepared else {
        let module = compile_text(device, text, tell)?;
        return Ok(Module { module, loops: None, flagged: Vec::new() });
    };
    let Bounded { module, loops, flagged } = *bounded;
    let descriptor = wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Naga(std::borrow::Cow::Owned(module)),
    };
    let mut checks = wgpu::ShaderRuntimeChecks::checked();
    // Each loop ends: wgpu's own counters would only be in the way.
    checks.force_loop_bounding = false;
    #[allow(unsafe_code, reason = "what is not checked by the driver's compiler is checked here")]
    // SAFETY: all is checked but that loops end, and each of them does.
    let compiled = scoped(device, || unsafe { device.create_shader_module_trusted(descriptor, checks) });
    match compiled {
        Ok(module) => {
            tell(Vec::new());
            if let Some(watch) = watch {
                watch.remember(&loops);
            }
            Ok(Module { module, loops: Some(loops), flagged })
        }
        // What is wrong with it is said of the text that its guest knows.
        Err(error) => {
            compile_text(device, text, tell)?;
            Err(Error::internal(format!("its loops can't be bounded: {error}")))
        }
    }
}

/// Compiles a text as it is.
fn compile_text(
    device: &wgpu::Device,
    text: &str,
    tell: impl FnOnce(Messages),
) -> Result<wgpu::ShaderModule, Error> {
    let source = wgpu::ShaderSource::Wgsl(text.into());
    let compiled = scoped(device, || {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let info = crate::gpu::ready(module.get_compilation_info());
        tell(info.map(|info| info.messages).unwrap_or_default());
        module
    });
    compiled.map_err(as_compiled)
}

fn as_compiled(error: Error) -> Error {
    Error { errno: Errno::Compile, ..error }
}
