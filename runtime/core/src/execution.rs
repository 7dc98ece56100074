//! One attempt at one task, from its inputs to its folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dayfly_spec::Source;
use dayfly_spec::model::{Engine, Job, Located, Publisher, Task};
use tokio_util::sync::CancellationToken;

use crate::event::Teller;
use crate::folder::StagingFolder;
use crate::publish::Publication;
use crate::reference::Known;
use crate::results::{Collected, Results};
use crate::stage::Stager;
use crate::total::{self, TotalTime};
use crate::{
    Core, Digests, Egress, Ended, Ending, Error, EventKind, ExecutionId, ExecutionOutcome, Executor, Failure,
    Grants, HostPolicy, JobId, Limits, Published, Reporter, Start, Status, Stdio, Usage,
};

/// What all attempts of one run share.
pub(crate) struct Execution<'a> {
    pub(crate) core: &'a Core,
    pub(crate) job: &'a Job,
    /// The text that the job was read from.
    pub(crate) file: Option<&'a Source>,
    pub(crate) job_id: &'a JobId,
    pub(crate) policy: &'a HostPolicy,
    pub(crate) cancel: &'a CancellationToken,
    /// Somebody wants to know what guests make use of.
    pub(crate) observe: bool,
    /// What runs the tasks that it serves, rather than the core's own.
    pub(crate) executor: Option<&'a Arc<dyn Executor>>,
    /// Where events are told, if anybody asked for them.
    pub(crate) teller: Option<&'a Teller>,
}

/// One attempt at one task.
pub(crate) struct Attempt<'a> {
    pub(crate) task: &'a Task,
    pub(crate) replica: u32,
    pub(crate) number: u32,
    pub(crate) id: ExecutionId,
    pub(crate) destination: PathBuf,
}

/// A guest that ran, before its folder is put into place.
struct Ran {
    staging: Arc<StagingFolder>,
    ended: Ended,
    digests: Digests,
    failure: Option<Failure>,
    published: Option<Published>,
}

impl Execution<'_> {
    /// Runs the attempt. Whatever happens is an outcome; a folder is left only if the guest ran.
    pub(crate) async fn run(&self, attempt: Attempt<'_>, stdio: Stdio) -> ExecutionOutcome {
        let started = SystemTime::now();
        let mut outcome = ExecutionOutcome {
            id: attempt.id.clone(),
            task: attempt.task.name.value.clone(),
            replica: attempt.replica,
            attempt: attempt.number,
            job: Some(self.job_id.clone()),
            job_name: self.job.name.as_ref().map(|name| name.value.clone()),
            engine: attempt.task.engine.name().to_owned(),
            status: Status::Succeeded,
            exit_code: 0,
            reason: None,
            folder: None,
            started: humantime::format_rfc3339_nanos(started).to_string(),
            ended: String::new(),
            usage: Usage::default(),
            digests: Digests::default(),
            refusals: Vec::new(),
            warnings: Vec::new(),
            observed: None,
            returned: None,
            published: None,
        };
        let reporter = Reporter::of(self.teller, &attempt.id, &attempt.task.name.value, attempt.replica);
        let ran = self.try_run(&attempt, stdio, &reporter).await;
        outcome.ended = humantime::format_rfc3339_nanos(SystemTime::now()).to_string();
        match ran {
            Err(error) => fail(&mut outcome, error.failure()),
            Ok(ran) => {
                outcome.usage = ran.ended.usage;
                outcome.refusals = ran.ended.refusals;
                outcome.warnings = ran.ended.warnings;
                outcome.observed = ran.ended.observed;
                outcome.returned = ran.ended.returned.map(|returned| returned.json);
                outcome.digests = ran.digests;
                outcome.published = ran.published;
                if let Some(failure) = ran.failure {
                    fail(&mut outcome, failure);
                }
                outcome.folder = Some(ran.staging.destination().to_owned());
                if let Err(error) = ran.staging.finish(&outcome) {
                    outcome.folder = match &error {
                        Error::KeptElsewhere { kept, .. } => Some(kept.clone()),
                        _ => None,
                    };
                    fail(&mut outcome, error.failure());
                }
            }
        }
        reporter.tell(|| EventKind::Ended(Box::new(outcome.clone())));
        outcome
    }

    async fn try_run(&self, attempt: &Attempt<'_>, stdio: Stdio, reporter: &Reporter) -> Result<Ran, Error> {
        let task = attempt.task;
        is_run(task, self.file)?;
        let chosen = self.executor.filter(|executor| executor.serves(&task.engine));
        let Some(executor) = chosen.or_else(|| self.core.executor(&task.engine)) else {
            return Err(Error::Unavailable(format!("this build runs no `{}` engine", task.engine.name())));
        };
        let known = Known {
            job: self.job_id,
            kind: self.job.kind.value,
            execution: &attempt.id,
            replica: attempt.replica,
            replicas: self.job.replicas.count.value,
            policy: self.policy,
        };
        let results = Results::of(task)?;
        let limits = Limits::of(task);
        let egress = Arc::new(Egress::of(task, self.policy, self.file)?);
        let grants = Grants::of(task, self.policy)?;
        let publisher = publisher(self.core, task)?;
        let environment = known.environment(task)?;
        let arguments = arguments(task, &known)?;

        let total = TotalTime::start(limits.total.clone(), self.cancel);
        let bounded = async {
            let capacity = self.core.capacity();
            let turn = capacity.turn(limits.memory.value, total.cancel(), limits.queue.as_ref()).await?;
            let turn = Arc::new(turn);
            let staging = Arc::new(self.core.staging_folder(&attempt.destination, &attempt.id)?);
            let stager = Stager {
                core: self.core,
                policy: self.policy,
                limits: &limits,
                staging: &staging,
                cancel: total.cancel(),
            };
            let staged = stager.stage(task, &results).await?;
            reporter.tell(|| EventKind::Staged);
            let start = Start {
                program: staged.program,
                arguments,
                environment,
                root: staged.root,
                mounts: staged.mounts,
                stdio,
                stdout: staging.create_file("stdout")?,
                stderr: staging.create_file("stderr")?,
                limits: limits.clone(),
                egress,
                grants,
                cancel: total.cancel().clone(),
                reporter: reporter.clone(),
                files: capacity.files(),
                observe: self.observe,
                machine: self.core.machine().clone(),
                hold: Arc::new((staging.clone(), turn.clone())),
            };
            let ended = executor.execute(start).await;
            if !ended.started && ended.ending == Ending::Cancelled {
                return Err(Error::Cancelled);
            }
            Ok((turn, staging, staged.digests, ended))
        };
        let bounded = total.during(bounded).await;
        let (_turn, staging, mut digests, mut ended) = bounded.map_err(|error| total.explain(error))?;
        if let Some(error) = ended.unkept.take() {
            return Err(Error::unwritable(&attempt.destination)(error));
        }
        let time = match ended.ending {
            Ending::Cancelled => total.passed(),
            _ => limits.timeout.as_ref(),
        };
        if time.is_some() && ended.ending == Ending::Cancelled {
            ended.ending = Ending::TimedOut;
        }
        let mut failure = failure(&ended.ending, time)?;
        let exit_code = failure.as_ref().map_or(0, |failure| failure.exit_code);
        staging.write("exitCode", exit_code.to_string().as_bytes())?;
        let collected = if results.is_empty() {
            Collected::default()
        } else {
            // Reading back what a guest wrote may take long; whoever else is on this thread must not wait for it.
            let (staging, cancel) = (staging.clone(), self.cancel.clone());
            let collecting = tokio::task::spawn_blocking(move || results.collect(&staging, &cancel));
            collecting.await.map_err(|error| Error::Fault(error.to_string()))??
        };
        digests.results = collected.digests;
        ended.warnings.extend(collected.warnings);
        if let (None, false) = (&failure, collected.missing.is_empty()) {
            // Whoever stopped it is why a result is missing then.
            let cancelled = self.cancel.is_cancelled();
            let why = if cancelled { Error::Cancelled } else { Error::Failed(collected.missing.join("; ")) };
            failure = Some(why.failure());
        }
        let mut published = None;
        if let (Ending::Exited(_), Some(server), Some(wanted)) = (&ended.ending, publisher, &task.publisher) {
            let names: Vec<String> = names(&digests);
            let publication = Publication {
                publisher: &wanted.value,
                execution: &attempt.id,
                folder: staging.path(),
                names: &names,
                cancel: self.cancel,
            };
            match server.publish(publication).await {
                Ok(place) => published = Some(place),
                Err(error) => failure = failure.or(Some(error.failure())),
            }
        }
        Ok(Ran { staging, ended, digests, failure, published })
    }
}

/// Whether a task is one that runs: a function answers requests, and has no use for being run once.
///
/// # Errors
/// It is a function.
pub(crate) fn is_run(task: &Task, file: Option<&dayfly_spec::Source>) -> Result<(), Error> {
    if task.http.is_none() {
        return Ok(());
    }
    let file = file.map(|file| format!(" {}", file.name())).unwrap_or_default();
    Err(Error::Invalid(format!(
        "the task `{}` is a function, which answers requests and is not run: `dayfly serve{file}` serves it",
        task.name.value
    )))
}

/// The publisher that a task asks for; looked up before anything runs.
pub(crate) fn publisher<'a>(
    core: &'a Core,
    task: &Task,
) -> Result<Option<&'a Arc<dyn crate::Publisher>>, Error> {
    match task.publisher.as_ref().map(|publisher| &publisher.value) {
        None | Some(Publisher::None) => Ok(None),
        Some(wanted) => match core.publisher(wanted) {
            Some(server) => Ok(Some(server)),
            None => Err(Error::Unavailable(format!(
                "this build has no publisher `{}`; without it the results stay in the execution's folder",
                wanted.name()
            ))),
        },
    }
}

/// What the program is given as its arguments.
pub(crate) fn arguments(task: &Task, known: &Known<'_>) -> Result<Vec<String>, Error> {
    match &task.engine {
        Engine::Wasm(wasm) => wasm.parameters.iter().map(|value| known.word("a parameter", value)).collect(),
        Engine::Container(_) | Engine::CreateVolume(_) | Engine::Noop => Ok(Vec::new()),
    }
}

/// What of an execution's folder is published.
fn names(digests: &Digests) -> Vec<String> {
    let streams = ["stdout", "stderr", "exitCode"];
    let results = digests.results.keys().filter(|name| !streams.contains(&name.as_str()));
    streams.iter().map(|name| (*name).to_owned()).chain(results.cloned()).collect()
}

/// How the execution ended by what its guest did; `time` is the limit that it passed if it took too long.
///
/// # Errors
/// Where the guest did not run at all: then there is no folder to keep.
pub(crate) fn failure(ending: &Ending, time: Option<&Located<Duration>>) -> Result<Option<Failure>, Error> {
    let failure = |status, exit_code, reason| Ok(Some(Failure { status, exit_code, reason }));
    match ending {
        Ending::Exited(0) => Ok(None),
        Ending::Exited(code) => failure(Status::Failed, *code, format!("the guest exited with code {code}")),
        Ending::Trapped(why) => failure(Status::Trapped, 134, format!("the guest trapped: {why}")),
        Ending::Limited(why) => failure(Status::Limited, 137, why.clone()),
        Ending::TimedOut => {
            let why = time.map_or_else(|| "Execution timed out".to_owned(), total::words);
            failure(Status::TimedOut, 124, why)
        }
        Ending::Cancelled => failure(Status::Cancelled, 130, "stopped before the guest was done".to_owned()),
        Ending::Invalid(why) => Err(Error::Invalid(why.clone())),
        Ending::Denied { what, remedy } => Err(Error::Denied { what: what.clone(), remedy: remedy.clone() }),
        Ending::Unavailable(why) => Err(Error::Unavailable(why.clone())),
        Ending::Fault(why) => Err(Error::Fault(why.clone())),
    }
}

fn fail(outcome: &mut ExecutionOutcome, failure: Failure) {
    outcome.status = failure.status;
    outcome.exit_code = failure.exit_code;
    outcome.reason = Some(failure.reason);
}
