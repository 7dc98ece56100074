//! The first text of `wasi:webgpu`, 0.0.1: each case of the guest that computes by it. It has no tasks, and so needs no
//! WASI 0.3.

use std::time::{Duration, Instant};

use dayfly::gpu::{Allowed, Gpus, Quotas};
use dayfly::{HostPolicy, Job, Runtime, Status};
use serde_json::json;

use crate::gpu::{is_there_one, with};
use crate::support::Case;
use crate::webgpu::cases_of;

/// The guest.
const GUEST: &str = "p2_gpu";

macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            cases_of(GUEST, &["--gpu", "1"], &[stringify!($name)]);
        })*
    };
}

cases! {
    adapter
    bindings
    compilation
    computes
    constants
    encoders
    graphics
    indirect
    labels
    limits
    lost
    mapping
    mapping_is_checked
    memory
    numbered
    scopes
    submitting
    timestamps
    uncaptured
}

#[test]
fn it_is_the_same_where_wasi_03_is_allowed() {
    cases_of(GUEST, &["--wasi03", "--gpu", "1"], &["computes", "mapping", "uncaptured"]);
}

#[test]
fn without_a_grant_there_is_no_adapter() {
    cases_of(GUEST, &[], &["without"]);
}

#[test]
fn records_are_bounded() {
    for grant in [&[][..], &["--gpu", "1"]] {
        let case = Case::new();
        if !is_there_one(&case) {
            return;
        }
        case.guest(GUEST);
        let ended =
            with("software", &case, &[&["run"][..], grant, &["p2_gpu.wasm", "--", "records"]].concat());
        assert!(ended.stderr.contains("bytes of texts and records"), "{ended}");
    }
}

/// A guest that waits is held up by nothing that would not let go of it.
#[test]
fn a_guest_that_waits_is_stopped_in_time() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let began = Instant::now();
    let arguments = ["run", "--gpu", "1", "--timeout", "2s", "p2_gpu.wasm", "--", "for_ever"];
    with("software", &case, &arguments).exits(124).prints("for_ever\n");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn who_waits_for_errors_is_told_that_the_device_is_lost() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let quotas = Quotas { submission_time: Duration::from_millis(50), ..Quotas::default() };
    let gpus = Gpus::new(Allowed::Software, quotas);
    let runtime = Runtime::builder().home(case.path("home")).gpus(gpus).build().unwrap();
    let text = json!({"Name": "test", "Type": "batch", "Tasks": [{
        "Name": "main",
        "Engine": {"Type": "wasm", "Params": {
            "EntryModule": {
                "Source": {"Type": "localDirectory", "Params": {"SourcePath": case.path("p2_gpu.wasm")}},
                "Target": "/guest.wasm"},
            "Parameters": ["background"]}},
        "Resources": {"GPU": "1"},
    }]});
    let job = Job::parse(&text.to_string()).unwrap();
    let policy = HostPolicy::default().allow_folder(case.path("."), false);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = tokio.block_on(async { runtime.run(&job).policy(policy).await });
    assert_eq!((outcome.status, outcome.exit_code), (Status::Succeeded, 0), "{outcome:?}");
}

/// Asks for what stands for all GPUs, and drops it.
const GET: &str = r#"(component
    (import "wasi:webgpu/webgpu@0.0.1" (instance $webgpu
        (export "gpu" (type $gpu (sub resource)))
        (export "get-gpu" (func (result (own $gpu))))))
    (alias export $webgpu "gpu" (type $gpu))
    (core func $get (canon lower (func $webgpu "get-gpu")))
    (core func $drop (canon resource.drop $gpu))
    (core module $m
        (import "" "get" (func $get (result i32)))
        (import "" "drop" (func $drop (param i32)))
        (func (export "go") (call $drop (call $get))))
    (core instance $i (instantiate $m (with "" (instance
        (export "get" (func $get)) (export "drop" (func $drop))))))
    (func (export "go") (canon lift (core func $i "go"))))"#;

#[test]
fn it_is_one_version_and_no_other() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    for (version, status) in [("0.0.1", 0), ("0.0.2", 65), ("0.0.0", 65)] {
        case.write("get.wat", GET.replace("0.0.1", version));
        with("software", &case, &["run", "--gpu", "1", "--invoke", "go()", "get.wat"]).exits(status);
    }
}

#[test]
fn what_a_component_uses_is_counted() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let arguments = ["run", "--gpu", "1", "--json", "p2_gpu.wasm", "--", "computes"];
    let ended = with("software", &case, &arguments).exits(0);
    let gpu = &ended.json()["executions"][0]["usage"]["gpu"];
    assert_eq!(
        (gpu["submissions"].as_u64(), gpu["received_bytes"].as_u64()),
        (Some(6), Some(8_000)),
        "{gpu}"
    );
}
