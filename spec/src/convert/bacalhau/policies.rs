//! What holds for all tasks of a job: retries, restarts, updates.

use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, number, text};
use crate::model::{Backoff, Job, OnFailure, Restart, RestartMode, Retry, Task, UpdateStrategy};

impl Conversion {
    pub(super) fn policies(&mut self, job: &Job, update: Option<&UpdateStrategy>, fields: &mut Members) {
        let (restart, retry) =
            job.tasks.first().map_or((None, None), |task| (task.restart.as_ref(), task.retry.as_ref()));
        for task in &job.tasks {
            if !same(task, restart, retry) {
                self.no_equivalent(&task.name.origin, "all tasks of a Bacalhau job are tried again alike");
            }
        }
        if let Some(UpdateStrategy { kind, max_unavailable }) = update {
            let mut strategy = Members::default();
            strategy.put("Type", text(&kind.value));
            strategy.put_some("MaxUnavailable", max_unavailable.as_ref().map(|most| number(most.value)));
            fields.put_object("UpdateStrategy", strategy);
        }
        if let Some(Restart { mode, attempts }) = restart {
            let mut policy = Members::default();
            policy.put("Mode", text(mode_word(mode.value)));
            policy.put_some("MaxAttempts", attempts.as_ref().map(|attempts| number(attempts.value)));
            fields.put_object("RestartPolicy", policy);
        }
        let mut errors = Members::default();
        match (job.flow.on_failure, retry) {
            (OnFailure::Stop, None) => {}
            (OnFailure::Continue, None) => errors.put("OnFailure", text("continue")),
            (OnFailure::Continue, Some(Retry { attempts, .. })) => {
                self.no_equivalent(&attempts.origin, "a Bacalhau job that goes on tries nothing again");
            }
            (OnFailure::Stop, Some(Retry { attempts, backoff })) => {
                errors.put("MaxAttempts", number(attempts.value));
                errors.put("OnFailure", text("retry"));
                errors.put("BackoffStrategy", text(backoff_word(*backoff)));
            }
        }
        fields.put_object("ErrorHandling", errors);
    }
}

/// Whether a task is tried again as the first one is, wherever that is said.
fn same(task: &Task, restart: Option<&Restart>, retry: Option<&Retry>) -> bool {
    let restarts = |restart: Option<&Restart>| {
        restart.map(|Restart { mode, attempts }| (mode.value, attempts.as_ref().map(|most| most.value)))
    };
    let retries = |retry: Option<&Retry>| retry.map(|Retry { attempts, backoff }| (attempts.value, *backoff));
    restarts(task.restart.as_ref()) == restarts(restart) && retries(task.retry.as_ref()) == retries(retry)
}

fn mode_word(mode: RestartMode) -> &'static str {
    match mode {
        RestartMode::Never => "never",
        RestartMode::OnFailure => "on-failure",
        RestartMode::UnlessStopped => "unless-stopped",
        RestartMode::Always => "always",
    }
}

fn backoff_word(backoff: Backoff) -> &'static str {
    match backoff {
        Backoff::Exponential => "exponential",
        Backoff::Linear => "linear",
        Backoff::Constant => "constant",
    }
}
