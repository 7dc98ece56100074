//! A hundred hostile guests in one process: each ends as documented, a well-behaved one among them is unaffected, and
//! afterwards the process is as it was before.
//!
//! `DAYFLY_HOSTILE` says how many runs follow, mixed, to show that none of them leaks: 200 where it is not set.
//!
//! One test alone, in a process alone: it looks at the whole process.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]
#![cfg(all(feature = "compile", target_os = "linux"))]

#[path = "../common/mod.rs"]
mod common;
mod process;
mod table;

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use dayfly::{Outcome, Status, Stdio, raise_open_files};
use dayfly_core::Limits;
use serde_json::json;
use tokio::task::JoinSet;

use common::{House, guests, job, wait_until};
use process::Held;
use table::Hostile;

/// How many runs show that nothing leaks, where the environment does not say.
const RUNS: usize = 200;
/// Of which so many go on at a time.
const AT_A_TIME: usize = 20;
/// What the process may have more after [`RUNS`] runs than before them, in KiB: what allocators keep, but less than a
/// guest or a file's content each time would come to.
const SLACK_KIB: u64 = 40 << 10;
/// What the process may have more after the first hundred guests than before them, for what is kept on purpose: the thread
/// that watches over guests, a handle for it, the compiled code of each module, the arenas of allocators. A leak of
/// one each by a third of the guests is more than that.
const FIRST: Held = Held { kib: 192 << 10, handles: 8, threads: 8, mappings: 1_000 };

#[test]
fn hostile_guests_end_as_documented_and_leave_nothing() {
    raise_open_files().unwrap();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // Its threads for blocking work are counted too: they shall end when there is none.
    builder.worker_threads(2).thread_keep_alive(Duration::from_millis(50)).enable_all();
    builder.build().unwrap().block_on(async {
        let house = Arc::new(House::new());
        let table: Arc<Vec<Hostile>> = Arc::new(table::table());

        let before = settle(&house).await;

        // A hundred at once, and one in between that does as it should.
        let mut runs = JoinSet::new();
        for index in 0..100 {
            runs.spawn(run(house.clone(), table.clone(), index % table.len()));
        }
        let results = json!({"ResultPaths": [{"Name": "results", "Path": "/results"}]});
        let good = job(&guests::echoing(), json!({}));
        let opening = job(&guests::leaving(10), results);
        for word in ["first", "second", "third"] {
            let outcome = house.runtime.run(&good).stdio(Stdio::default().input(word)).await;
            assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
            let folder = outcome.executions[0].folder.as_ref().unwrap();
            assert_eq!(std::fs::read_to_string(folder.join("stdout")).unwrap(), word);
            let outcome = house.runtime.run(&opening).await;
            assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
        }
        while let Some(ended) = runs.join_next().await {
            ended.unwrap();
        }
        let settled = settle(&house).await;
        println!("{before:?} before the first guest, then {settled:?}");
        assert!(settled.is_within(&before, &FIRST), "{before:?} before the first guest, then {settled:?}");

        // The same again and again.
        let count = std::env::var("DAYFLY_HOSTILE").map_or(RUNS, |count| count.parse().unwrap());
        let mut runs = JoinSet::new();
        for index in 0..count {
            if runs.len() == AT_A_TIME {
                runs.join_next().await.unwrap().unwrap();
            }
            runs.spawn(run(house.clone(), table.clone(), index % table.len()));
        }
        while let Some(ended) = runs.join_next().await {
            ended.unwrap();
        }
        let after = settle(&house).await;
        println!("{count} runs: {settled:?}, then {after:?}");
        assert_eq!((after.handles, after.threads), (settled.handles, settled.threads));
        assert!(
            after.mappings <= settled.mappings + 64,
            "{} mappings, {} before",
            after.mappings,
            settled.mappings
        );
        assert!(after.kib <= settled.kib + SLACK_KIB, "{} KiB, {} before", after.kib, settled.kib);
    });
}

/// As many files as a guest may have by number, none of which is left.
#[test]
#[ignore = "a million files take minutes"]
fn a_million_small_files_are_the_limit_and_are_gone_afterwards() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (house, million) = (House::new(), table::a_million_files());
        let outcome = house.runtime.run(&million.job).await;
        million.check(&outcome);
        let usage = &outcome.executions[0].usage;
        assert_eq!(usage.written_bytes, Limits::FILES, "one byte each, and none more: {usage:?}");
        assert!(house.unfinished().is_empty());
    });
}

/// Runs one of the table to its end, and checks that this is what is documented.
async fn run(house: Arc<House>, table: Arc<Vec<Hostile>>, index: usize) {
    let hostile = &table[index];
    let (stdio, far) = hostile.stdio();
    let run = house.runtime.run(&hostile.job).stdio(stdio);
    let outcome = match hostile.slow_reader {
        true => tokio::join!(run.into_future(), table::read_slowly(far)).0,
        false => {
            let outcome = run.await;
            drop(far);
            outcome
        }
    };
    hostile.check(&outcome);
    remove(&outcome);
}

/// Results are their user's to remove; here they would fill the disk.
fn remove(outcome: &Outcome) {
    for folder in outcome.executions.iter().filter_map(|execution| execution.folder.as_ref()) {
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// Waits until the threads of all guests are gone, and says what the process holds then.
async fn settle(house: &House) -> Held {
    let guests = || process::threads().iter().any(|name| name.starts_with("dayfly-g"));
    wait_until("the threads of guests end", || !guests()).await;
    let idle = || process::threads().iter().filter(|name| name.starts_with("tokio")).count() > 2;
    wait_until("idle threads end", || !idle()).await;
    let left = house.unfinished();
    assert!(left.is_empty(), "left behind: {left:?}");
    Held::now()
}
