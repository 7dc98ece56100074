//! The limits that the command line sets.

use dayfly::spec::model::{Job, Located, Origin, Timeouts};

use crate::cli::LimitArguments;

/// Sets them for every task, whatever the job says.
pub(crate) fn apply(arguments: &LimitArguments, job: &mut Job) {
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
        if let Some(time) = arguments.timeout {
            let execution = Some(Located::new(time, Origin::unwritten("--timeout")));
            task.timeouts = Timeouts { execution, total: None, queue: task.timeouts.queue.take() };
        }
    }
}
