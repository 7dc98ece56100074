//! Making the calls that the host asks for.

use std::num::NonZeroU64;
use std::sync::{Arc, PoisonError};

use wgpu::{Backends, BindGroupEntry, BindingResource, BufferUsages, MapMode, ShaderSource};

use super::super::shared_memory::Mapping;
use super::super::wire::{
    AdapterFacts, Answer, Binding, Event, Fault, Message, Op, Place, Severity, Source, cut,
};
use super::batch::Files;
use super::objects::Object;
use super::waits::Waits;
use super::{Nonsense, Opened, Worker, replay};
use crate::gpu::{adapters, memory, ready};

impl Worker {
    /// Does something; gives what is answered.
    pub(super) fn perform(&self, op: Op, files: Files<'_>) -> Result<Option<Answer>, Nonsense> {
        match op {
            Op::Adapters { backends } => {
                let facts = self.adapters(backends)?.iter().map(facts).collect();
                return Ok(Some(Answer::Adapters(facts)));
            }
            Op::Open { backends, index, info, features, limits } => {
                let all = self.adapters(backends)?;
                let is_it = |adapter: &&wgpu::Adapter| adapter.get_info() == *info;
                // Where there is one more than before, its place is another one.
                let adapter = all.get(index).filter(is_it).or_else(|| all.iter().find(is_it));
                let refused = || "the adapter is not there any more".to_owned();
                let opened =
                    adapter.ok_or_else(refused).and_then(|adapter| self.open(adapter, features, *limits));
                return Ok(Some(match opened {
                    Ok(period) => Answer::Opened { period },
                    Err(why) => Answer::Refused(cut(why)),
                }));
            }
            Op::Slab { slab, size } => {
                let file = files.and_then(|files| files.pop_front());
                let file = file.ok_or_else(|| Nonsense("memory without a file".to_owned()))?;
                let mapping = Mapping::of(&file, size);
                self.slabs.put(slab, mapping.map_err(|error| Nonsense(format!("memory: {error}")))?);
            }
            Op::DropSlab { slab } => self.slabs.drop(slab),
            Op::Messages { shader } => return self.messages(shader).map(Some),
            Op::Drop { id } => self.objects.drop(id),
            Op::Write { buffer, offset, place } => self.write(buffer, offset, place)?,
            Op::Read { map, buffer, start, place } => self.read(map, buffer, start, place)?,
            Op::Submit { serial, commands } => {
                let opened = self.opened()?;
                let commands: Result<Vec<_>, _> =
                    commands.into_iter().map(|id| self.objects.commands(id)).collect();
                let index = opened.queue.submit(commands?);
                opened.waits.submitted(index, serial);
            }
            op => self.make(op)?,
        }
        Ok(None)
    }

    fn adapters(&self, backends: u32) -> Result<Vec<wgpu::Adapter>, Nonsense> {
        let backends = Backends::from_bits(backends).ok_or_else(|| Nonsense("other backends".to_owned()))?;
        let mut all = self.adapters.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.get_or_insert_with(|| adapters::enumerate(backends)).clone())
    }

    fn opened(&self) -> Result<&Opened, Nonsense> {
        self.opened.get().ok_or_else(|| Nonsense("there is no device".to_owned()))
    }

    /// Opens the device; gives what a tick of its timestamps takes.
    fn open(
        &self,
        adapter: &wgpu::Adapter,
        features: wgpu::Features,
        limits: wgpu::Limits,
    ) -> Result<f32, String> {
        let descriptor = wgpu::DeviceDescriptor {
            label: None,
            required_features: features,
            required_limits: limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = ready(adapter.request_device(&descriptor));
        let opened = opened.ok_or_else(|| "the driver does not open a device".to_owned())?;
        let (device, queue) = opened.map_err(|error| error.to_string())?;
        let (uncaught, lost) = (self.out.clone(), self.out.clone());
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            uncaught.say(&Event::Uncaught(Fault::of(&error)));
        }));
        device.set_device_lost_callback(move |_, why| lost.say(&Event::Lost(cut(why))));
        let period = queue.get_timestamp_period();
        let waits = Waits::start(device.clone(), self.out.clone()).map_err(|error| error.to_string())?;
        match self.opened.set(Opened { device, queue, waits }) {
            Ok(()) => Ok(period),
            Err(_) => Err("there is a device already".to_owned()),
        }
    }

    /// Makes something, under the name that the host has for it.
    fn make(&self, op: Op) -> Result<(), Nonsense> {
        let device = &self.opened()?.device;
        let (id, object) = match op {
            Op::Buffer { id, size, usage } => {
                let usage =
                    BufferUsages::from_bits(usage).ok_or_else(|| Nonsense("other usages".to_owned()))?;
                let descriptor =
                    wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
                (id, Object::Buffer(device.create_buffer(&descriptor)))
            }
            Op::BindGroupLayout { id, entries } => {
                let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
                (id, Object::Layout(device.create_bind_group_layout(&descriptor)))
            }
            Op::BindGroup { id, layout, entries } => {
                (id, Object::Group(self.bind(device, layout, &entries)?))
            }
            Op::PipelineLayout { id, layouts, immediates } => {
                let layouts = layouts.into_iter().map(|id| id.map(|id| self.objects.layout(id)).transpose());
                let layouts: Vec<_> = layouts.collect::<Result<_, _>>()?;
                let layouts: Vec<_> = layouts.iter().map(Option::as_ref).collect();
                let descriptor = wgpu::PipelineLayoutDescriptor {
                    label: None,
                    bind_group_layouts: &layouts,
                    immediate_size: immediates,
                };
                (id, Object::PipelineLayout(device.create_pipeline_layout(&descriptor)))
            }
            Op::Shader { id, source, checks } => {
                let source = match source {
                    Source::Text(text) => ShaderSource::Wgsl(text.into()),
                    Source::Module(module) => ShaderSource::Naga(std::borrow::Cow::Owned(*module)),
                };
                let descriptor = wgpu::ShaderModuleDescriptor { label: None, source };
                #[allow(unsafe_code, reason = "which checks are left out is for the host to say")]
                // SAFETY: the host leaves none out that it does not make itself, as it says where it calls this.
                let shader = unsafe { device.create_shader_module_trusted(descriptor, checks) };
                (id, Object::Shader(shader))
            }
            Op::Pipeline { id, layout, shader, entry, constants, zeroes } => {
                let layout = layout.map(|layout| self.objects.pipeline_layout(layout)).transpose()?;
                let shader = self.objects.shader(shader)?;
                let constants: Vec<(&str, f64)> =
                    constants.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                let compilation_options = wgpu::PipelineCompilationOptions {
                    constants: &constants,
                    zero_initialize_workgroup_memory: zeroes,
                };
                let descriptor = wgpu::ComputePipelineDescriptor {
                    label: None,
                    layout: layout.as_ref(),
                    module: &shader,
                    entry_point: entry.as_deref(),
                    compilation_options,
                    cache: None,
                };
                (id, Object::Pipeline(device.create_compute_pipeline(&descriptor)))
            }
            Op::LayoutOf { id, pipeline, index } => {
                (id, Object::Layout(self.objects.pipeline(pipeline)?.get_bind_group_layout(index)))
            }
            Op::Queries { id, count } => {
                let ty = wgpu::QueryType::Timestamp;
                let descriptor = wgpu::QuerySetDescriptor { label: None, ty, count };
                (id, Object::Queries(device.create_query_set(&descriptor)))
            }
            Op::Commands { id, records } => {
                (id, Object::Commands(replay::commands(device, &self.objects, &records)?))
            }
            _ => return Err(Nonsense("nothing is made by that".to_owned())),
        };
        self.objects.put(id, object);
        Ok(())
    }

    fn bind(
        &self,
        device: &wgpu::Device,
        layout: u64,
        entries: &[Binding],
    ) -> Result<wgpu::BindGroup, Nonsense> {
        let layout = self.objects.layout(layout)?;
        let buffers = entries.iter().map(|entry| self.objects.buffer(entry.buffer));
        let buffers: Vec<_> = buffers.collect::<Result<_, _>>()?;
        let entries = entries.iter().zip(&buffers).map(|(entry, buffer)| {
            let size = entry.size.and_then(NonZeroU64::new);
            let bound = wgpu::BufferBinding { buffer, offset: entry.offset, size };
            BindGroupEntry { binding: entry.binding, resource: BindingResource::Buffer(bound) }
        });
        let entries: Vec<_> = entries.collect();
        let descriptor = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
        Ok(device.create_bind_group(&descriptor))
    }

    fn messages(&self, shader: u64) -> Result<Answer, Nonsense> {
        let info = ready(self.objects.shader(shader)?.get_compilation_info());
        let messages = info.map(|info| info.messages).unwrap_or_default();
        Ok(Answer::Messages(messages.into_iter().map(message).collect()))
    }

    fn write(&self, buffer: u64, offset: u64, place: Place) -> Result<(), Nonsense> {
        let (buffer, part) = (self.objects.buffer(buffer)?, self.slabs.part(place)?);
        let Some(size) = NonZeroU64::new(place.length as u64) else { return Ok(()) };
        // Where there is none, a scope or the host has heard why.
        if let Some(mut view) = self.opened()?.queue.write_buffer_with(&buffer, offset, size) {
            view.copy_from_slice(part.bytes());
        }
        Ok(())
    }

    fn read(&self, map: u64, buffer: u64, start: u64, place: Place) -> Result<(), Nonsense> {
        let (buffer, part) = (self.objects.buffer(buffer)?, self.slabs.part(place)?);
        let end = start.checked_add(place.length as u64).filter(|&end| end <= buffer.size());
        let end = end.ok_or_else(|| Nonsense("a buffer has no such part".to_owned()))?;
        let (mapped, out) = (buffer.clone(), self.out.clone());
        buffer.slice(start..end).map_async(MapMode::Read, move |result| {
            let is_there = result.is_ok() && {
                let view = mapped.slice(start..end).get_mapped_range();
                view.is_ok_and(|view| {
                    part.fill(&view);
                    true
                })
            };
            if result.is_ok() {
                mapped.unmap();
            }
            out.say(&Event::Mapped { map, is_there });
        });
        self.opened()?.waits.look();
        Ok(())
    }
}

fn facts(adapter: &wgpu::Adapter) -> AdapterFacts {
    AdapterFacts {
        info: adapter.get_info(),
        features: adapter.features(),
        limits: adapter.limits(),
        downlevel: adapter.get_downlevel_capabilities(),
        memory: memory::of(adapter),
    }
}

fn message(message: wgpu::CompilationMessage) -> Message {
    let severity = match message.message_type {
        wgpu::CompilationMessageType::Error => Severity::Error,
        wgpu::CompilationMessageType::Warning => Severity::Warning,
        wgpu::CompilationMessageType::Info => Severity::Info,
    };
    let location = message.location.map(|at| [at.line_number, at.line_position, at.offset, at.length]);
    Message { text: cut(message.message), severity, location }
}
