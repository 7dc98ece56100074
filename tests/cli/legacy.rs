//! Jobs of Bacalhau's legacy form, tasks of IPVM, and jobs inside answers, run.

use serde_json::json;

use crate::support::Case;

#[test]
fn the_engine_noop_runs_nothing_and_succeeds() {
    let case = Case::new();
    let outputs = "Outputs: [{StorageSource: ipfs, Name: kept, Path: /kept}]";
    for (name, text) in [
        ("legacy.yaml", format!("APIVersion: V1beta1\nSpec: {{Engine: Noop, Publisher: Noop, {outputs}}}\n")),
        ("bare.yaml", "EngineSpec: {Type: noop}\n".to_owned()),
        ("ipvm.json", r#"{"with": "", "do": "noop", "inputs": {}, "meta": {}}"#.to_owned()),
        ("current.yaml", "Tasks: [{Name: main, Engine: {Type: noop}}]\n".to_owned()),
    ] {
        case.write(name, text);
        let outcome = case.dayfly(["run", name, "-o", &format!("{name}.out"), "--json"]).exits(0).json();
        assert_eq!(outcome["status"], "succeeded", "{name}: {outcome}");
        assert_eq!(outcome["executions"][0]["engine"], "noop", "{name}: {outcome}");
        for stream in ["stdout", "stderr"] {
            assert_eq!(case.read(format!("{name}.out/{stream}")), "", "{name}");
        }
    }
}

#[test]
fn a_module_of_a_legacy_job_reads_its_inputs_and_leaves_its_outputs() {
    let case = Case::new();
    case.guest("uppercase");
    case.write("a.txt", "content");
    case.write(
        "job.json",
        json!({
            "APIVersion": "V1beta2",
            "Spec": {
                "Engine": "Wasm",
                "Wasm": {
                    "EntryModule": {"StorageSource": "LocalDirectory", "SourcePath": "uppercase.wasm"},
                    "Parameters": ["/in/a.txt", "/outputs/a.txt"],
                },
                "Inputs": [{"StorageSource": "LocalDirectory", "SourcePath": "a.txt", "Path": "/in/a.txt"}],
                "Outputs": [{"StorageSource": "IPFS", "Name": "outputs", "Path": "/outputs"}],
                "Resources": {"Memory": "64Mb"},
                "Deal": {"Concurrency": 1},
            }
        })
        .to_string(),
    );
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(case.read("out/outputs/a.txt"), "CONTENT");
}

#[test]
fn a_job_that_was_described_runs_again() {
    let case = Case::new();
    case.guest("uppercase");
    case.write("a.txt", "content");
    let task = json!({
        "Name": "main",
        "Engine": {"Type": "wasm", "Params": {"EntryModule": "uppercase.wasm", "Parameters": ["/a.txt", "/kept/a.txt"]}},
        "InputSources": [{"Source": {"Type": "local", "Params": {"SourcePath": "a.txt"}}, "Target": "/a.txt"}],
        "ResultPaths": [{"Name": "kept", "Path": "/kept"}],
    });
    let job = json!({"ID": "j-1", "Name": "again", "Type": "batch", "State": {"StateType": "Completed"}, "Tasks": [task]});
    case.write("job.json", json!({"Job": job, "Executions": {"Items": []}}).to_string());
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(case.read("out/kept/a.txt"), "CONTENT");
}
