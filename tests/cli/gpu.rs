//! Compute on GPUs: who gets one, what a job with one leaves, and what is said where there is none.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Case, Ended, Job};

/// Runs the binary with `DAYFLY_GPU` as given.
pub(crate) fn with(gpus: &str, case: &Case, arguments: &[&str]) -> Ended {
    let mut command = case.command(arguments);
    command.env("DAYFLY_GPU", gpus);
    case.finish(command)
}

/// Whether guests may have a GPU here where programs are allowed; a test that needs one says that it is skipped.
pub(crate) fn is_there_one(case: &Case) -> bool {
    let survey = with("software", case, &["gpu", "--json"]);
    let adapters = survey.json()["adapters"].as_array().unwrap().clone();
    let any = adapters.iter().any(|adapter| adapter["usable"] == true);
    if !any {
        assert!(std::env::var_os("DAYFLY_TESTS_NEED_GPU").is_none(), "{survey}");
        println!("skipped: no adapter is here: {survey}");
    }
    any
}

#[test]
fn the_rounds_of_loops_are_a_number() {
    let case = Case::new();
    for wrong in ["0", "-1", "many", "4294967296"] {
        let mut command = case.command(["gpu"]);
        command.envs([("DAYFLY_GPU", "none"), ("DAYFLY_GPU_LOOPS", wrong)]);
        let ended = case.finish(command).exits(2);
        assert!(ended.stderr.contains("DAYFLY_GPU_LOOPS") && ended.stderr.contains(wrong), "{ended}");
    }
    for right in ["1", "unlimited", ""] {
        let mut command = case.command(["gpu"]);
        command.envs([("DAYFLY_GPU", "none"), ("DAYFLY_GPU_LOOPS", right)]);
        case.finish(command).exits(69);
    }
}

#[test]
fn where_drivers_run_is_one_of_two_places() {
    let case = Case::new();
    let mut command = case.command(["gpu"]);
    command.envs([("DAYFLY_GPU", "none"), ("DAYFLY_GPU_ISOLATION", "cell")]);
    case.finish(command).exits(2).says("DAYFLY_GPU_ISOLATION: `cell` is neither `process` nor `none`");
    for right in ["process", "none", ""] {
        let mut command = case.command(["gpu"]);
        command.envs([("DAYFLY_GPU", "none"), ("DAYFLY_GPU_ISOLATION", right)]);
        case.finish(command).exits(69);
    }
}

/// The driver of a software adapter is a library of this process where it is not in one of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_driver_in_a_process_of_its_own_computes_the_same_and_ends_with_its_host() {
    let case = saxpy();
    if !is_there_one(&case) {
        return;
    }
    let isolated = |arguments: &[&str]| {
        let mut command = case.command(arguments);
        command.envs([("DAYFLY_GPU", "software"), ("DAYFLY_GPU_ISOLATION", "process")]);
        command
    };
    let ended = case.finish(isolated(&["run", "job.yaml", "--json"])).exits(0);
    assert!(ended.json()["executions"][0]["usage"]["gpu_ns"].as_u64().unwrap() > 0, "{ended}");
    let survey = case.finish(isolated(&["gpu", "--json"])).exits(0).json();
    assert_eq!(survey, with("software", &case, &["gpu", "--json"]).json());
}

/// A case with the example.
fn saxpy() -> Case {
    let case = Case::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/gpu/saxpy");
    for name in ["job.yaml", "saxpy.wat"] {
        case.write(name, fs::read(example.join(name)).unwrap());
    }
    case
}

#[test]
fn the_example_computes_and_what_it_used_is_counted() {
    let case = saxpy();
    if !is_there_one(&case) {
        return;
    }
    let ended =
        with("software", &case, &["run", "job.yaml", "--json"]).exits(0).says("1048576 numbers are right");
    let usage = &ended.json()["executions"][0]["usage"];
    let gpu = &usage["gpu"];
    assert_eq!(
        (&gpu["submissions"], &gpu["sent_bytes"], &gpu["received_bytes"]),
        (&json!(1), &json!(8 << 20), &json!(4 << 20))
    );
    assert!(usage["gpu_ns"].as_u64().unwrap() > 0 && gpu["compile_ns"].as_u64().unwrap() > 0, "{gpu}");
    assert!(gpu["peak_memory_bytes"].as_u64().unwrap() > 12 << 20, "{gpu}");
    let survey = with("software", &case, &["gpu", "--json"]).json();
    let is_software = survey["adapters"][0]["kind"] == "software";
    let warned = ended.stderr.contains("is a program that runs on the processor: for correctness only");
    assert_eq!(warned, is_software, "{ended}");
    // The same by flags, and told to a person.
    let ended = with("software", &case, &["run", "saxpy.wat", "--gpu", "1", "--usage"]).exits(0);
    let ended = ended.prints("1048576 numbers are right\n").says("from the GPU");
    assert!(ended.stderr.contains("GPU memory"), "{ended}");
    with("software", &case, &["run", "saxpy.wat", "--gpu", "all"]).exits(0);
}

#[test]
fn without_a_grant_there_is_none() {
    let case = saxpy();
    let ended = with("software", &case, &["run", "saxpy.wat"]).exits(1);
    ended.says("no GPU is granted to the guest: `Resources.GPU` of the task, or --gpu, would grant one");
    let ended = with("software", &case, &["run", "saxpy.wat", "--json"]).exits(1);
    assert_eq!(ended.json()["executions"][0]["usage"]["gpu"], Value::Null);
}

#[test]
fn a_job_that_asks_for_more_than_there_are_does_not_start() {
    let case = saxpy();
    let job = case.read("job.yaml").replace("GPU: \"1\"", "GPU: \"99\"");
    case.write("many.yaml", job);
    for allowed in ["software", "hardware", "none"] {
        let ended = with(allowed, &case, &["run", "many.yaml", "--json"]).exits(69);
        assert_eq!(ended.json()["status"], "unavailable");
        let said = ended.says("`Tasks[0].Resources.GPU` asks for 99 GPUs, and guests may have ");
        assert_eq!(said.stderr.contains("DAYFLY_GPU is `none`"), allowed == "none", "{said}");
    }
    let ended = with("none", &case, &["run", "saxpy.wat", "--gpu", "all"]).exits(69);
    ended.says(
        "`--gpu` asks for a GPU, and guests may have 0 here: guests may have none here: DAYFLY_GPU is `none`",
    );
    with("none", &case, &["plan", "job.yaml"]).exits(69);
    // None at all is not too many.
    with("none", &case, &["run", "job.yaml", "--gpu", "0"]).exits(1);
}

#[test]
fn software_is_given_only_where_the_host_says_so() {
    let case = saxpy();
    let survey = with("software", &case, &["gpu", "--json"]).json();
    let software = |adapter: &&Value| adapter["kind"] == "software";
    let Some(program) = survey["adapters"].as_array().unwrap().iter().find(software).cloned() else {
        println!("skipped: no software adapter is here");
        return;
    };
    assert_eq!(program["usable"], true);
    assert!(program["note"].as_str().unwrap().contains("for correctness only"), "{program}");
    let is_capped = program["note"].as_str().unwrap().contains("65,535");
    assert_eq!(is_capped, program["name"].as_str().unwrap().contains("llvmpipe"), "{program}");
    assert!(program["limits"]["max_buffer_size"].as_u64().unwrap() > 0);
    assert!(program["memory_bytes"].as_u64().unwrap() > 0);

    let survey = case.dayfly(["gpu", "--json"]).json();
    let program = survey["adapters"].as_array().unwrap().iter().find(software).cloned().unwrap();
    assert_eq!(program["usable"], false);
    let hardware = survey["adapters"].as_array().unwrap().iter().any(|adapter| adapter["usable"] == true);
    assert!(survey["missing"].to_string().contains("DAYFLY_GPU is `software`"), "{survey}");
    if !hardware {
        let ended = case.dayfly(["run", "job.yaml"]).exits(69);
        ended.says("which guests may have where DAYFLY_GPU is `software`");
        case.dayfly(["gpu"]).exits(69).says("guests may have no GPU here");
    }
}

#[test]
fn the_list_of_gpus_is_for_people_too() {
    let case = Case::new();
    let ended = with("none", &case, &["gpu"]).exits(69);
    assert!(ended.stdout.contains("missing: guests may have none here: DAYFLY_GPU is `none`"), "{ended}");
    assert!(!ended.stdout.contains("may have it\n") || ended.stdout.contains("may not have it\n"), "{ended}");
    if is_there_one(&case) {
        let ended = with("software", &case, &["gpu"]).exits(0);
        for row in ["  kind       ", "  driver     ", "  memory     ", "    max_buffer_size "] {
            assert!(ended.stdout.contains(row), "{row}: {ended}");
        }
        assert_eq!(ended.stderr, "");
    }
    let ended = with("fast", &case, &["gpu"]).exits(2);
    ended.says("DAYFLY_GPU: expected hardware, software or none");
    case.write("f.wat", "(module (func (export \"_start\")))");
    with("fast", &case, &["run", "f.wat"]).exits(2).says("DAYFLY_GPU: expected");
}

#[test]
fn the_doctor_says_what_guests_may_have() {
    let case = Case::new();
    let gpu = |ended: &Ended| {
        let all = ended.json();
        all.as_array().unwrap().iter().find(|finding| finding["name"] == "gpu").unwrap().clone()
    };
    let none = gpu(&with("none", &case, &["doctor", "--json"]).exits(0));
    assert_eq!(none["health"], "note");
    assert!(none["remedy"].as_str().unwrap().contains("DAYFLY_GPU"), "{none}");
    if is_there_one(&case) {
        assert_eq!(gpu(&with("software", &case, &["doctor", "--json"]).exits(0))["health"], "ok");
    }
}

#[test]
fn what_can_not_use_a_gpu_says_so() {
    let case = Case::with_job("return_normally", |job: Job| job.task("Resources", json!({"GPU": "1"})));
    let plan = with("software", &case, &["plan", "job.json"]);
    assert!(plan.stdout.contains("the GPU has no effect: no module imports `dayfly:gpu/v1`"), "{plan}");
    case.write("f.wat", "(module (func (export \"_start\")))");
    case.write(
        "function.json",
        json!({"Name": "f", "Type": "service", "Tasks": [{
            "Name": "f",
            "Engine": {"Type": "wasm", "Params": {"EntryModule": "f.wat"}},
            "Meta": {"http.route": "/"},
            "Resources": {"GPU": "1"},
        }]})
        .to_string(),
    );
    let plan = with("software", &case, &["plan", "function.json", "--json"]).exits(69);
    assert!(plan.stdout.contains("only what runs to its end can have one"), "{plan}");
}

#[test]
fn what_is_imported_is_looked_at_before_it_runs() {
    let case = Case::new();
    let module = |import: &str| {
        format!(
            "(module (import \"dayfly:gpu/v1\" {import}) (memory (export \"memory\") 1) (func (export \"_start\")))"
        )
    };
    case.write("other.wat", module("\"gpu_counts\" (func (result i32))"));
    case.dayfly(["run", "other.wat"]).exits(65).says("gpu_counts");
    case.write("type.wat", module("\"gpu_count\" (func (result i64))"));
    case.dayfly(["run", "type.wat"]).exits(65).says("gpu_count");
    case.write("right.wat", module("\"gpu_count\" (func (result i32))"));
    case.dayfly(["run", "right.wat"]).exits(0);
    let ended = case.dayfly(["inspect", "right.wat"]).exits(0);
    assert!(ended.stdout.contains("dayfly:gpu/v1"), "{ended}");
}

#[test]
fn gpus_are_measured() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    let measured = with("software", &case, &["gpu", "bench", "--json"]).exits(0).json();
    let adapters = measured["adapters"].as_array().unwrap();
    assert!(!adapters.is_empty());
    for adapter in adapters {
        for rate in ["upload", "download", "memory"] {
            let rate = adapter[format!("{rate}_bytes_per_second")].as_f64().unwrap();
            assert!(rate > 1e3, "{measured}");
        }
        assert!(adapter["f32_operations_per_second"].as_f64().unwrap() > 1e3, "{measured}");
        assert!(adapter["launch_ns"].as_u64() > adapter["dispatch_ns"].as_u64(), "{measured}");
    }
    let text = with("software", &case, &["gpu", "bench"]).exits(0).stdout;
    assert!(text.contains("B/s") && text.contains("FLOP/s"), "{text}");
    let none = with("none", &case, &["gpu", "bench"]).exits(69);
    assert!(none.stderr.contains("DAYFLY_GPU"), "{none}");
}
