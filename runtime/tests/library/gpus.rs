//! GPUs as the host gives them: how many, and how much of them.

use std::future::IntoFuture as _;

use dayfly::gpu::{Allowed, Gpus, Quotas};
use dayfly::{CancellationToken, EventKind, Outcome, Runtime, Status};
use serde_json::json;

use crate::common::job;

/// A runtime with these GPUs, if there is one; a test that needs one says that it is skipped.
fn runtime(quotas: Quotas) -> Option<(tempfile::TempDir, Runtime)> {
    let gpus = Gpus::new(Allowed::Software, quotas);
    if gpus.count() == 0 {
        assert!(std::env::var_os("DAYFLY_TESTS_NEED_GPU").is_none(), "{:?}", gpus.why_no_more());
        println!("skipped: no adapter is here: {}", gpus.why_no_more().join("; "));
        return None;
    }
    let home = tempfile::tempdir().unwrap();
    let runtime = Runtime::builder().home(home.path()).gpus(gpus).build().unwrap();
    Some((home, runtime))
}

/// Opens a device, and makes a buffer there; traps where there is none.
const GREEDY: &str = r#"(module
    (import "dayfly:gpu/v1" "device_open" (func $open (param i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "buffer_create" (func $create (param i32 i64 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (if (i32.lt_s (call $create (call $open (i32.const 0) (i32.const 0) (i32.const 0)) (i64.const 0x4000000) (i32.const 0x80))
                (i32.const 0))
            (then unreachable))))"#;

/// Opens a device, and goes on until it is stopped.
const HOLDS: &str = r#"(module
    (import "dayfly:gpu/v1" "device_open" (func $open (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (if (i32.lt_s (call $open (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)) (then unreachable))
        (loop $again (br $again))))"#;

fn reason(outcome: &Outcome) -> &str {
    outcome.reason.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn memory_of_gpus_is_limited() {
    let job = job(GREEDY, json!({"Resources": {"GPU": "1"}}));
    let Some((_home, little)) = runtime(Quotas { memory: Some(16 << 20), ..Quotas::default() }) else {
        return;
    };
    let outcome = little.run(&job).await;
    assert_eq!(outcome.status, Status::Limited, "{outcome:?}");
    assert!(reason(&outcome).contains("the guest may not have 67108864 bytes of GPU memory"), "{outcome:?}");
    assert_eq!(outcome.executions[0].refusals.len(), 1);
    let Some((_home, enough)) = runtime(Quotas { memory: Some(80 << 20), ..Quotas::default() }) else {
        return;
    };
    let outcome = enough.run(&job).await;
    assert_eq!(outcome.status, Status::Succeeded, "{outcome:?}");
    let used = outcome.executions[0].usage.gpu.clone().unwrap();
    assert_eq!(used.peak_memory_bytes, (64 + 4) << 20);
}

#[tokio::test]
async fn a_gpu_is_one_executions_at_a_time() {
    let Some((_home, runtime)) = runtime(Quotas::default()) else { return };
    let gpus = json!({"Resources": {"GPU": "1"}});
    let (holds, wants) = (job(HOLDS, gpus.clone()), job(GREEDY, gpus.clone()));
    let all = Gpus::new(Allowed::Software, Quotas::default()).count();
    if all > 1 {
        println!("skipped: there are {all} adapters, and one guest does not have them all");
        return;
    }
    let cancel = CancellationToken::new();
    let (first, mut events) = runtime.run(&holds).cancel(cancel.clone()).milestones();
    let second = async {
        while let Some(event) = events.next().await {
            if matches!(event.kind, EventKind::Started) {
                break;
            }
        }
        let refused = runtime.run(&wants).await;
        // Who can't use one is given none, and told so.
        let without = runtime.run(&job("(module (func (export \"_start\")))", gpus)).await;
        assert_eq!(without.status, Status::Succeeded, "{without:?}");
        let warnings = without.executions[0].warnings.join("\n");
        assert!(warnings.contains("has no effect: no module imports `dayfly:gpu/v1`"), "{warnings}");
        cancel.cancel();
        refused
    };
    let (first, second) = tokio::join!(first.into_future(), second);
    assert_eq!(first.status, Status::Cancelled);
    assert_eq!((second.status, second.exit_code), (Status::Unavailable, 69), "{second:?}");
    assert!(reason(&second).contains("guests may have 1 GPU here, of which none is free now"), "{second:?}");
    // And the next one's, as soon as that is over: it is waited for.
    assert_eq!(runtime.run(&wants).await.status, Status::Succeeded);
}

#[tokio::test]
async fn a_host_that_gives_none_says_so() {
    let home = tempfile::tempdir().unwrap();
    let none = Gpus::new(Allowed::None, Quotas::default());
    let runtime = Runtime::builder().home(home.path()).gpus(none).build().unwrap();
    let outcome = runtime.run(&job(GREEDY, json!({"Resources": {"GPU": "2"}}))).await;
    assert_eq!((outcome.status, outcome.exit_code), (Status::Unavailable, 69));
    assert!(reason(&outcome).contains("asks for 2 GPUs, and guests may have 0 here"), "{outcome:?}");
}
