//! A task, with its resources and timeouts.

use std::collections::HashSet;
use std::time::Duration;

use super::quantity;
use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, number, text};
use crate::model::{Data, Fuel, Gpu, Grants, Input, Job, Located, Resources, Task, Timeouts};

impl Conversion {
    pub(super) fn task(&mut self, task: &Task, job: &Job) -> Data {
        let Task {
            name,
            engine,
            environment,
            inputs,
            results,
            captures,
            publisher,
            resources,
            network,
            // They stand in its free data.
            grants: _,
            http: _,
            timeouts,
            after,
            // What is tried again is said by the job.
            retry: _,
            restart: _,
            meta: _,
        } = task;
        if let Some(capture) = captures.first() {
            self.no_equivalent(&capture.name.origin, "Bacalhau picks no texts from a task's output");
        }
        if !after.is_empty() {
            self.no_equivalent(
                &name.origin,
                "the tasks of a Bacalhau job wait for nothing but the one before",
            );
        }
        let environment = self.environment(environment, engine, network);
        let mut fields = Members::default();
        fields.put("Name", text(&name.value));
        let engine = self.engine(engine, environment.params, &name.origin);
        fields.put("Engine", engine);
        fields.put_object("Env", environment.task);
        fields.put_list("InputSources", inputs.iter().map(|input| self.input(input)).collect());
        fields.put_list("ResultPaths", results.iter().map(super::result::result).collect());
        let publisher = publisher.as_ref().map(|publisher| self.publisher(publisher));
        fields.put_some("Publisher", publisher);
        fields.put_object("Resources", self.resources(resources));
        fields.put_object("Network", super::network::network(network));
        fields.put_object("Timeouts", self.timeouts(timeouts));
        fields.put_object("Meta", self.task_meta(task, job));
        fields.into_data()
    }

    fn input(&mut self, input: &Input) -> Data {
        let Input { source, target, alias } = input;
        let mut fields = Members::default();
        fields.put("Source", self.source(source));
        fields.put_some("Alias", alias.as_ref().map(|alias| text(&alias.value)));
        fields.put("Target", text(&target.value));
        fields.into_data()
    }

    fn resources(&mut self, resources: &Resources) -> Members {
        // What else there is has no field.
        let Resources { cpu, memory, disk, gpu, cpu_time: _, fuel: _ } = resources;
        let mut fields = Members::default();
        fields.put_some("CPU", cpu.as_ref().map(|cpu| text(quantity::cpu(cpu.value))));
        fields.put_some("Memory", memory.as_ref().map(|size| text(quantity::size(size.value))));
        fields.put_some("Disk", disk.as_ref().map(|size| text(quantity::size(size.value))));
        if let Some(gpu) = gpu {
            match gpu.value {
                Gpu { count: Some(count), memory: None } => fields.put("GPU", text(count.to_string())),
                Gpu { .. } => self.no_equivalent(
                    &gpu.origin,
                    "Bacalhau counts graphics processors, and asks no more of them",
                ),
            }
        }
        fields
    }

    /// Free data, with the limits and grants that are said there, and what makes a function.
    fn task_meta(&mut self, task: &Task, job: &Job) -> Members {
        let Task { meta, resources, grants, .. } = task;
        let egress = &task.network.egress;
        let mut fields = self.meta(meta);
        let time = resources.cpu_time.as_ref().map(|time| format!("{}ms", time.value));
        let fuel = resources.fuel.as_ref().map(|fuel| match fuel.value {
            Fuel::Counted => "count".to_owned(),
            Fuel::AtMost(count) => count.to_string(),
        });
        let [sent, rate] =
            [&egress.sent, &egress.rate].map(|size| size.as_ref().map(|size| quantity::size(size.value)));
        let log = grants.log.as_ref().map(|level| level.value.word().to_owned());
        let single = [
            ("limits.cpu-time", time),
            ("limits.fuel", fuel),
            ("limits.send", sent),
            ("limits.send-rate", rate),
            ("wasi.logging", log),
        ];
        let single = single.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        let Grants { config, stores, log: _ } = grants;
        let settings =
            config.iter().map(|(name, value)| (format!("wasi.config.{name}"), value.value.clone()));
        let stores = stores
            .iter()
            .map(|(name, place)| (format!("wasi.keyvalue.{name}"), place.value.text().to_owned()));
        let there: HashSet<&str> = meta.iter().map(|(name, _)| name.as_str()).collect();
        for (key, value) in single.chain(settings).chain(stores) {
            // What was read from there is there still, as it was written.
            if !there.contains(key.as_str()) {
                fields.put(&key, text(value));
            }
        }
        super::http::put(task, job, &mut fields);
        fields
    }

    fn timeouts(&mut self, timeouts: &Timeouts) -> Members {
        let Timeouts { execution, queue, total } = timeouts;
        let mut fields = Members::default();
        for (field, timeout) in
            [("ExecutionTimeout", execution), ("QueueTimeout", queue), ("TotalTimeout", total)]
        {
            fields.put_some(field, timeout.as_ref().map(|timeout| self.seconds(timeout)));
        }
        fields
    }

    fn seconds(&mut self, timeout: &Located<Duration>) -> Data {
        if timeout.value.subsec_nanos() != 0 {
            self.no_equivalent(&timeout.origin, "the timeouts of Bacalhau are whole seconds");
        }
        number(timeout.value.as_secs())
    }
}
