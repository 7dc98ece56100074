//! `wasi:webgpu`: each case of the guest that computes by it.

use dayfly::gpu::{Allowed, Gpus, Quotas};
use dayfly::{HostPolicy, Job, Runtime, Status};
use serde_json::json;

use crate::gpu::{is_there_one, with};
use crate::support::Case;

/// The guest.
const GUEST: &str = "p3_gpu";

/// Runs cases of the guest with these arguments before it.
fn cases(arguments: &[&str], names: &[&str]) {
    cases_of(GUEST, &[&["--wasi03"], arguments].concat(), names);
}

/// Runs cases of a guest with these arguments before it; each has to go well.
pub(crate) fn cases_of(guest: &str, arguments: &[&str], names: &[&str]) {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(guest);
    let module = format!("{guest}.wasm");
    let mut command = vec!["run"];
    command.extend(arguments);
    command.extend([module.as_str(), "--"]);
    command.extend(names);
    let ended = with("software", &case, &command).exits(0);
    let said: Vec<&str> = ended.stdout.lines().filter(|line| !line.starts_with("skipped: ")).collect();
    assert_eq!(said, names, "{ended}");
}

macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            cases(&["--gpu", "1"], &[stringify!($name)]);
        })*
    };
}

cases! {
    adapter
    bindings
    compilation
    compiling
    computes
    concurrent
    constants
    encoders
    graphics
    immediates
    indirect
    labels
    limits
    lost
    mapping
    mapping_is_checked
    memory
    scopes
    submitting
    timestamps
    uncaptured
}

#[test]
fn loops_that_do_not_end_are_told_of() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let mut command = case.command(["run", "--wasi03", "--gpu", "1", "p3_gpu.wasm", "--", "loops"]);
    command.envs([("DAYFLY_GPU", "software"), ("DAYFLY_GPU_LOOPS", "1000")]);
    case.finish(command).exits(0);
}

#[test]
fn without_a_grant_there_is_no_adapter() {
    cases(&[], &["without"]);
}

#[test]
fn records_are_bounded() {
    for grant in [&[][..], &["--gpu", "1"]] {
        let case = Case::new();
        if !is_there_one(&case) {
            return;
        }
        case.guest(GUEST);
        let arguments = [&["run", "--wasi03"][..], grant, &["p3_gpu.wasm", "--", "records"]].concat();
        let ended = with("software", &case, &arguments);
        assert!(ended.stderr.contains("bytes of texts and records"), "{ended}");
    }
}

/// Its GPUs are free when its outcome is there, though a call of it was under way.
#[test]
fn a_guest_may_end_while_it_maps() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let runtime = Runtime::builder().home(case.path("home")).wasi03(true);
    let runtime = runtime.gpus(Gpus::new(Allowed::Software, Quotas::default())).build().unwrap();
    let text = json!({"Name": "test", "Type": "batch", "Tasks": [{
        "Name": "main",
        "Engine": {"Type": "wasm", "Params": {
            "EntryModule": {
                "Source": {"Type": "localDirectory", "Params": {"SourcePath": case.path("p3_gpu.wasm")}},
                "Target": "/guest.wasm"},
            "Parameters": ["ends_while_it_maps"]}},
        "Resources": {"GPU": "1"},
    }]});
    let job = Job::parse(&text.to_string()).unwrap();
    let policy = HostPolicy::default().allow_folder(case.path("."), false);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..4 {
        let outcome = tokio.block_on(async { runtime.run(&job).policy(policy.clone()).await });
        assert_eq!((outcome.status, outcome.exit_code), (Status::Failed, 1), "{outcome:?}");
    }
}

/// Asks for what stands for all GPUs, and drops it.
const GET: &str = r#"(component
    (import "wasi:webgpu/webgpu@DRAFT" (instance $webgpu
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
fn the_later_draft_is_there_too() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    for (draft, status) in [("0.2.0-rc.2", 0), ("0.3.0-rc.2", 0), ("0.3.0-rc.3", 65)] {
        let text = GET.replace("DRAFT", draft);
        case.write("get.wat", text);
        let arguments = ["run", "--wasi03", "--gpu", "1", "--invoke", "go()", "get.wat"];
        with("software", &case, &arguments).exits(status);
    }
}

#[test]
fn what_a_component_uses_is_counted() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    case.guest(GUEST);
    let arguments = ["run", "--wasi03", "--gpu", "1", "--json", "p3_gpu.wasm", "--", "computes"];
    let ended = with("software", &case, &arguments).exits(0);
    let usage = &ended.json()["executions"][0]["usage"];
    let gpu = &usage["gpu"];
    assert_eq!(
        (gpu["submissions"].as_u64(), gpu["received_bytes"].as_u64()),
        (Some(6), Some(8_000)),
        "{gpu}"
    );
    assert!(usage["gpu_ns"].as_u64().unwrap() > 0 && gpu["sent_bytes"].as_u64().unwrap() >= 8_000, "{gpu}");
}

#[test]
fn it_is_of_the_generation_that_has_to_be_allowed() {
    let case = Case::new();
    case.guest(GUEST);
    with("software", &case, &["run", "--gpu", "1", "p3_gpu.wasm", "--", "adapter"])
        .exits(77)
        .says("--wasi03 allows it");
}
