//! The limits that the command line sets.

use dayfly::spec::model::{Gpu, Job, Located, Origin, Timeouts};

use crate::cli::{GpuWish, LimitArguments};
use crate::home::{self, Unusable};

/// Sets them for every task, whatever the job says.
///
/// # Errors
/// The environment says of GPUs what makes no sense.
pub(crate) fn apply(arguments: &LimitArguments, job: &mut Job) -> Result<(), Unusable> {
    // One at least: where there is none, that is what there is to say.
    let all = match arguments.gpu {
        Some(GpuWish::All) => Some(u32::try_from(home::gpus()?.count()).unwrap_or(u32::MAX).max(1)),
        _ => None,
    };
    for task in &mut job.tasks {
        if let Some(memory) = arguments.memory {
            task.resources.memory = Some(Located::new(memory, Origin::unwritten("--memory")));
        }
        if let Some(disk) = arguments.disk {
            task.resources.disk = Some(Located::new(disk, Origin::unwritten("--disk")));
        }
        if let Some(share) = arguments.cpu {
            task.resources.cpu = Some(Located::new(share, Origin::unwritten("--cpu")));
        }
        if let Some(time) = arguments.cpu_time {
            let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
            task.resources.cpu_time = Some(Located::new(milliseconds, Origin::unwritten("--cpu-time")));
        }
        if let Some(fuel) = arguments.fuel {
            task.resources.fuel = Some(Located::new(fuel, Origin::unwritten("--fuel")));
        }
        if let Some(wish) = arguments.gpu {
            let count = match wish {
                GpuWish::Count(count) => Some(count),
                GpuWish::All => all,
            };
            let gpu = Gpu { count, memory: None };
            task.resources.gpu = Some(Located::new(gpu, Origin::unwritten("--gpu")));
        }
        if let Some(time) = arguments.timeout {
            let execution = Some(Located::new(time, Origin::unwritten("--timeout")));
            task.timeouts = Timeouts { execution, total: None, queue: task.timeouts.queue.take() };
        }
    }
    Ok(())
}
