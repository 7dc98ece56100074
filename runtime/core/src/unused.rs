//! What a job asks for that has no effect on this run. Never silence.
//!
//! Every field of the model is taken apart here by name, so that one that is added can't be forgotten: it is told
//! about below, or somebody acts upon it, as the test beside this file makes sure.

mod network;
mod noop;

use dayfly_spec::Source;
use dayfly_spec::model::{
    Capture, Compression, Delivery, DeliveryRoute, Engine, Format, Job, JobKind, Order, Origin, Replicas,
    Resources, Restart, RestartMode, ResultPath, Retry, Task, Timeouts, UpdateStrategy,
};

use crate::{HostPolicy, Limits, place};

/// One line for each thing that the job asks for and this build does not do. Each begins with its place in the file,
/// where that is known.
pub(crate) fn warnings(job: &Job, policy: &HostPolicy, file: Option<&Source>) -> Vec<String> {
    let mut notes = Notes { policy, file, found: Vec::new() };
    of_job(job, &mut notes);
    // As they stand in the file; what no line says comes last.
    notes.found.sort_by_key(|(place, _)| place.unwrap_or(u32::MAX));
    notes.found.into_iter().map(|(_, line)| line).collect()
}

/// What was found so far.
struct Notes<'a> {
    policy: &'a HostPolicy,
    file: Option<&'a Source>,
    /// Where each stands, in bytes, and its line.
    found: Vec<(Option<u32>, String)>,
}

impl Notes<'_> {
    fn add(&mut self, origin: &Origin, why: &str) {
        let place = place::prefix(self.file, origin);
        let line = format!("{place}`{}` has no effect: {why}", origin.change);
        self.found.push((origin.span.map(|span| span.start), line));
    }
}

fn of_job(job: &Job, notes: &mut Notes<'_>) {
    let Job {
        name: _,
        // Notes of people and programs, which ask for nothing.
        namespace: _,
        labels: _,
        meta: _,
        kind,
        priority,
        replicas: Replicas { count, order },
        constraints: _,
        tasks,
        flow: _,
        update,
        deployment,
        delivery,
        ssh_keys,
    } = job;
    if let Some(priority) = priority.as_ref().filter(|priority| priority.value != 0) {
        notes.add(&priority.origin, "jobs don't wait for one another here");
    }
    let functions = tasks.iter().all(|task| task.http.is_some());
    if matches!(kind.value, JobKind::Service | JobKind::Daemon) && !functions {
        notes.add(&kind.origin, "the job runs once and is not started again when it ends");
    }
    if let Some(UpdateStrategy { kind, max_unavailable }) = update {
        notes.add(&kind.origin, "no other version of the job is running");
        if let Some(unavailable) = max_unavailable {
            notes.add(&unavailable.origin, "no other version of the job is running");
        }
    }
    if order.value == Order::Sequential && count.value < 2 {
        notes.add(&order.origin, "there is one replica");
    }
    if let Some(deployment) = deployment {
        notes.add(&deployment.origin, "this build serves no deployments");
    }
    if let Some(Delivery { definition, results }) = delivery {
        for DeliveryRoute { listen: _, endpoint } in [definition, results].into_iter().flatten() {
            let unknown = Origin::unwritten("the job's delivery");
            let origin = endpoint.as_ref().map_or(&unknown, |endpoint| &endpoint.origin);
            notes.add(origin, "jobs are taken from files, and results stay here");
        }
    }
    if let Some(key) = ssh_keys.first() {
        notes.add(&key.origin, "nobody can log in to a guest");
    }
    tasks.iter().for_each(|task| of_task(task, notes));
    network::of_host(tasks, notes);
}

fn of_task(task: &Task, notes: &mut Notes<'_>) {
    let Task {
        name: _,
        // What of these can't be done is refused.
        engine,
        environment,
        inputs: _,
        publisher: _,
        after: _,
        results,
        captures,
        resources,
        network,
        grants,
        // What answers requests is not run.
        http: _,
        timeouts,
        retry,
        restart,
        // Notes of people and programs, which ask for nothing.
        meta: _,
    } = task;
    let Timeouts { execution, total: _, queue: _ } = timeouts;
    match engine {
        Engine::Noop => {
            noop::of_guest(environment, resources, execution.as_ref(), notes);
            network::of_noop(network, notes);
            noop::of_grants(grants, notes);
        }
        Engine::Wasm(_) => {
            of_resources(resources, notes);
            network::of_guest(network, notes);
        }
        Engine::Container(_) | Engine::CreateVolume(_) => {}
    }
    if let Some(Retry { attempts, backoff: _ }) = retry
        && attempts.value > 1
    {
        notes.add(&attempts.origin, "failed tasks are not tried again yet");
    }
    if let Some(Restart { mode, attempts }) = restart
        && mode.value != RestartMode::Never
    {
        notes.add(&mode.origin, "tasks are not started again yet");
        if let Some(attempts) = attempts {
            notes.add(&attempts.origin, "tasks are not started again yet");
        }
    }
    for Capture { name, pattern: _, streams: _ } in captures {
        notes.add(&name.origin, "nothing is picked from the output yet");
    }
    results.iter().for_each(|result| of_result(result, notes));
}

fn of_resources(resources: &Resources, notes: &mut Notes<'_>) {
    let Resources { cpu, memory: _, disk: _, gpu: _, cpu_time: _, fuel: _ } = resources;
    if let Some(cpu) = cpu.as_ref().filter(|cpu| cpu.value > Limits::CORE) {
        notes.add(&cpu.origin, "a guest has one thread, which takes one core at most");
    }
}

fn of_result(result: &ResultPath, notes: &mut Notes<'_>) {
    let ResultPath { name: _, path: _, kind: _, format, compression, level } = result;
    if let Some(format) = format.as_ref().filter(|format| format.value != Format::Raw) {
        notes.add(&format.origin, "the content is kept as it is");
    }
    if let Some(compression) = compression.as_ref().filter(|how| how.value != Compression::None) {
        notes.add(&compression.origin, "results are kept uncompressed");
    }
    if let Some(level) = level {
        notes.add(&level.origin, "results are kept uncompressed");
    }
}

#[cfg(test)]
mod tests;
