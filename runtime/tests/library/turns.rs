//! Waiting for a turn, and how long an execution may take as a whole.

use std::future::IntoFuture as _;
use std::time::Duration;

use dayfly::spec::model::{Located, Origin};
use dayfly::{CancellationToken, Job, Runtime, Status};
use serde_json::json;

use crate::common::guests::{greeting, large, sleeping};
use crate::common::{job, on_both};

fn time(milliseconds: u64) -> Option<Located<Duration>> {
    Some(Located::new(Duration::from_millis(milliseconds), Origin::unwritten("the test")))
}

fn with_queue(mut job: Job, milliseconds: u64) -> Job {
    job.tasks[0].timeouts.queue = time(milliseconds);
    job
}

fn with_total(mut job: Job, milliseconds: u64) -> Job {
    job.tasks[0].timeouts.total = time(milliseconds);
    job
}

#[test]
fn who_waits_too_long_for_a_turn_does_not_run() {
    on_both(async || {
        let home = tempfile::tempdir().unwrap();
        let runtime = Runtime::builder().home(home.path()).guests_at_once(1).build().unwrap();
        let (sleeper, cancel) = (job(&sleeping(), json!({})), CancellationToken::new());
        let (run, mut events) = runtime.run(&sleeper).cancel(cancel.clone()).events();
        let others = async {
            while !matches!(events.next().await.unwrap().kind, dayfly::EventKind::Started) {}
            let greeting = || job(&greeting(0), json!({}));
            for (job, says) in [
                (
                    with_queue(greeting(), 0),
                    "another guest runs, no more may at a time, and `the test` is not to wait",
                ),
                (with_queue(greeting(), 20), "waited 20ms for its turn"),
                (
                    with_total(with_queue(greeting(), 60_000), 20),
                    "timed out after 20ms; `the test` sets the limit",
                ),
            ] {
                let outcome = runtime.run(&job).await;
                assert_eq!(
                    (outcome.status, outcome.exit_code),
                    (Status::TimedOut, 124),
                    "{:?}",
                    outcome.reason
                );
                assert!(outcome.reason.as_deref().unwrap().contains(says), "{:?}", outcome.reason);
                assert!(outcome.executions[0].folder.is_none());
            }
            cancel.cancel();
        };
        let (outcome, ()) = tokio::join!(run.into_future(), others);
        assert_eq!(outcome.status, Status::Cancelled);
        let queued = with_queue(job(&greeting(0), json!({})), 0);
        assert_eq!(runtime.run(&queued).await.status, Status::Succeeded, "its turn has come");
    });
}

#[test]
fn the_time_of_an_execution_as_a_whole_ends_whatever_it_does() {
    on_both(async || {
        let home = tempfile::tempdir().unwrap();
        let runtime = Runtime::builder().home(home.path()).build().unwrap();
        // While it compiles, and while it runs: only the second leaves a folder.
        for (module, milliseconds, kept) in [(large(400), 20, false), (sleeping(), 400, true)] {
            let outcome = runtime.run(&with_total(job(&module, json!({})), milliseconds)).await;
            assert_eq!((outcome.status, outcome.exit_code), (Status::TimedOut, 124), "{:?}", outcome.reason);
            assert!(outcome.reason.as_deref().unwrap().contains("timed out after"), "{:?}", outcome.reason);
            assert_eq!(outcome.executions[0].folder.is_some(), kept);
        }
        let outcome = runtime.run(&with_total(job(&greeting(0), json!({})), 120_000)).await;
        assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
    });
}
