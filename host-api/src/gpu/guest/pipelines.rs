//! Making shaders and pipelines.

use super::resources::same;
use super::thing::Thing;
use super::{Context, bad_handle};
use crate::gpu::compile::Compilers;
use crate::gpu::device::scoped;
use crate::gpu::{Errno, Error, scan};

impl Context {
    pub(in crate::gpu) async fn create_shader(&mut self, device: i32, text: &str) -> Result<i32, Error> {
        let device = self.device(device)?;
        let most = self.quotas.shader_bytes;
        if text.len() > most {
            let what = format!("a shader of {} bytes, where one may have {most}", text.len());
            return Err(self.refuse("shader", Errno::Quota, &what));
        }
        scan::scan(text)?;
        let room = self.room(&device).await?;
        let bytes = text.len();
        let shaders = self.counters.shaders.clone();
        let Some(taken) = self.take(&device, &shaders, bytes as u64).await? else {
            let what = format!("more than {} bytes of shaders", self.counters.shaders.limit());
            return Err(self.refuse("shaders", Errno::Quota, &what));
        };
        let source = wgpu::ShaderSource::Wgsl(text.to_owned().into());
        let module = device.compile(self.compilers()?, bytes, vec![taken, room], move |device| {
            let compiled = scoped(device, || {
                device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source })
            });
            compiled.map_err(as_compiled)
        });
        let module = module.await?;
        self.things.add(Thing::Shader { device, module, bytes })
    }

    pub(in crate::gpu) async fn create_pipeline(
        &mut self,
        device: i32,
        shader: i32,
        layout: i32,
        entry: Option<String>,
        constants: Vec<(String, f64)>,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let (module, bytes) = match self.things.get(shader) {
            Some(Thing::Shader { device: of, module, bytes }) => {
                same(&device, of)?;
                (module.clone(), *bytes)
            }
            _ => return Err(bad_handle(shader, "a shader")),
        };
        let layout = match (layout, self.things.get(layout)) {
            (0, _) => None,
            (_, Some(Thing::PipelineLayout { device: of, layout })) => {
                same(&device, of)?;
                Some(layout.clone())
            }
            _ => return Err(bad_handle(layout, "a layout of pipelines")),
        };
        let room = self.room(&device).await?;
        let pipelines = self.counters.pipelines.clone();
        let Some(taken) = self.take(&device, &pipelines, 1).await? else {
            let what = format!("more than {} pipelines", self.counters.pipelines.limit());
            return Err(self.refuse("pipelines", Errno::Quota, &what));
        };
        let pipeline = device.compile(self.compilers()?, bytes, vec![taken, room], move |device| {
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
        let pipeline = pipeline.await?;
        self.things.add(Thing::Pipeline { device, pipeline })
    }

    pub(in crate::gpu) async fn create_pipeline_layout(
        &mut self,
        device: i32,
        layouts: &[i32],
        immediates: u32,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let layouts = layouts.iter().map(|&handle| match (handle, self.things.get(handle)) {
            (0, _) => Ok(None),
            (_, Some(Thing::Layout { device: of, layout })) => {
                same(&device, of).map(|()| Some(layout.clone()))
            }
            _ => Err(bad_handle(handle, "a layout of bindings")),
        });
        let layouts = layouts.collect::<Result<Vec<_>, Error>>()?;
        let room = self.room(&device).await?;
        let layout = device.make(vec![room], move |device| {
            let layouts: Vec<_> =
                layouts.iter().map(|layout| layout.as_ref().map(|layout| &***layout)).collect();
            device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &layouts,
                immediate_size: immediates,
            })
        });
        let layout = layout.await?;
        self.things.add(Thing::PipelineLayout { device, layout })
    }

    /// The layout that a pipeline has for a group.
    pub(in crate::gpu) async fn layout_of(&mut self, pipeline: i32, group: u32) -> Result<i32, Error> {
        let Some(Thing::Pipeline { device, pipeline }) = self.things.get(pipeline) else {
            return Err(bad_handle(pipeline, "a pipeline"));
        };
        let (device, pipeline) = (device.clone(), pipeline.clone());
        self.about = Some(device.clone());
        if group >= device.limits.max_bind_groups {
            return Err(Error::validation(format!("there is no group {group}")));
        }
        let room = self.room(&device).await?;
        let layout = device.make(vec![room], move |_| pipeline.get_bind_group_layout(group)).await?;
        self.things.add(Thing::Layout { device, layout })
    }

    fn compilers(&self) -> Result<&Compilers, Error> {
        let granted = self.granted.as_ref().ok_or_else(|| Error::internal("the device is nobody's"))?;
        Ok(granted.gpus().compilers())
    }
}

fn as_compiled(error: Error) -> Error {
    Error { errno: Errno::Compile, ..error }
}
