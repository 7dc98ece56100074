//! Waiting for a turn, and how long an execution may take as a whole.

use std::future::IntoFuture as _;
use std::time::Duration;

use dayfly::spec::model::{Located, Origin};
use dayfly::{CancellationToken, EventKind, Job, Machine, Runtime, Status};
use serde_json::json;

use crate::common::guests::{greeting, large, sleeping};
use crate::common::{job, on_both, with_cpu, with_memory};

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
                (with_queue(greeting(), 0), "`the test` is not to wait: another guest runs"),
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

#[test]
fn guests_wait_until_there_is_memory_for_all_of_them() {
    on_both(async || {
        let home = tempfile::tempdir().unwrap();
        let machine = Machine::this().with_memory(200 << 20);
        let runtime = Runtime::builder().home(home.path()).machine(machine).build().unwrap();
        // Three of these fit, and each goes on until it is stopped.
        let job = with_memory(job(&sleeping(), json!({})), 60 << 20);
        let (started, mut told) = tokio::sync::mpsc::unbounded_channel();
        let stops: Vec<CancellationToken> = (0..5).map(|_| CancellationToken::new()).collect();
        let runs = futures_util::future::join_all(stops.iter().enumerate().map(|(number, stop)| {
            let (run, mut events) = runtime.run(&job).cancel(stop.clone()).events();
            let started = started.clone();
            let watch = async move {
                while let Some(event) = events.next().await {
                    if matches!(event.kind, EventKind::Started) {
                        started.send(number).unwrap();
                    }
                }
            };
            async { tokio::join!(run.into_future(), watch).0 }
        }));
        let stopping = async {
            let mut running = Vec::new();
            for _ in 0..3 {
                running.push(told.recv().await.unwrap());
            }
            let more = tokio::time::timeout(Duration::from_millis(100), told.recv()).await;
            assert!(more.is_err(), "a fourth one runs where there is room for three");
            for _ in 3..5 {
                stops[running.pop().unwrap()].cancel();
                running.push(told.recv().await.unwrap());
            }
            stops.iter().for_each(CancellationToken::cancel);
        };
        let (outcomes, ()) = tokio::join!(runs, stopping);
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::Cancelled));
    });
}

#[test]
fn who_asks_for_more_memory_than_there_is_never_waits() {
    on_both(async || {
        let home = tempfile::tempdir().unwrap();
        let machine = Machine::this().with_memory(200 << 20).with_cpu(500);
        let runtime = Runtime::builder().home(home.path()).machine(machine).build().unwrap();
        let outcome = runtime.run(&with_memory(job(&greeting(0), json!({})), 201 << 20)).await;
        assert_eq!((outcome.status, outcome.exit_code), (Status::Unavailable, 69));
        let reason = outcome.reason.unwrap();
        assert!(
            reason.starts_with("insufficient resources: memory request exceeds node capacity"),
            "{reason}"
        );
        let outcome = runtime.run(&with_cpu(job(&greeting(0), json!({})), 501)).await;
        assert!(
            outcome.reason.unwrap().contains("asks for 0.501 processor cores, and guests may have 0.5 here")
        );
        // Who does not say gets what there is.
        assert_eq!(runtime.run(&job(&greeting(0), json!({}))).await.status, Status::Succeeded);
    });
}
