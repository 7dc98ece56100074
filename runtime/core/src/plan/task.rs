//! What would become of one task: the steps of an execution, one after the other, none of which stops the next.

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model::{CreateAs, Engine, Input, Job, Publisher, Source, Task, Wasm};
use tokio_util::sync::CancellationToken;

use super::{
    ExecutorPlan, HttpPlan, Preparation, ProgramPlan, PublisherPlan, TaskPlan, data, describe, notes,
};
use crate::execution::{self, arguments};
use crate::flow::Flow;
use crate::folder::StagingFolder;
use crate::policy::open_beneath;
use crate::reference::Known;
use crate::results::Results;
use crate::source::Staged;
use crate::stage::{Stager, import_module};
use crate::{
    Core, Egress, Error, ExecutionId, Failure, Grants, HostPolicy, Limits, Program, folder, function, kept,
};

/// What all tasks of a job are planned with.
pub(super) struct Planner<'a> {
    pub(super) core: &'a Core,
    pub(super) job: &'a Job,
    pub(super) file: Option<&'a dayfly_spec::Source>,
    pub(super) flow: &'a Flow<'a>,
    pub(super) policy: &'a HostPolicy,
    /// Whether there is a place for results.
    pub(super) placed: bool,
    pub(super) check: bool,
    /// Whether functions are served.
    pub(super) served: bool,
    pub(super) cancel: &'a CancellationToken,
}

impl Planner<'_> {
    /// What would become of a task, and what would keep it from being run, in the order in which a run meets it.
    pub(super) async fn plan(&self, task: &Task) -> (TaskPlan, Vec<Failure>) {
        let (id, answers) = (ExecutionId::fresh(), task.http.is_some());
        let limits = if answers { function::limits(task) } else { Limits::of(task) };
        let mut failures = Failures::default();
        failures.some(match answers && self.served {
            true => function::is_function(task).map(|_| ()),
            false => execution::is_run(task, self.file),
        });
        let executor = self.core.executor(&task.engine);
        if executor.is_none() {
            failures.add(Error::Unavailable(format!("this build runs no `{}` engine", task.engine.name())));
        }
        let results = failures.some(Results::of(task));
        let egress = failures.some(Egress::of(task, self.policy, self.file)).map(Arc::new);
        let grants = failures.some(Grants::of(task, self.policy));
        if let (true, Some(grants)) = (answers, &grants) {
            failures.some(function::has_no_gpu(task, grants));
        }
        failures.some(execution::publisher(self.core, task));
        let known = Known {
            job: self.flow.id(),
            kind: self.job.kind.value,
            execution: &id,
            replica: 0,
            replicas: self.job.replicas.count.value,
            policy: self.policy,
        };
        failures.some(known.environment(task));
        failures.some(arguments(task, &known));
        let executions = kept::executions(self.core.home());
        let destination = self.flow.chosen(task, 0).unwrap_or_else(|| executions.join(id.as_str()));
        // Of requests nothing is kept.
        let kept = !(answers && self.served);
        if self.placed && kept {
            failures.some(folder::can_be_made(&destination));
        }

        let network = egress.as_ref().map(|egress| egress.plan());
        let mut plan = TaskPlan {
            task: task.name.value.clone(),
            engine: task.engine.name().to_owned(),
            executor: None,
            entry_point: None,
            modules: Vec::new(),
            arguments: match &task.engine {
                Engine::Wasm(wasm) => wasm.parameters.iter().map(describe::value).collect(),
                Engine::Container(_) | Engine::CreateVolume(_) | Engine::Noop => Vec::new(),
            },
            environment: describe::environment(task),
            inputs: task.inputs.iter().map(|input| data::named(input, self.policy)).collect(),
            grants: describe::grants(task, self.policy),
            http: task.http.as_ref().map(HttpPlan::of),
            network: network.as_ref().map_or("none", |network| &network.kind).to_owned(),
            egress: network,
            limits: describe::limits(task, &limits),
            results: results.as_ref().map(Results::plan).unwrap_or_default(),
            // The execution's identifier is another one when the job is run.
            folder: match kept {
                true => destination.to_string_lossy().replace(id.as_str(), "<execution identifier>"),
                false => String::new(),
            },
            publisher: self.publisher(task),
            notes: Vec::new(),
        };
        if let (true, Some(server), Some(wanted)) = (
            self.check,
            task.publisher.as_ref().and_then(|publisher| self.core.publisher(&publisher.value)),
            &task.publisher,
        ) {
            failures.some(server.check(&wanted.value).await);
        }
        if let Some(staging) = failures.some(temporary(&id)) {
            let granted = Granted { results: results.as_ref(), limits: &limits, egress, grants };
            let preparation = self.prepare(task, granted, &staging, &mut plan, &mut failures).await;
            if let (Some(executor), Some(preparation)) = (executor, preparation) {
                if answers && let Err(error) = function::shares_nothing(task, &preparation.mounts) {
                    failures.add(error);
                }
                self.program(task, executor.plan(preparation).await, &mut plan, &mut failures);
            }
        }
        if plan.executor.is_none() && executor.is_some() {
            plan.executor = Some(ExecutorPlan {
                name: task.engine.name().to_owned(),
                profile: None,
                why: "which engine it takes is known when its modules are".to_owned(),
            });
        }
        (plan, failures.list)
    }

    /// Looks at what a guest would be given; none where it would not be started.
    async fn prepare(
        &self,
        task: &Task,
        granted: Granted<'_>,
        staging: &Arc<StagingFolder>,
        plan: &mut TaskPlan,
        failures: &mut Failures,
    ) -> Option<Preparation> {
        let Granted { results, limits, egress, grants } = granted;
        let stager = Stager { core: self.core, policy: self.policy, limits, staging, cancel: self.cancel };
        let mut inputs = Vec::with_capacity(task.inputs.len());
        for (index, (input, plan)) in task.inputs.iter().zip(&mut plan.inputs).enumerate() {
            let room = format!("{index}");
            let staged = match self.to_make(input) {
                Some(create) => {
                    plan.made = true;
                    made(create, staging, &room)
                }
                None => stager.fetch(&input.source, "input", &room).await,
            };
            if let Some(staged) = failures.some(staged) {
                data::seen(plan, &staged, self.cancel);
                inputs.push((input, staged));
            }
        }
        let program = match &task.engine {
            Engine::Wasm(wasm) => {
                // A module that would be in an input that is missing is missing for that reason.
                let complete = inputs.len() == task.inputs.len();
                let before = failures.list.len();
                let program = self.wasm(wasm, &stager, &inputs, failures).await;
                if !complete {
                    failures.list.truncate(before);
                }
                program
            }
            Engine::Noop => Some(Program::Noop),
            Engine::Container(_) | Engine::CreateVolume(_) => None,
        };
        let mut mounts = failures.some(results?.mounts(staging, task))?;
        mounts.extend(inputs.into_iter().map(|(input, staged)| stager.mount(input, staged)));
        let scratch = failures.some(stager.scratch())?;
        let root = match mounts.iter().position(|mount| mount.target == "/") {
            Some(index) => mounts.swap_remove(index),
            None => failures.some(stager.scratch())?,
        };
        let (limits, answers) = (limits.clone(), task.http.is_some());
        let (egress, grants) = (egress?, grants?);
        Some(Preparation { program: program?, root, mounts, scratch, limits, egress, grants, answers })
    }

    async fn wasm(
        &self,
        wasm: &Wasm,
        stager: &Stager<'_>,
        inputs: &[(&Input, Staged)],
        failures: &mut Failures,
    ) -> Option<Program> {
        let module = failures.some(stager.module(&wasm.entry, "module", inputs).await);
        let mut imports = Vec::with_capacity(wasm.imports.len());
        for (index, import) in wasm.imports.iter().enumerate() {
            let module = stager.module(&import.module, &format!("import-{index}"), inputs).await;
            if let Some(module) = failures.some(module) {
                imports.push(import_module(module, &import.names));
            }
        }
        if imports.len() < wasm.imports.len() {
            return None;
        }
        Some(Program::Wasm { module: module?, entry_point: wasm.entry_point.clone(), imports })
    }

    /// What an input would make on the host, which a plan does not.
    fn to_make(&self, input: &Input) -> Option<CreateAs> {
        let Source::Local { path, read_write: Some(read_write), create } = &input.source.value else {
            return None;
        };
        let path = path.value.as_text().filter(|_| read_write.value && *create != CreateAs::Nothing)?;
        let missing = matches!(self.policy.open("input", path, true), Err(Error::Missing { .. }));
        missing.then_some(*create)
    }

    fn publisher(&self, task: &Task) -> Option<PublisherPlan> {
        let wanted = task.publisher.as_ref().map(|publisher| &publisher.value);
        let wanted = wanted.filter(|wanted| **wanted != Publisher::None)?;
        let location = matches!(wanted, Publisher::Local)
            .then(|| self.core.home().join("published/<execution identifier>.tar.gz"));
        Some(PublisherPlan {
            kind: wanted.name().to_owned(),
            available: self.core.publisher(wanted).is_some(),
            location: location.map(|location| location.to_string_lossy().into_owned()),
        })
    }

    /// Adds what an executor says of the program.
    fn program(&self, task: &Task, program: ProgramPlan, plan: &mut TaskPlan, failures: &mut Failures) {
        for ending in &program.endings {
            match execution::failure(ending, None) {
                Ok(failure) => failures.list.extend(failure),
                Err(error) => failures.add(error),
            }
        }
        plan.executor = Some(program.executor);
        plan.entry_point = program.entry_point;
        plan.modules = program.modules;
        if let Engine::Wasm(wasm) = &task.engine {
            plan.modules.iter_mut().for_each(|module| module.from = notes::from(wasm, module));
        }
        notes::useless(task, plan, &program.cannot);
        notes::unused(plan);
        plan.notes.extend(program.notes);
    }
}

/// What a guest would be given besides its files; none where that can't be given.
struct Granted<'a> {
    results: Option<&'a Results>,
    limits: &'a Limits,
    egress: Option<Arc<Egress>>,
    grants: Option<Grants>,
}

/// What would keep a task from being run.
#[derive(Default)]
struct Failures {
    list: Vec<Failure>,
}

impl Failures {
    fn add(&mut self, error: Error) {
        self.list.push(error.failure());
    }

    /// The value, or none and one failure more.
    fn some<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }
}

/// Where what has to be unpacked lies meanwhile. It is removed when this is dropped.
fn temporary(id: &ExecutionId) -> Result<Arc<StagingFolder>, Error> {
    StagingFolder::create(&std::env::temp_dir().join(format!("dayfly-plan-{id}")), id).map(Arc::new)
}

/// What stands for something that would be made on the host.
fn made(create: CreateAs, staging: &StagingFolder, room: &str) -> Result<Staged, Error> {
    staging.make_rooms()?;
    let place = staging.room(room);
    let there = match create {
        CreateAs::File => std::fs::write(&place, ""),
        CreateAs::Folder | CreateAs::Nothing => std::fs::create_dir(&place),
    };
    let object = there.and_then(|()| {
        let folder = Dir::open_ambient_dir(staging.path(), ambient_authority())?;
        open_beneath(&folder, place.strip_prefix(staging.path()).unwrap_or(&place), true)
    });
    let object = object.map_err(Error::unwritable(&place))?;
    Ok(Staged { object, name: None, writable: true, digest: None })
}
