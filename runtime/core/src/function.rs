//! Getting functions ready: tasks that answer requests, and are not run.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dayfly_spec::Source;
use dayfly_spec::model::{Engine, HttpFunction, Job, Located, Origin, Task};
use tokio_util::sync::CancellationToken;

use crate::execution::arguments;
use crate::reference::Known;
use crate::results::Results;
use crate::stage::Stager;
use crate::{
    Core, Egress, Error, ExecutionId, Grants, HostPolicy, JobId, Limits, Machine, Mount, Program, SharedFiles,
};

/// How long a request may take where nobody says how long: a client waits for it.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The folder, in the function's own, that has the private folders of requests.
const REQUESTS: &str = "requests";

/// Everything that a function is made of. What is not said to be shared holds for each request.
#[derive(Debug)]
pub struct FunctionStart {
    /// What it is called, in messages.
    pub name: String,
    /// What answers the requests. The entry point counts for core modules alone.
    pub program: Program,
    /// The program's arguments, without its own name.
    pub arguments: Vec<String>,
    /// The environment, complete.
    pub environment: Vec<(String, String)>,
    /// What is mounted over the root, which is a private folder that is gone with the request. All requests share it, so
    /// that it should be read-only.
    pub mounts: Vec<Mount>,
    /// What a request's guest may not exceed.
    pub limits: Limits,
    /// What of the network it may reach.
    pub egress: Arc<Egress>,
    /// What else it gets.
    pub grants: Grants,
    /// What there is for guests.
    pub machine: Arc<Machine>,
    /// The open files that all guests share.
    pub files: SharedFiles,
    /// The most requests at a time; none is as many as there is room for.
    pub concurrency: Option<usize>,
    /// How many requests an instance may answer. Every request has a fresh one: more than 1 gives a warning.
    pub reuse: Option<u32>,
    /// A folder of the host for the private folders of requests. It is there and empty, and nobody else's.
    pub place: PathBuf,
    /// Kept for as long as the function, or the guest of a request, is there.
    pub hold: Arc<dyn Any + Send + Sync>,
    /// Getting it ready is given up when this is cancelled.
    pub cancel: CancellationToken,
}

impl Core {
    /// Makes the modules and inputs of a function available. Messages about the job name its `file`, where there is one. A
    /// request always gets a limit on its time.
    ///
    /// # Errors
    /// The task is no function or wants what no function has, an input is not there or not allowed, or this machine does
    /// not have what the task asks for.
    pub async fn stage_function(
        &self,
        job: &Job,
        task: &Task,
        policy: &HostPolicy,
        file: Option<&Source>,
        cancel: &CancellationToken,
    ) -> Result<FunctionStart, Error> {
        let http = is_function(task)?;
        let results = Results::of(task)?;
        let limits = limits(task);
        let id = ExecutionId::fresh();
        let known = Known {
            job: &JobId::fresh(),
            kind: job.kind.value,
            execution: &id,
            replica: 0,
            replicas: job.replicas.count.value,
            policy,
        };
        let (environment, arguments) = (known.environment(task)?, arguments(task, &known)?);
        let egress = Arc::new(Egress::of(task, policy, file)?);
        let grants = Grants::of(task, policy)?;
        has_no_gpu(task, &grants)?;
        // Nothing of it is ever kept: the folder goes when the function does.
        let staging = Arc::new(self.staging_folder(&self.executions().join(id.as_str()), &id)?);
        let stager = Stager { core: self, policy, limits: &limits, staging: &staging, cancel };
        let staged = stager.stage(task, &results).await?;
        shares_nothing(task, &staged.mounts)?;
        let place = staging.path().join(REQUESTS);
        std::fs::create_dir(&place).map_err(Error::unwritable(&place))?;
        Ok(FunctionStart {
            name: task.name.value.clone(),
            program: staged.program,
            arguments,
            environment,
            mounts: staged.mounts,
            limits,
            egress,
            grants,
            machine: self.machine().clone(),
            files: self.capacity().files(),
            concurrency: http.concurrency.as_ref().map(|most| most.value as usize),
            reuse: http.reuse.as_ref().map(|requests| requests.value),
            place,
            hold: staging,
            cancel: cancel.clone(),
        })
    }
}

/// What a request of a function may not exceed.
pub(crate) fn limits(task: &Task) -> Limits {
    let mut limits = Limits::of(task);
    limits.timeout.get_or_insert_with(|| Located::new(TIMEOUT, Origin::unwritten("--timeout")));
    limits
}

/// Whether a function asks for no GPU: its requests would have to share it.
pub(crate) fn has_no_gpu(task: &Task, grants: &Grants) -> Result<(), Error> {
    let Some(gpus) = &grants.gpus else { return Ok(()) };
    Err(Error::Unavailable(format!(
        "{} asks for a GPU for the function `{}`, and only what runs to its end can have one",
        gpus.origin.quoted(),
        task.name.value
    )))
}

/// Whether requests of a function have no inputs that they could write to.
pub(crate) fn shares_nothing(task: &Task, mounts: &[Mount]) -> Result<(), Error> {
    let Some(mount) = mounts.iter().find(|mount| mount.writable) else { return Ok(()) };
    Err(Error::Invalid(format!(
        "the input at `{}` of the function `{}` can't be writable: its requests would share what they write",
        mount.target, task.name.value
    )))
}

/// What a task says about its requests, if it can be a function.
pub(crate) fn is_function(task: &Task) -> Result<&HttpFunction, Error> {
    let name = &task.name.value;
    let no = |why: String| Err(Error::Invalid(format!("the task `{name}` {why}")));
    let Some(http) = &task.http else {
        return no("answers no requests: a function has a route (`http.route` in its `Meta`)".to_owned());
    };
    if !matches!(task.engine, Engine::Wasm(_)) {
        return no(format!(
            "can't be a function: only the engine `wasm` answers requests, not `{}`",
            task.engine.name()
        ));
    }
    if !task.results.is_empty() {
        return no("can't be a function: requests leave no results".to_owned());
    }
    if task.inputs.iter().any(|input| crate::results::clean(&input.target.value) == "/") {
        return no("can't be a function with an input at `/`: each request has a root of its own".to_owned());
    }
    Ok(http)
}
