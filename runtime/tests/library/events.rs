//! What happens in a run, as a stream.

use std::collections::HashMap;
use std::fs;
use std::future::IntoFuture as _;

use dayfly::spec::model::{Located, Origin};
use dayfly::{Cache, Event, EventKind, Events, Outcome, OutputStream, Run, Status};
use serde_json::json;

use crate::common::{House, guests, job, on_both};

/// The run to its end, and all of its events.
async fn all((run, mut events): (Run<'_>, Events)) -> (Outcome, Vec<Event>) {
    let read = async {
        let mut all = Vec::new();
        while let Some(event) = events.next().await {
            all.push(event);
        }
        all
    };
    tokio::join!(run.into_future(), read)
}

/// An event in a word.
fn word(event: &Event) -> &'static str {
    match &event.kind {
        EventKind::Staged => "staged",
        EventKind::Compiling { .. } => "compiling",
        EventKind::Compiled { .. } => "compiled",
        EventKind::Started => "started",
        EventKind::Output { .. } => "output",
        EventKind::Ended(_) => "ended",
        _ => "something else",
    }
}

#[test]
fn an_execution_is_told_from_its_inputs_to_its_end() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::greeting(3), json!({}));
        let (outcome, events) = all(house.runtime.run(&job).events()).await;
        let words: Vec<&str> = events.iter().map(word).collect();
        assert_eq!(words, ["staged", "compiling", "compiled", "started", "output", "output", "ended"]);
        let execution = &outcome.executions[0];
        assert!(events.iter().all(|event| event.execution == execution.id && &*event.task == "main"));
        let EventKind::Compiling { module, bytes } = &events[1].kind else { panic!() };
        assert_eq!((module.as_str(), *bytes), ("main.wasm", guests::greeting(3).len() as u64));
        let EventKind::Compiled { took, cache: Cache::Miss, .. } = &events[2].kind else { panic!() };
        assert_eq!(took.as_nanos(), u128::from(execution.usage.compile_ns));
        let EventKind::Ended(ended) = &events[6].kind else { panic!() };
        assert_eq!((ended.status, ended.exit_code), (Status::Failed, 3));
        assert_eq!(ended.folder, execution.folder);
    });
}

#[test]
fn every_replica_is_told_by_itself_and_one_compiles() {
    on_both(async || {
        let house = House::new();
        let mut job = job(&guests::greeting(0), json!({}));
        job.replicas.count = Located::new(8, Origin::unwritten("the test"));
        let (outcome, events) = all(house.runtime.run(&job).events()).await;
        assert_eq!(outcome.status, Status::Succeeded);
        let mut told: HashMap<_, Vec<&Event>> = HashMap::new();
        for event in &events {
            told.entry(&event.execution).or_default().push(event);
        }
        assert_eq!(told.len(), 8);
        for execution in &outcome.executions {
            let events = &told[&execution.id];
            assert!(events.iter().all(|event| event.replica == execution.replica));
            let words: Vec<&str> = events.iter().map(|event| word(event)).collect();
            let hit = ["staged", "compiled", "started", "output", "output", "ended"];
            let miss = ["staged", "compiling", "compiled", "started", "output", "output", "ended"];
            assert_eq!(words, if execution.usage.cache == Some(Cache::Hit) { &hit[..] } else { &miss });
        }
    });
}

#[test]
fn a_slow_reader_gets_every_byte_once_and_in_order() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::counting(400_000), json!({}));
        let (run, mut events) = house.runtime.run(&job).events();
        let read = async {
            let mut told = Vec::new();
            while let Some(event) = events.next().await {
                if let EventKind::Output { stream: OutputStream::Stdout, bytes } = event.kind {
                    told.extend(bytes);
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            }
            told
        };
        let (outcome, told) = tokio::join!(run.into_future(), read);
        assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
        let kept = fs::read(outcome.executions[0].folder.as_ref().unwrap().join("stdout")).unwrap();
        assert!(kept.len() >= 16 * 400_000);
        assert!(kept == told, "{} bytes are kept and {} were told", kept.len(), told.len());
    });
}

#[test]
fn events_that_nobody_reads_any_more_stop_nothing() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::counting(400_000), json!({}));
        let (run, mut events) = house.runtime.run(&job).events();
        let read_a_little = async {
            while word(&events.next().await.unwrap()) != "output" {}
            drop(events);
        };
        let (outcome, ()) = tokio::join!(run.into_future(), read_a_little);
        assert_eq!(outcome.status, Status::Succeeded);
        assert!(outcome.executions[0].usage.written_bytes >= 16 * 400_000);
    });
}

#[test]
fn what_never_ran_is_told_to_have_ended() {
    on_both(async || {
        let house = House::new();
        let job = job("(module", json!({}));
        let (outcome, events) = all(house.runtime.run(&job).events()).await;
        assert_eq!(outcome.status, Status::Invalid);
        let words: Vec<&str> = events.iter().map(word).collect();
        assert_eq!(words, ["staged", "ended"]);
    });
}

#[test]
fn events_end_with_the_run_however_it_goes() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::spinning(), json!({}));
        let (run, mut events) = house.runtime.run(&job).events();
        drop(run);
        assert!(events.next().await.is_none(), "it was never awaited");

        let (run, mut events) = house.runtime.run(&job).events();
        let started = async { while word(&events.next().await.unwrap()) != "started" {} };
        tokio::select! {
            outcome = run.into_future() => panic!("{outcome:?}"),
            () = started => {}
        }
        assert!(events.next().await.is_none(), "it was dropped while its guest ran");
        house.is_empty().await;
    });
}
