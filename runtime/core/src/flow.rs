//! Which execution runs when.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use dayfly_spec::Source;
use dayfly_spec::model::{Engine, Job, OnFailure, Order, Task};
use futures_util::stream::{self, StreamExt as _};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::event::Teller;
use crate::execution::{Attempt, Execution};
use crate::{
    Core, Error, ExecutionId, ExecutionOutcome, Executor, Failure, GpuCount, HostPolicy, JobId, Outcome,
    Output, Run, SCHEMA_VERSION, Status, Stdio, admission, constraints, folder, place, unused,
};

/// The most replicas that one run makes.
const MAX_REPLICAS: u32 = 10_000;
/// The longest name of a task's folder, in bytes; a replica's number still has to fit.
const LONGEST_NAME: usize = 240;
/// Executions that run side by side; more wait for their turn.
const MAX_PARALLEL: usize = 64;

/// A run on its way through the job's tasks.
pub(crate) struct Flow<'a> {
    id: JobId,
    core: &'a Core,
    job: &'a Job,
    file: Option<&'a Source>,
    policy: HostPolicy,
    output: Option<Output>,
    stdio: Mutex<Stdio>,
    cancel: CancellationToken,
    /// Whoever drops the run stops what it left on other threads: hashing, packing.
    _stop: DropGuard,
    teller: Option<Teller>,
    observe: bool,
    executor: Option<Arc<dyn Executor>>,
}

impl<'a> Flow<'a> {
    pub(crate) fn of(run: Run<'a>) -> Flow<'a> {
        let cancel = run.cancel.child_token();
        Flow {
            id: JobId::fresh(),
            core: run.core,
            job: run.job,
            file: run.file,
            policy: run.policy,
            output: run.output,
            stdio: Mutex::new(run.stdio),
            _stop: cancel.clone().drop_guard(),
            cancel,
            teller: run.teller,
            observe: run.observe,
            executor: run.executor,
        }
    }

    /// Runs every task, and says how the job ended.
    pub(crate) async fn run(self) -> Outcome {
        let mut executions = Vec::new();
        self.look_for_gpus().await;
        let failure = match self.check() {
            Ok(()) => self.stages(&mut executions).await,
            Err(error) => Some(error.failure()),
        };
        let failure = failure.or_else(|| executions.iter().find_map(failure_of));
        if self.output.is_none() {
            self.core.sweep_after(&executions, &self.cancel).await;
        }
        Outcome {
            schema: SCHEMA_VERSION,
            job: Some(self.id),
            status: failure.as_ref().map_or(Status::Succeeded, |failure| failure.status),
            exit_code: failure.as_ref().map_or(0, |failure| failure.exit_code),
            reason: failure.map(|failure| failure.reason),
            warnings: unused::warnings(self.job, &self.policy, self.file),
            executions,
        }
    }

    /// Has drivers be loaded where a task asks for GPUs, on a thread that may take its time. They are counted at once
    /// afterwards.
    pub(crate) async fn look_for_gpus(&self) {
        for task in &self.job.tasks {
            let asks = task.resources.gpu.as_ref().is_some_and(|gpu| gpu.value.count != Some(0));
            if let Some(executor) = asks.then(|| self.core.executor(&task.engine)).flatten() {
                let executor = executor.clone();
                // One that panics does so again where it is asked.
                let _ = tokio::task::spawn_blocking(move || executor.gpus()).await;
            }
        }
    }

    /// What can be told before anything runs.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let count = self.job.replicas.count.value;
        if count > MAX_REPLICAS {
            return Err(Error::Invalid(format!(
                "{count} replicas are more than the {MAX_REPLICAS} that one run makes"
            )));
        }
        self.check_machine()?;
        if let Some(task) = self.job.tasks.iter().find(|task| !task.after.is_empty()) {
            return Err(Error::Unavailable(format!(
                "the task `{}` waits for another one, which this build does not do",
                task.name.value
            )));
        }
        let results = self.output.as_ref().map_or(self.core.home(), |output| &output.folder);
        let gpus = |engine: &Engine| {
            self.core.executor(engine).map_or_else(GpuCount::default, |executor| executor.gpus())
        };
        admission::check(self.job, self.file, self.core.machine(), results, gpus)?;
        match &self.output {
            // Asked with `force` too: what a killed dayfly left there is removed by that.
            Some(output) if !folder::is_free(&output.folder)? && !output.force => {
                Err(Error::NotEmpty(output.folder.clone()))
            }
            Some(_) => self.check_folders(),
            None => Ok(()),
        }
    }

    /// Whether this machine is what the job asks for.
    fn check_machine(&self) -> Result<(), Error> {
        if self.job.constraints.is_empty() {
            return Ok(());
        }
        let verdicts = constraints::judge(self.job, self.core.labels());
        let unmet = verdicts.iter().filter(|verdict| !verdict.met).map(|verdict| {
            format!("{}{}", place::prefix(self.file, &verdict.constraint.origin), verdict.words())
        });
        let unmet: Vec<_> = unmet.collect();
        if unmet.is_empty() {
            return Ok(());
        }
        Err(Error::Unsuitable { requested: self.job.replicas.count.value, unmet })
    }

    /// Whether every task has a folder of its own below the user's.
    fn check_folders(&self) -> Result<(), Error> {
        let mut taken: HashMap<String, &str> = HashMap::new();
        for task in &self.job.tasks {
            let (task, folder) = (task.name.value.as_str(), folder_name(&task.name.value));
            if folder.len() > LONGEST_NAME {
                return Err(Error::Invalid(format!(
                    "the name of the task `{task}` is too long for its results' folder"
                )));
            }
            if let Some(other) = taken.insert(folder, task) {
                return Err(Error::Invalid(format!(
                    "the results of the tasks `{other}` and `{task}` would be in one folder; rename one of them"
                )));
            }
        }
        Ok(())
    }

    /// The run's identifier.
    pub(crate) fn id(&self) -> &JobId {
        &self.id
    }

    /// Which tasks run, as indexes into the job's, in the order in which they start.
    pub(crate) fn order(&self) -> Vec<usize> {
        self.in_stages().concat()
    }

    /// The tasks of each stage; one after the other where the job does not say it.
    fn in_stages(&self) -> Vec<Vec<usize>> {
        if self.job.flow.stages.is_empty() {
            (0..self.job.tasks.len()).map(|index| vec![index]).collect()
        } else {
            self.job.flow.stages.iter().map(|stage| stage.tasks.clone()).collect()
        }
    }

    /// Runs stage after stage; gives what ended them early, if it was not an execution's own failure.
    async fn stages(&self, executions: &mut Vec<ExecutionOutcome>) -> Option<Failure> {
        for tasks in self.in_stages() {
            if self.cancel.is_cancelled() {
                return executions.iter().find_map(failure_of).or_else(|| Some(Error::Cancelled.failure()));
            }
            let parallel = match self.job.replicas.order.value {
                Order::Parallel => MAX_PARALLEL,
                Order::Sequential => 1,
            };
            let replicas = self.job.replicas.count.value;
            let mut attempts = Vec::new();
            for task in tasks.iter().filter_map(|&index| self.job.tasks.get(index)) {
                attempts.extend((0..replicas).map(|replica| self.attempt(task, replica)));
            }
            let first = executions.len();
            executions.extend(stream::iter(attempts).buffered(parallel).collect::<Vec<_>>().await);
            let failed = executions[first..].iter().any(|execution| execution.status != Status::Succeeded);
            if failed && self.job.flow.on_failure == OnFailure::Stop {
                break;
            }
        }
        None
    }

    async fn attempt(&self, task: &'a Task, replica: u32) -> ExecutionOutcome {
        let id = ExecutionId::fresh();
        let destination = self.destination(task, replica, &id);
        let stdio = match self.stdio.lock() {
            Ok(mut stdio) => stdio.next(),
            Err(_) => Stdio::default(),
        };
        let attempt = Attempt { task, replica, number: 0, id, destination };
        Execution {
            core: self.core,
            job: self.job,
            file: self.file,
            job_id: &self.id,
            policy: &self.policy,
            cancel: &self.cancel,
            observe: self.observe,
            executor: self.executor.as_ref(),
            teller: self.teller.as_ref(),
        }
        .run(attempt, stdio)
        .await
    }

    /// Where an execution's folder goes.
    fn destination(&self, task: &Task, replica: u32, id: &ExecutionId) -> PathBuf {
        self.chosen(task, replica).unwrap_or_else(|| self.core.executions().join(id.as_str()))
    }

    /// Where an execution's folder goes if the user chose a place for it.
    pub(crate) fn chosen(&self, task: &Task, replica: u32) -> Option<PathBuf> {
        let output = self.output.as_ref()?;
        // As it was given where the current folder can't be found out.
        let folder = std::path::absolute(&output.folder).unwrap_or_else(|_| output.folder.clone());
        let replicas = self.job.replicas.count.value;
        if self.job.tasks.len() == 1 && replicas == 1 {
            return Some(folder);
        }
        let name = folder_name(&task.name.value);
        Some(folder.join(if replicas == 1 { name } else { format!("{name}-{replica}") }))
    }
}

/// A task's name, which is free text, as the name of a folder.
fn folder_name(task: &str) -> String {
    let name: String = task.chars().map(|c| if c == '/' || c.is_control() { '_' } else { c }).collect();
    if name.is_empty() || name.starts_with('.') { format!("_{name}") } else { name }
}

fn failure_of(execution: &ExecutionOutcome) -> Option<Failure> {
    (execution.status != Status::Succeeded).then(|| Failure {
        status: execution.status,
        exit_code: execution.exit_code,
        reason: execution.reason.clone().unwrap_or_default(),
    })
}
