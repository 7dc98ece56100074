//! What a driver's compiler makes of shaders: on a thread that has stack enough.

use std::borrow::Cow;
use std::sync::Arc;

use wgpu::naga::valid::Capabilities;

use super::bounding::{Flag, Watch};
use super::scoped;
use crate::gpu::shader::{self, Bounded, Loops, Prepared, Shape};
use crate::gpu::{Errno, Error};

/// What a compiler says of a shader.
pub(in crate::gpu) type Messages = Vec<wgpu::CompilationMessage>;

/// What shaders are compiled for.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// What they may ask of the device.
    pub(super) capabilities: Capabilities,
    pub(super) limits: wgpu::Limits,
    /// What bounds their loops, where anything does.
    pub(super) watch: Option<Arc<Watch>>,
}

/// A shader that is compiled.
#[derive(Debug)]
pub(super) struct Module {
    module: wgpu::ShaderModule,
    shape: Shape,
    /// Its loops that count.
    loops: Option<Arc<Loops>>,
    /// The entry points that tell whether one of them was left.
    flagged: Vec<String>,
    text: Arc<str>,
}

/// A layout of pipelines as their guest has it, and with what tells whether a loop was left, where there is room.
#[derive(Debug)]
pub(super) struct Layouts {
    plain: wgpu::PipelineLayout,
    flagged: Option<wgpu::PipelineLayout>,
}

/// What a pipeline is compiled of.
pub(super) struct Parts<'a> {
    pub(super) module: &'a Module,
    /// That of the shader where there is none.
    pub(super) layout: Option<&'a Layouts>,
    /// The only one where there is none.
    pub(super) entry: Option<&'a str>,
    pub(super) constants: &'a [(String, f64)],
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

impl Target {
    fn flag(&self) -> Option<&Flag> {
        self.watch.as_ref()?.flag.as_ref()
    }

    /// Compiles a text that was scanned, with its loops bounded; tells what the compiler says of it.
    ///
    /// # Errors
    /// It can't be compiled.
    pub(super) fn module(
        &self,
        device: &wgpu::Device,
        text: &Arc<str>,
        tell: impl FnOnce(Messages),
    ) -> Result<Module, Error> {
        self.module_with(device, text, true, tell)
    }

    fn module_with(
        &self,
        device: &wgpu::Device,
        text: &Arc<str>,
        with_flag: bool,
        tell: impl FnOnce(Messages),
    ) -> Result<Module, Error> {
        let bounds = self.watch.as_ref().map(|watch| &watch.bounds);
        let (module, shape, loops, flagged) =
            match shader::prepare(text, self.capabilities, bounds, with_flag)? {
                Prepared::Broken => (compile_text(device, text, tell)?, Shape::default(), None, Vec::new()),
                Prepared::Plain(shape) => (compile_text(device, text, tell)?, shape, None, Vec::new()),
                Prepared::Bounded(bounded) => {
                    let Bounded { module, shape, loops, flagged } = *bounded;
                    let module = compile_bounded(device, text, module, tell)?;
                    if let Some(watch) = &self.watch {
                        watch.remember(&loops);
                    }
                    (module, shape, Some(loops), flagged)
                }
            };
        Ok(Module { module, shape, loops, flagged, text: text.clone() })
    }

    /// Makes a layout of pipelines.
    pub(super) fn layout<'a>(
        &'a self,
        device: &wgpu::Device,
        mut groups: Vec<Option<&'a wgpu::BindGroupLayout>>,
        immediates: u32,
    ) -> Layouts {
        let create = |groups: &[Option<&wgpu::BindGroupLayout>]| {
            device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: groups,
                immediate_size: immediates,
            })
        };
        let plain = create(&groups);
        let flagged = self.flag().and_then(|flag| {
            let place = flag.group as usize;
            if groups.len() <= place {
                groups.resize(place + 1, None);
            }
            let own = groups.get_mut(place).filter(|group| group.is_none())?;
            *own = Some(&flag.layout);
            Some(create(&groups))
        });
        Layouts { plain, flagged }
    }

    /// Compiles a pipeline.
    ///
    /// # Errors
    /// It can't be compiled.
    pub(super) fn pipeline(&self, device: &wgpu::Device, parts: &Parts<'_>) -> Result<Program, Error> {
        let Parts { module, layout, entry, constants } = *parts;
        let is_small = |bytes| bytes <= u64::from(self.limits.max_compute_workgroup_storage_size);
        if !module.shape.workgroup_memory.is_some_and(is_small) {
            shader::check_workgroups(&module.text, self.capabilities, entry, constants, &self.limits)?;
        }
        let flag = self.flag().filter(|_| match entry {
            Some(entry) => module.flagged.iter().any(|flagged| flagged == entry),
            None => !module.flagged.is_empty(),
        });
        match (flag, layout) {
            // The guest's own layout has no room for it.
            (Some(_), Some(Layouts { flagged: None, .. })) => {
                let module = self.module_with(device, &module.text, false, |_| {})?;
                self.compile(device, &Parts { module: &module, ..*parts }, None)
            }
            _ => self.compile(device, parts, flag),
        }
    }

    fn compile(
        &self,
        device: &wgpu::Device,
        parts: &Parts<'_>,
        flag: Option<&Flag>,
    ) -> Result<Program, Error> {
        let Parts { module, layout, entry, constants } = *parts;
        let constants: Vec<(&str, f64)> =
            constants.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let layout = layout.map(|layout| match &layout.flagged {
            Some(flagged) if flag.is_some() => flagged,
            _ => &layout.plain,
        });
        let descriptor = wgpu::ComputePipelineDescriptor {
            label: None,
            layout,
            module: &module.module,
            entry_point: entry,
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                ..Default::default()
            },
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
    }
}

/// Compiles a shader whose loops are bounded, and whose text this is.
fn compile_bounded(
    device: &wgpu::Device,
    text: &str,
    module: wgpu::naga::Module,
    tell: impl FnOnce(Messages),
) -> Result<wgpu::ShaderModule, Error> {
    let source = wgpu::ShaderSource::Naga(Cow::Owned(module));
    let descriptor = wgpu::ShaderModuleDescriptor { label: None, source };
    let mut checks = wgpu::ShaderRuntimeChecks::checked();
    // Each loop ends: wgpu's own counters would only be in the way.
    checks.force_loop_bounding = false;
    #[allow(unsafe_code, reason = "what is not checked by the driver's compiler is checked here")]
    // SAFETY: all is checked but that loops end, and each of them does.
    let compiled = scoped(device, || unsafe { device.create_shader_module_trusted(descriptor, checks) });
    match compiled {
        Ok(module) => {
            tell(Vec::new());
            Ok(module)
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
