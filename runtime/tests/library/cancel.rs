//! Stopping a run at each of its stages: by its token, and by dropping it.

use std::future::IntoFuture as _;
use std::io::Write as _;

use dayfly::{CancellationToken, EventKind, Job, Status};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::common::{House, guests, job, on_both};

/// How far a run has come when it is stopped.
enum Stage {
    /// Its folder holds this, where it is put together.
    Holds(&'static str),
    /// Its modules are being compiled.
    Compiles,
    /// Its guest runs.
    Runs,
}

/// Stops a run at this stage in both ways. What it left behind when it was cancelled is as `kept` says.
fn stop_at(stage: &Stage, job: &Job, kept: bool) {
    on_both(async || {
        let house = House::new();
        let cancel = CancellationToken::new();
        let (run, mut events) = house.runtime.run(job).cancel(cancel.clone()).events();
        let at = |event: &EventKind| match stage {
            Stage::Holds(_) => false,
            Stage::Compiles => matches!(event, EventKind::Compiling { .. }),
            Stage::Runs => matches!(event, EventKind::Started),
        };
        let stop = async {
            match stage {
                Stage::Holds(path) => house.stages(path).await,
                _ => while !at(&events.next().await.unwrap().kind) {},
            }
            cancel.cancel();
        };
        let (outcome, ()) = tokio::join!(run.into_future(), stop);
        assert_eq!((outcome.status, outcome.exit_code), (Status::Cancelled, 130), "{:?}", outcome.reason);
        assert_eq!(outcome.executions[0].folder.is_some(), kept);
        assert_eq!(house.executions().len(), usize::from(kept), "{:?}", house.executions());

        let house = House::new();
        let (run, mut events) = house.runtime.run(job).events();
        let reached = async {
            match stage {
                Stage::Holds(path) => house.stages(path).await,
                _ => while !at(&events.next().await.unwrap().kind) {},
            }
        };
        tokio::select! {
            outcome = run.into_future() => panic!("{outcome:?}"),
            () = reached => {}
        }
        house.is_empty().await;
    });
}

/// An archive that takes seconds to unpack, of next to no bytes: gzip members that follow one another are one file.
fn slow_archive() -> String {
    const MEMBERS: usize = 900;
    let packed = |bytes: &[u8]| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let mut header = tar::Header::new_gnu();
    header.set_path("zeros").unwrap();
    header.set_size((MEMBERS as u64) << 20);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = packed(header.as_bytes());
    let zeros = packed(&vec![0; 1 << 20]);
    (0..MEMBERS).for_each(|_| bytes.extend(&zeros));
    let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    format!("data:application/gzip,{escaped}")
}

#[test]
fn while_an_archive_is_unpacked() {
    let source = json!({"Type": "inline", "Params": {"URL": slow_archive()}});
    let inputs = json!({"InputSources": [{"Source": source, "Target": "/in"}]});
    stop_at(&Stage::Holds(".inputs/0"), &job(&guests::greeting(0), inputs), false);
}

#[test]
fn while_a_module_is_compiled() {
    stop_at(&Stage::Compiles, &job(&guests::large(400), json!({})), false);
}

#[test]
fn while_somebody_else_compiles_the_same_module() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::large(400), json!({}));
        let cancel = CancellationToken::new();
        let (first, mut events) = house.runtime.run(&job).events();
        let second = async {
            while !matches!(events.next().await.unwrap().kind, EventKind::Compiling { .. }) {}
            let (second, mut events) = house.runtime.run(&job).cancel(cancel.clone()).events();
            let stop = async {
                while !matches!(events.next().await.unwrap().kind, EventKind::Staged) {}
                cancel.cancel();
            };
            tokio::join!(second.into_future(), stop).0
        };
        tokio::select! {
            outcome = first.into_future() => panic!("{outcome:?}"),
            outcome = second => assert_eq!(outcome.status, Status::Cancelled),
        }
    });
}

#[test]
fn while_the_guest_computes() {
    stop_at(&Stage::Runs, &job(&guests::spinning(), json!({})), true);
}

#[test]
fn while_the_guest_sleeps() {
    stop_at(&Stage::Runs, &job(&guests::sleeping(), json!({})), true);
}

#[test]
fn while_results_are_collected() {
    let results = json!({"ResultPaths": [{"Name": "results", "Path": "/results"}]});
    stop_at(&Stage::Holds("exitCode"), &job(&guests::leaving(900_000_000), results), true);
}

#[test]
fn before_it_begins() {
    on_both(async || {
        let house = House::new();
        let cancel = CancellationToken::new();
        cancel.cancel();
        let job = job(&guests::spinning(), json!({}));
        let outcome = house.runtime.run(&job).cancel(cancel).await;
        assert_eq!((outcome.status, outcome.executions.len()), (Status::Cancelled, 0));
        assert!(house.executions().is_empty());
    });
}

#[test]
fn a_token_that_outlives_its_run_is_not_cancelled_by_it() {
    on_both(async || {
        let house = House::new();
        let cancel = CancellationToken::new();
        let job = job(&guests::greeting(0), json!({}));
        for _ in 0..2 {
            let outcome = house.runtime.run(&job).cancel(cancel.clone()).await;
            assert_eq!(outcome.status, Status::Succeeded);
        }
        assert!(!cancel.is_cancelled());
    });
}
