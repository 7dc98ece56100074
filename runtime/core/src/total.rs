//! The time that an attempt may take as a whole.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use dayfly_spec::model::Located;
use tokio_util::sync::CancellationToken;

use crate::Error;

/// Bounds an attempt: waiting for its turn, staging its inputs and running are stopped together.
#[derive(Debug)]
pub(crate) struct TotalTime {
    limit: Option<Located<Duration>>,
    began: Instant,
    /// Cancelled with the run, and when the time is over.
    cancel: CancellationToken,
    over: AtomicBool,
}

impl TotalTime {
    /// The time begins now. Without a limit it never ends.
    pub(crate) fn start(limit: Option<Located<Duration>>, cancel: &CancellationToken) -> TotalTime {
        let cancel = if limit.is_some() { cancel.child_token() } else { cancel.clone() };
        TotalTime { limit, began: Instant::now(), cancel, over: AtomicBool::new(false) }
    }

    /// Stops what is bounded.
    pub(crate) fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Does some work to its end. When the time is over the work is told so by its token, and brings itself to an end.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        // Without a limit there is no timer: many runtimes that dayfly is in need none.
        let end = self.limit.as_ref().and_then(|limit| self.began.checked_add(limit.value));
        let Some(end) = end else { return work.await };
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep_until(end.into()) => {}
        }
        self.over.store(!self.cancel.is_cancelled(), Ordering::Relaxed);
        self.cancel.cancel();
        work.await
    }

    /// The limit, if that it was passed is why something was cancelled.
    pub(crate) fn passed(&self) -> Option<&Located<Duration>> {
        self.limit.as_ref().filter(|_| self.over.load(Ordering::Relaxed))
    }

    /// What something failed with that was bounded.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match (error, self.passed()) {
            (Error::Cancelled, Some(limit)) => Error::TimedOut(words(limit)),
            (error, _) => error,
        }
    }
}

/// That a time is over, and what sets it. In brackets are the words of Bacalhau and of its documents, which people look
/// for.
pub(crate) fn words(limit: &Located<Duration>) -> String {
    let (after, origin) = (humantime::format_duration(limit.value), &limit.origin);
    let known = match origin.change.rsplit_once('.') {
        Some((_, "TotalTimeout")) => format!(" (Job timed out. Job took longer than {after})"),
        Some((_, field @ "ExecutionTimeout")) => format!(" (job exceeded {field})"),
        _ => String::new(),
    };
    format!("Execution timed out after {after}; {} sets the limit{known}", origin.quoted())
}

#[cfg(test)]
mod tests {
    use dayfly_spec::model::Origin;

    use super::*;

    fn limit(milliseconds: u64) -> Option<Located<Duration>> {
        Some(Located::new(Duration::from_millis(milliseconds), Origin::unwritten("TotalTimeout")))
    }

    #[tokio::test]
    async fn work_is_told_when_the_time_is_over_and_not_before() {
        let run = CancellationToken::new();
        let total = TotalTime::start(limit(20), &run);
        total.during(total.cancel().cancelled()).await;
        assert!(total.passed().is_some() && !run.is_cancelled());
        let error = total.explain(Error::Cancelled);
        assert!(matches!(&error, Error::TimedOut(why) if why.contains("20ms; `TotalTimeout`")), "{error}");
        assert!(matches!(total.explain(Error::Fault(String::new())), Error::Fault(_)));

        let total = TotalTime::start(limit(60_000), &run);
        assert_eq!(total.during(async { 7 }).await, 7);
        assert!(total.passed().is_none());
    }

    #[test]
    fn a_time_that_is_over_is_told_in_the_words_that_people_know() {
        let told =
            |change: &'static str| words(&Located::new(Duration::from_secs(90), Origin::unwritten(change)));
        assert_eq!(
            told("Tasks[0].Timeouts.ExecutionTimeout"),
            "Execution timed out after 1m 30s; `Tasks[0].Timeouts.ExecutionTimeout` sets the limit (job exceeded \
             ExecutionTimeout)"
        );
        assert_eq!(
            told("Tasks[0].Timeouts.TotalTimeout"),
            "Execution timed out after 1m 30s; `Tasks[0].Timeouts.TotalTimeout` sets the limit (Job timed out. Job \
             took longer than 1m 30s)"
        );
        assert_eq!(told("--timeout"), "Execution timed out after 1m 30s; `--timeout` sets the limit");
    }

    #[tokio::test]
    async fn a_run_that_is_cancelled_did_not_take_too_long() {
        for limit in [None, limit(60_000)] {
            let run = CancellationToken::new();
            let total = TotalTime::start(limit, &run);
            run.cancel();
            total.during(total.cancel().cancelled()).await;
            assert!(matches!(total.explain(Error::Cancelled), Error::Cancelled));
        }
    }
}
