//! What a guest records, and how it is played to the device.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use wgpu::{CommandEncoder, ComputePass, ComputePassDescriptor, ComputePassTimestampWrites};

use super::bounding::MAX_GROUPS;
use super::buffer::Data;
use super::compiled::Program;
use super::flight::Timer;
use super::{Group, Queries, Resource};
#[cfg(feature = "components")]
use crate::gpu::Error;

type Shared<T> = Arc<Resource<T>>;

/// A command that was recorded. It holds what it works on.
#[derive(Debug)]
pub(super) enum Command {
    Copy { source: Shared<Data>, source_offset: u64, target: Shared<Data>, target_offset: u64, size: u64 },
    Clear { buffer: Shared<Data>, offset: u64, size: u64 },
    Resolve { set: Shared<Queries>, first: u32, count: u32, buffer: Shared<Data>, offset: u64 },
    Begin(Option<Stamps>),
    Pipeline(Shared<Program>),
    Bind { index: u32, group: Option<Shared<Group>>, offsets: Box<[u32]> },
    Immediates { offset: u32, data: Box<[u8]> },
    Dispatch([u32; 3]),
    Indirect { buffer: Shared<Data>, offset: u64 },
    End,
}

/// Where a guest wants to know when a pass began and ended.
#[derive(Debug)]
pub(super) struct Stamps {
    pub(super) set: Shared<Queries>,
    pub(super) begin: Option<u32>,
    pub(super) end: Option<u32>,
}

/// How many passes there are; none where any is timed by the guest itself, or there is something besides them.
pub(super) fn passes(commands: &[Command]) -> Option<u32> {
    let mut passes = 0;
    for command in commands {
        match command {
            Command::Begin(Some(_))
            | Command::Copy { .. }
            | Command::Clear { .. }
            | Command::Resolve { .. } => return None,
            Command::Begin(None) => passes += 1,
            _ => {}
        }
    }
    Some(passes)
}

/// Whether any of them has loops that count.
pub(super) fn any_counts(commands: &[Command]) -> bool {
    commands.iter().any(|command| matches!(command, Command::Pipeline(program) if program.flag.is_some()))
}

/// Whether all buffers that commands work on may be used now. Those of a group are looked at once.
///
/// # Errors
/// One may not.
#[cfg(feature = "components")]
pub(super) fn usable(commands: &[Command]) -> Result<(), Error> {
    let mut seen = std::collections::HashSet::new();
    for command in commands {
        match command {
            Command::Copy { source, target, .. } => {
                source.check()?;
                target.check()?;
            }
            Command::Clear { buffer, .. }
            | Command::Indirect { buffer, .. }
            | Command::Resolve { buffer, .. } => buffer.check()?,
            Command::Bind { group: Some(group), .. } if seen.insert(Arc::as_ptr(group)) => {
                group.buffers.iter().try_for_each(|buffer| buffer.check())?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What commands work on, once each.
pub(super) fn kept(commands: &[Command]) -> Vec<Arc<dyn Any + Send + Sync>> {
    let mut kept: HashMap<usize, Arc<dyn Any + Send + Sync>> = HashMap::new();
    let mut keep = |one: Arc<dyn Any + Send + Sync>| {
        kept.entry(Arc::as_ptr(&one).addr()).or_insert(one);
    };
    for command in commands {
        match command {
            Command::Copy { source, target, .. } => {
                keep(source.clone());
                keep(target.clone());
            }
            Command::Clear { buffer, .. } | Command::Indirect { buffer, .. } => keep(buffer.clone()),
            Command::Resolve { set, buffer, .. } => {
                keep(set.clone());
                keep(buffer.clone());
            }
            Command::Begin(Some(stamps)) => keep(stamps.set.clone()),
            Command::Pipeline(pipeline) => keep(pipeline.clone()),
            Command::Bind { group: Some(group), .. } => keep(group.clone()),
            Command::Bind { group: None, .. }
            | Command::Begin(None)
            | Command::Immediates { .. }
            | Command::Dispatch(_)
            | Command::End => {}
        }
    }
    kept.into_values().collect()
}

/// Plays commands.
pub(super) fn play(encoder: &mut CommandEncoder, commands: &[Command], timer: Option<&Timer>) {
    let (mut commands, mut pass) = (commands.iter(), 0);
    while let Some(command) = commands.next() {
        match command {
            Command::Copy { source, source_offset, target, target_offset, size } => {
                encoder.copy_buffer_to_buffer(source, *source_offset, target, *target_offset, *size);
            }
            Command::Clear { buffer, offset, size } => encoder.clear_buffer(buffer, *offset, Some(*size)),
            Command::Resolve { set, first, count, buffer, offset } => {
                encoder.resolve_query_set(&set.set, *first..first.saturating_add(*count), buffer, *offset);
            }
            Command::Begin(stamps) => {
                let own = timer.map(|timer| timer.writes(pass));
                let asked = stamps.as_ref().map(|stamps| ComputePassTimestampWrites {
                    query_set: &stamps.set.set,
                    beginning_of_pass_write_index: stamps.begin,
                    end_of_pass_write_index: stamps.end,
                });
                let descriptor = ComputePassDescriptor { label: None, timestamp_writes: asked.or(own) };
                let mut open = Open::new(encoder.begin_compute_pass(&descriptor));
                pass += 1;
                commands
                    .by_ref()
                    .take_while(|command| !matches!(command, Command::End))
                    .for_each(|command| open.play(command));
            }
            // Only ever recorded within a pass.
            _ => {}
        }
    }
}

/// A pass that is open.
struct Open<'a, 'b> {
    pass: ComputePass<'a>,
    /// What its guest has bound, for when the flag takes the place of it.
    bound: [Option<Binding<'b>>; MAX_GROUPS as usize],
    /// The group that is the flag's now.
    flag: Option<u32>,
}

/// A group, or none, and offsets.
type Binding<'b> = (Option<&'b wgpu::BindGroup>, &'b [u32]);

impl<'a, 'b> Open<'a, 'b> {
    fn new(pass: ComputePass<'a>) -> Open<'a, 'b> {
        Open { pass, bound: [None; MAX_GROUPS as usize], flag: None }
    }

    /// Plays a command of a pass.
    fn play(&mut self, command: &'b Command) {
        match command {
            Command::Pipeline(program) => self.choose(program),
            Command::Bind { index, group, offsets } => {
                let binding: Binding<'_> = (group.as_ref().map(|group| &group.group), offsets);
                if let Some(bound) = self.bound.get_mut(*index as usize) {
                    *bound = Some(binding);
                }
                // A guest's group in its place is none of the pipeline's.
                if self.flag != Some(*index) {
                    self.pass.set_bind_group(*index, binding.0, binding.1);
                }
            }
            Command::Immediates { offset, data } => self.pass.set_immediates(*offset, data),
            Command::Dispatch([x, y, z]) => self.pass.dispatch_workgroups(*x, *y, *z),
            Command::Indirect { buffer, offset } => self.pass.dispatch_workgroups_indirect(buffer, *offset),
            // Only ever recorded outside of a pass.
            _ => {}
        }
    }

    /// Chooses a pipeline, and has the flag be where it looks for it.
    fn choose(&mut self, program: &'b Program) {
        self.pass.set_pipeline(&program.pipeline);
        let flag = program.flag.as_ref().map(|(group, _)| *group);
        // What its guest has bound there is back, or nothing is there.
        if let Some(before) = self.flag.filter(|before| flag != Some(*before)) {
            let (group, offsets) = self.bound.get(before as usize).copied().flatten().unwrap_or((None, &[]));
            self.pass.set_bind_group(before, group, offsets);
        }
        if let Some((group, bindings)) = &program.flag {
            self.pass.set_bind_group(*group, bindings, &[]);
        }
        self.flag = flag;
    }
}
