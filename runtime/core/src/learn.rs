//! The smallest job that would do for what a run made use of.
//!
//! A run that is [observed](crate::Run::observe) says what its guests made use of. From that comes a job that grants this
//! and no more: the inputs, or the parts of them, that were read; the hosts and ports that were reached; the environment
//! if it was asked for; memory, disk and time with head room. Running it then refuses the rest.

mod inputs;
mod limits;
mod modules;
mod network;
mod paths;

use std::path::Path;

use dayfly_spec::model::{EnvironmentEntry, Job, Origin};

use crate::{ExecutionOutcome, HostPolicy, Observed, Outcome, Status};

use paths::Paths;

/// What everything in a learned job comes from.
const ORIGIN: &str = "what one run made use of";

/// Why there is nothing to learn from a run.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A task did not come to its end: what it would have made use of is not known.
    #[error("there is nothing to learn from a run that did not come to its end: {0}")]
    Unfinished(String),
    /// Nobody watched.
    #[error("the run was not observed")]
    NotObserved,
}

/// Makes the smallest job that would do for what a run of `job` made use of, as a file in `folder`. `policy` is what the
/// run was allowed.
///
/// Host paths become relative to `folder` where they lie in it, and absolute elsewhere.
///
/// # Errors
/// The run was not observed, or a guest of it trapped or was stopped.
pub fn learn(job: &Job, outcome: &Outcome, policy: &HostPolicy, folder: &Path) -> Result<Job, LearnError> {
    let mut learned = job.clone();
    let paths = Paths { policy, folder };
    for task in &mut learned.tasks {
        let executions = outcome.executions.iter().filter(|execution| execution.task == task.name.value);
        let executions: Vec<_> = executions.collect();
        let used = observed(&executions)?;
        limits::set(task, executions.iter().map(|execution| &execution.usage));
        network::narrow(&mut task.network, &used, policy);
        if !used.environment {
            task.environment.retain(|entry| !is_asked_for(entry));
        }
        inputs::narrow(task, &used, &paths);
    }
    Ok(learned)
}

/// What the executions of a task made use of together.
fn observed(executions: &[&ExecutionOutcome]) -> Result<Observed, LearnError> {
    let mut all = None::<Observed>;
    for execution in executions {
        if !matches!(execution.status, Status::Succeeded | Status::Failed) {
            let why = execution.reason.clone().unwrap_or_else(|| "it was stopped".to_owned());
            return Err(LearnError::Unfinished(why));
        }
        let observed = execution.observed.as_ref().ok_or(LearnError::NotObserved)?;
        all.get_or_insert_default().merge(observed);
    }
    all.ok_or_else(|| LearnError::Unfinished("a task did not run".to_owned()))
}

/// Whether the job or its user sets it, rather than the system.
pub(crate) fn is_asked_for(entry: &EnvironmentEntry) -> bool {
    match entry {
        EnvironmentEntry::Variable { name, .. } => {
            name.origin.span.is_some() || name.origin.change.starts_with('-')
        }
        EnvironmentEntry::Spread(_) | EnvironmentEntry::Pairs(_) => true,
    }
}

fn origin() -> Origin {
    Origin::unwritten(ORIGIN)
}
