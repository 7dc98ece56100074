//! Whether this machine has what a job asks for.

use std::fmt;
use std::path::Path;

use dayfly_spec::Source;
use dayfly_spec::model::{Engine, Job, Origin, Task};

use crate::{Error, GpuCount, Machine, place};

/// Something that a job asks for more of than there is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shortage {
    /// What it is.
    pub resource: Resource,
    /// Where the job says so, and in which words: `job.yaml:4:5: Tasks[0].Resources.CPU`.
    pub place: String,
    /// How much it asks for: thousandths of cores, bytes, pieces.
    pub asked: u64,
    /// How much there is.
    pub there: u64,
    /// Why there is no more, where that is known.
    pub why: Option<String>,
}

/// What a machine has some of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Resource {
    /// Processor cores, in thousandths.
    Cpu,
    /// Memory, in bytes.
    Memory,
    /// Room for files, in bytes.
    Disk,
    /// Graphics processors.
    Gpu,
}

/// Compares what the tasks of a job ask for with what there is. `results` is where they would be put, and `gpus` gives
/// how many GPUs there are for what an engine runs.
///
/// # Errors
/// All that they ask too much of.
pub(crate) fn check(
    job: &Job,
    file: Option<&Source>,
    machine: &Machine,
    results: &Path,
    gpus: impl Fn(&Engine) -> GpuCount,
) -> Result<(), Error> {
    let mut found = Vec::new();
    // What runs nothing needs nothing.
    for task in job.tasks.iter().filter(|task| !matches!(task.engine, Engine::Noop)) {
        let mut add = |origin: &Origin, resource: Resource, asked: u64, there: u64, why: Option<String>| {
            if asked > there {
                let place = format!("{}{}", place::prefix(file, origin), origin.quoted());
                found.push(Shortage { resource, place, asked, there, why });
            }
        };
        of_task(task, machine, results, |origin, resource, asked, there| {
            add(origin, resource, asked, there, None);
        });
        // Finding out how many there are takes long: who wants none is not asked to wait for it.
        if let Some(gpu) = task.resources.gpu.as_ref().filter(|gpu| gpu.value.count != Some(0)) {
            let GpuCount { count, why } = gpus(&task.engine);
            add(&gpu.origin, Resource::Gpu, gpu.value.count.unwrap_or(1).into(), count, why);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Insufficient(found)) }
}

fn of_task(
    task: &Task,
    machine: &Machine,
    results: &Path,
    mut compare: impl FnMut(&Origin, Resource, u64, u64),
) {
    let resources = &task.resources;
    if let Some(cpu) = &resources.cpu {
        compare(&cpu.origin, Resource::Cpu, cpu.value, machine.cpu());
    }
    if let Some(memory) = &resources.memory {
        compare(&memory.origin, Resource::Memory, memory.value, machine.memory());
    }
    if let Some(disk) = &resources.disk
        && let Some(free) = free(results)
    {
        compare(&disk.origin, Resource::Disk, disk.value, free);
    }
}

/// The bytes that are free where a folder is, or would be made.
fn free(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    let there = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok())?;
    let system = rustix::fs::statvfs(there).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shortage { place, asked, there, why, .. } = self;
        match self.resource {
            Resource::Cpu => {
                let cores = |thousandths: u64| thousandths as f64 / 1000.0;
                write!(
                    f,
                    "{place} asks for {} processor cores, and guests may have {} here",
                    cores(*asked),
                    cores(*there)
                )
            }
            Resource::Memory => {
                write!(f, "{place} asks for {asked} bytes of memory, and guests may have {there} here")
            }
            Resource::Disk => write!(f, "{place} asks for {asked} bytes of disk, and {there} are free here"),
            Resource::Gpu => {
                let gpus = if *asked == 1 { "a GPU".to_owned() } else { format!("{asked} GPUs") };
                let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                write!(f, "{place} asks for {gpus}, and guests may have {there} here{why}")
            }
        }
    }
}

impl Resource {
    /// Its name in Bacalhau's words.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Cpu => "CPU",
            Resource::Memory => "memory",
            Resource::Disk => "disk",
            Resource::Gpu => "GPU",
        }
    }
}
