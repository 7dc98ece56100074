//! Tasks of IPVM.

use dayfly_spec::model::{Engine, EnvironmentEntry, ModuleSource, Source, Value};

use crate::common::{codes, job, job_with_warnings, places};
use crate::{says, task};

const WASM: &str = r#"{
	"with": "ipfs://QmMain",
	"do": "wasm32-wasi/run",
	"inputs": {
		"entrypoint": "main",
		"parameters": ["/inputs/data.tar.gz"],
		"modules": ["ipfs://QmLib", "https://x.org/lib.wasm"],
		"mounts": {"/inputs": "https://x.org/data.tar.gz", "/src.git": "https://x.org/repo"},
		"outputs": {"/outputs": "", "/deep/er/": null},
		"env": {"HELLO": "world"}
	},
	"meta": {}
}"#;

#[test]
fn a_module_is_run_and_finds_itself_among_its_inputs() {
    let task = task(WASM);
    let Engine::Wasm(wasm) = &task.engine else { panic!("{:?}", task.engine) };
    assert!(matches!(&wasm.entry, ModuleSource::Source { source, .. } if source.value.name() == "ipfs"));
    assert_eq!(wasm.entry_point.value, "main");
    assert_eq!(wasm.imports[0].names, ["QmLib"]);
    assert_eq!(wasm.imports[1].names, ["https://x.org/lib.wasm", "lib.wasm", "lib"]);
    let inputs: Vec<_> =
        task.inputs.iter().map(|i| (i.target.value.as_str(), i.source.value.name())).collect();
    assert_eq!(inputs, [("/job", "ipfs"), ("/inputs", "urlDownload"), ("/src.git", "git")]);
    let results: Vec<_> =
        task.results.iter().map(|r| (r.name.value.as_str(), r.path.value.as_str())).collect();
    assert_eq!(results, [("outputs", "/outputs"), ("deep-er", "/deep/er")]);
    let EnvironmentEntry::Variable { name, value } = &task.environment[0] else { panic!("no variable") };
    assert_eq!((name.value.as_str(), value), ("HELLO", &Value::from("world")));
}

#[test]
fn an_image_is_taken_as_it_is_written() {
    let task = task(
        r#"{"with": "ubuntu", "do": "docker/run", "inputs": {"entrypoint": ["date"], "workdir": "/", "env": {"A": "b"}}}"#,
    );
    let Engine::Container(container) = &task.engine else { panic!("{:?}", task.engine) };
    assert_eq!(container.image.value, Value::from("ubuntu"));
    assert_eq!(container.entrypoint.as_ref().unwrap().len(), 1);
    assert_eq!(container.working_directory.as_ref().unwrap().value, Value::from("/"));
    assert!(matches!(&task.environment[0], EnvironmentEntry::Variable { name, .. } if name.value == "A"));
}

#[test]
fn the_configuration_counts_in_units_of_its_own() {
    let text = r#"{"with": "", "do": "noop", "meta": {"bacalhau/config": {"verifier": 1, "publisher": 2,
        "annotations": ["hello"], "resources": {"cpu": 1500, "disk": 1024, "memory": 2048, "gpu": 1},
        "timeout": 300E9, "dnt": false}}}"#;
    let job = job(text);
    assert_eq!(job.labels[0].0, "hello");
    let task = &job.tasks[0];
    let resources = &task.resources;
    assert_eq!(resources.cpu.as_ref().unwrap().value, 1500);
    assert_eq!(resources.memory.as_ref().unwrap().value, 2048);
    assert_eq!(resources.disk.as_ref().unwrap().value, 1024);
    assert_eq!(resources.gpu.as_ref().unwrap().value.count, Some(1));
    assert_eq!(task.timeouts.execution.as_ref().unwrap().value.as_secs(), 300);
    assert_eq!(task.publisher.as_ref().unwrap().value.name(), "ipfs");
    assert_eq!(task.engine, Engine::Noop);
}

#[test]
fn what_is_wrong_is_told_in_bacalhaus_words() {
    assert_eq!(
        says(r#"{"with": "", "do": "python/run"}"#, "E0107"),
        "Bacalhau says: TODO: task type \"python/run\""
    );
    let meta = r#"{"with": "", "do": "noop", "meta": {"bacalhau/confg": {}}}"#;
    assert_eq!(says(meta, "E0102"), "Bacalhau says: TODO: config type \"bacalhau/confg\"");
    assert_eq!(places(meta, "E0102"), ["\"bacalhau/confg\""]);
    let with = |with: &str| format!(r#"{{"with": "{with}", "do": "wasm32-wasi/run"}}"#);
    for wrong in ["", "ipfs://", "QmMain", "file:///a", "http://"] {
        assert_eq!(codes(with(wrong)), ["E0217"], "{wrong}");
    }
    assert_eq!(codes(r#"{"do": "noop", "inputs": {}, "meta": {}}"#), ["E0106"]);
    assert_eq!(codes(r#"{"with": "x", "do": "noop", "inputs": {"colour": 1}}"#), ["W0104"]);
}

#[test]
fn paths_are_checked_like_all_others() {
    let inputs = |inputs: &str| format!(r#"{{"with": "x", "do": "docker/run", "inputs": {inputs}}}"#);
    assert_eq!(codes(inputs(r#"{"mounts": {"in": "ipfs://Qm1"}}"#)), ["W0303"]);
    assert_eq!(codes(inputs(r#"{"outputs": {"/": ""}}"#)), ["E0204"]);
    assert_eq!(codes(inputs(r#"{"outputs": {"/../a": ""}}"#)), ["E0204"]);
    assert_eq!(codes(inputs(r#"{"outputs": {"/stdout": ""}}"#)), ["E0208"]);
    let job = job_with_warnings(&inputs(r#"{"mounts": {"in": "ipfs://Qm1"}}"#));
    assert!(matches!(&job.tasks[0].inputs[0].source.value, Source::Ipfs { .. }));
    assert_eq!(job.tasks[0].inputs[0].target.value, "/in");
}
