//! What a job asks for that has no effect on this run. Never silence.

use dayfly_spec::model::{Job, JobKind, NetworkKind, Order, Origin, Task};

/// One line for each thing that the job asks for and this build does not do.
pub(crate) fn warnings(job: &Job) -> Vec<String> {
    let mut found = Vec::new();
    let mut note =
        |origin: &Origin, why: &str| found.push(format!("`{}` has no effect: {why}", origin.change));
    if let Some(priority) = job.priority.as_ref().filter(|priority| priority.value != 0) {
        note(&priority.origin, "jobs don't wait for one another here");
    }
    for constraint in &job.constraints {
        note(&constraint.origin, "constraints are not compared with this machine yet");
    }
    if matches!(job.kind.value, JobKind::Service | JobKind::Daemon) {
        note(&job.kind.origin, "the job runs once and is not started again when it ends");
    }
    if let Some(update) = &job.update {
        note(&update.kind.origin, "no other version of the job is running");
    }
    if job.replicas.order == Order::Sequential && job.replicas.count.value < 2 {
        note(&job.replicas.count.origin, "there is one replica");
    }
    for task in &job.tasks {
        of_task(task, &mut note);
    }
    found
}

fn of_task(task: &Task, note: &mut impl FnMut(&Origin, &str)) {
    let resources = &task.resources;
    if let Some(cpu) = &resources.cpu {
        note(&cpu.origin, "processor time is measured and not limited yet");
    }
    if let Some(time) = &resources.cpu_time {
        note(&time.origin, "processor time is measured and not limited yet");
    }
    if let Some(queue) = task.timeouts.queue.as_ref().filter(|queue| !queue.value.is_zero()) {
        note(&queue.origin, "jobs don't wait for their turn here");
    }
    if let Some(kind) = task
        .network
        .kind
        .as_ref()
        .filter(|kind| !matches!(kind.value, NetworkKind::None | NetworkKind::Default))
    {
        note(&kind.origin, "the guest gets no network");
    }
    for port in &task.network.ports {
        note(&port.name.origin, "the guest gets no network");
    }
    if let Some(retry) = task.retry.as_ref().filter(|retry| retry.attempts.value > 1) {
        note(&retry.attempts.origin, "failed tasks are not tried again yet");
    }
    if let Some(restart) = &task.restart {
        note(&restart.mode.origin, "tasks are not started again yet");
    }
    for capture in &task.captures {
        note(&capture.pattern.origin, "nothing is picked from the output yet");
    }
    for result in &task.results {
        if let Some(format) = &result.format {
            note(&format.origin, "the content is kept as it is");
        }
        if let Some(compression) = &result.compression {
            note(&compression.origin, "results are kept uncompressed");
        }
        if let Some(level) = &result.level {
            note(&level.origin, "results are kept uncompressed");
        }
    }
}
