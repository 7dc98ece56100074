//! The functions of a job.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use dayfly_core::{Core, Ending, Error, HostPolicy};
use dayfly_spec::Source;
use dayfly_spec::model::{HttpFunction, Job, Task};
use dayfly_wasm::{Function, WasmExecutor};
use tokio_util::sync::CancellationToken;

/// Gets the functions of a job ready when it is awaited: every task that answers requests.
#[must_use = "nothing is made ready until this is awaited"]
#[derive(Debug)]
pub struct Functions<'a> {
    core: &'a Core,
    wasm: &'a WasmExecutor,
    job: &'a Job,
    policy: HostPolicy,
    file: Option<&'a Source>,
    cancel: CancellationToken,
}

/// A function of a job, and which requests the job wants it to answer.
#[derive(Clone, Debug)]
pub struct JobFunction {
    /// What it is called beside functions of other jobs: the job's name and the task's, `JOB/TASK`. The task's alone where
    /// the job has none.
    pub name: String,
    /// Which requests.
    pub http: HttpFunction,
    /// What answers them.
    pub function: Function,
}

impl<'a> Functions<'a> {
    pub(crate) fn new(core: &'a Core, wasm: &'a WasmExecutor, job: &'a Job) -> Functions<'a> {
        let (policy, cancel) = (HostPolicy::default(), CancellationToken::new());
        Functions { core, wasm, job, policy, file: None, cancel }
    }

    /// What the job may use of the host: nothing otherwise.
    pub fn policy(mut self, policy: HostPolicy) -> Functions<'a> {
        self.policy = policy;
        self
    }

    /// The file that the job was read from, which messages name.
    pub fn file(mut self, file: &'a Source) -> Functions<'a> {
        self.file = Some(file);
        self
    }

    /// Gives up when this is cancelled.
    pub fn cancel(mut self, cancel: CancellationToken) -> Functions<'a> {
        self.cancel = cancel;
        self
    }

    async fn ready(self) -> Result<Vec<JobFunction>, Error> {
        let mut functions = Vec::new();
        for task in &self.job.tasks {
            let Some(http) = &task.http else { continue };
            let name = &task.name.value;
            let name =
                self.job.name.as_ref().map_or_else(|| name.clone(), |job| format!("{}/{name}", job.value));
            functions.push(JobFunction { name, http: http.clone(), function: self.function(task).await? });
        }
        if functions.is_empty() {
            return Err(Error::Invalid(
                "no task of the job answers requests: a function has a route".to_owned(),
            ));
        }
        Ok(functions)
    }

    async fn function(&self, task: &Task) -> Result<Function, Error> {
        let start = self.core.stage_function(self.job, task, &self.policy, self.file, &self.cancel).await?;
        self.wasm.function(start).await.map_err(|ending| error(&task.name.value, ending))
    }
}

impl<'a> IntoFuture for Functions<'a> {
    type Output = Result<Vec<JobFunction>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.ready())
    }
}

/// Why there is no function, as the error of a run that ends so.
fn error(task: &str, ending: Ending) -> Error {
    let of = |why: String| format!("the function `{task}` can't be served: {why}");
    match ending {
        Ending::Denied { what, remedy } => Error::Denied { what, remedy },
        Ending::Unavailable(why) => Error::Unavailable(of(why)),
        Ending::Fault(why) => Error::Fault(why),
        Ending::Cancelled => Error::Cancelled,
        Ending::Invalid(why) | Ending::Limited(why) | Ending::Trapped(why) => Error::Invalid(of(why)),
        other => Error::Invalid(of(format!("{other:?}"))),
    }
}
