//! What Bacalhau's current form becomes in the model.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, job, job_with_warnings, one_task, places, render};
use dayfly_spec::model::{
    Compression, CreateAs, Engine, EnvironmentEntry, Format, JobKind, ModuleSource, NetworkKind, OnFailure,
    Operator, Order, Publisher, Reference, RestartMode, ResultKind, Source, Value, Wasm,
};

const NOOP: &str = r#"{"Type": "noop"}"#;
const WASM: &str = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm"}}"#;

fn wasm(text: &str) -> Wasm {
    match job_with_warnings(text).tasks.remove(0).engine {
        Engine::Wasm(wasm) => *wasm,
        other => panic!("{other:?}"),
    }
}

/// The variables that the file itself names.
fn variables(text: &str) -> Vec<(String, Value)> {
    let entries = job_with_warnings(text).tasks.remove(0).environment;
    let mut variables = Vec::new();
    for entry in entries {
        match entry {
            EnvironmentEntry::Variable { name, value } if name.origin.span.is_some() => {
                variables.push((name.value, value));
            }
            EnvironmentEntry::Variable { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    variables
}

fn source(params: &str) -> Source {
    let text = one_task(NOOP, &format!(r#", "InputSources": [{{"Source": {params}, "Target": "/in"}}]"#));
    job(&text).tasks.remove(0).inputs.remove(0).source.value
}

#[test]
fn the_fields_of_a_job_are_lowered_with_their_places() {
    let text = "name: hello\nnamespace: n\ntype: service\ncount: 3\nlabels: {a: b}\nmeta: {k: v}\ntasks:\n  - name: main\n    engine: {type: noop}\n";
    let job = job(text);
    assert_eq!(job.name.as_ref().unwrap().value, "hello");
    assert_eq!(job.namespace.unwrap().value, "n");
    assert_eq!(job.kind.value, JobKind::Service);
    assert_eq!(job.replicas.count.value, 3);
    assert_eq!(job.labels[0].0, "a");
    assert_eq!(job.labels[0].1.value, "b");
    assert_eq!(job.meta[0].1.origin.change, "Meta.k");
    let name = &job.tasks[0].name.origin;
    assert_eq!(name.change, "Tasks[0].Name");
    let span = name.span.unwrap();
    assert_eq!(&text[span.start as usize..span.end as usize], "main");
}

#[test]
fn a_job_without_type_count_and_name_is_a_batch_job_that_runs_once() {
    let job = job("Tasks: [{Name: main, Engine: {Type: noop}}]");
    assert_eq!(job.kind.value, JobKind::Batch);
    assert_eq!(job.kind.origin.span, None);
    assert_eq!(job.replicas.count.value, 1);
    assert_eq!(job.name, None);
}

#[test]
fn several_tasks_are_stages_of_one_task_that_stop_at_a_failure() {
    let job = job("Tasks: [{Name: a, Engine: {Type: noop}}, {Name: b, Engine: {Type: noop}}]");
    let stages: Vec<_> = job.flow.stages.iter().map(|stage| stage.tasks.clone()).collect();
    assert_eq!(stages, [vec![0], vec![1]]);
    assert_eq!(job.flow.on_failure, OnFailure::Stop);
}

#[test]
fn a_module_is_a_path_since_version_1_7() {
    let wasm = wasm(&one_task(
        r#"{"Type": " WASM ", "Params": {"entrymodule": "/app/main.wasm", "Entrypoint": "run",
            "Parameters": ["-n", 5, true], "ImportModules": ["/lib/easter.wasm"]}}"#,
        "",
    ));
    assert!(matches!(&wasm.entry, ModuleSource::Path(path) if path.value == "/app/main.wasm"));
    assert_eq!(wasm.entry_point.value, "run");
    assert_eq!(wasm.parameters, ["-n", "5", "true"].map(Value::from));
    assert_eq!(wasm.imports[0].names, ["/lib/easter.wasm", "lib/easter.wasm", "easter.wasm", "easter"]);
}

#[test]
fn a_module_is_an_input_source_until_version_1_6() {
    let text = one_task(
        r#"{"Type": "wasm", "Params": {
            "EntryModule": {"Source": {"Type": "inline", "Params": {"URL": "data:;base64,AGFzbQ=="}}, "Alias": "", "Target": ""},
            "ImportModules": [{"Source": {"Type": "ipfs", "Params": {"CID": "Qm1"}}, "Alias": "easter"}],
            "EnvironmentVariables": {"B": "old", "A": "old"}, "Parameters": null}}"#,
        r#", "Env": {"A": "new"}"#,
    );
    let wasm = wasm(&text);
    let ModuleSource::Source { source, alias: None, target: None } = &wasm.entry else { panic!("{wasm:?}") };
    assert!(
        matches!(&source.value, Source::Inline(content) if content.bytes == b"\0asm" && !content.archive)
    );
    assert_eq!(wasm.entry_point.value, "_start");
    assert_eq!(wasm.entry_point.origin.span, None);
    assert_eq!(wasm.imports[0].names, ["easter", "Qm1"]);
    let names: Vec<_> = variables(&text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["B", "A", "A"], "the task's variables win");
}

#[test]
fn the_systems_variables_come_last() {
    let text = one_task(
        WASM,
        r#", "Env": {"HOME": "env:HOME", "X": "a:b"}, "Network": {"Type": "Bridge", "Ports": [{"Name": "web"}]}"#,
    );
    let variables = variables(&text);
    assert!(
        matches!(&variables[0].1, Value::Reference(r) if r.value == Reference::HostVariable("HOME".into()))
    );
    assert_eq!(variables[1].1, Value::from("a:b"));
    let task = job_with_warnings(&text).tasks.remove(0);
    let names = task.environment.iter().map(|entry| match entry {
        EnvironmentEntry::Variable { name, .. } => name.value.as_str(),
        other => panic!("{other:?}"),
    });
    let expected = [
        "HOME",
        "X",
        "BACALHAU_EXECUTION_ID",
        "BACALHAU_JOB_ID",
        "BACALHAU_JOB_TYPE",
        "BACALHAU_PARTITION_INDEX",
        "BACALHAU_PARTITION_COUNT",
        "BACALHAU_PORT_web",
        "BACALHAU_HOST_PORT_web",
    ];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[test]
fn a_container_takes_its_environment_as_a_list_or_an_object() {
    let list = one_task(
        r#"{"Type": "docker", "Params": {"Image": "ubuntu", "Entrypoint": [], "WorkingDirectory": "/w",
            "EnvironmentVariables": ["A=b=c", "EMPTY="]}}"#,
        r#", "Env": {"A": "task"}"#,
    );
    let found = variables(&list);
    assert_eq!(found[0], ("A".into(), "task".into()));
    assert_eq!(found[1], ("A".into(), "b=c".into()));
    assert_eq!(found[2], ("EMPTY".into(), "".into()));
    let Engine::Container(container) = job(&list).tasks.remove(0).engine else { panic!() };
    assert_eq!(container.image.value, "ubuntu".into());
    assert_eq!(container.entrypoint, Some(Vec::new()));
    assert_eq!(container.command, None);
    assert_eq!(container.working_directory.unwrap().value, "/w".into());
    let object = list.replace(r#"["A=b=c", "EMPTY="]"#, r#"{"A": "b=c", "EMPTY": ""}"#);
    assert_eq!(variables(&object), found);
}

#[test]
fn numbers_and_truth_values_of_the_environment_are_taken_as_they_are_written() {
    let text = "Tasks: [{Name: a, Engine: {Type: noop}, Env: {A: 0x10, B: True, C: 1.50, D: yes}}]";
    let values: Vec<_> = variables(text).into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, ["0x10", "True", "1.50", "yes"].map(Value::from));
    assert_eq!(codes(text), ["W0109", "W0109", "W0109", "W0112"]);
}

#[test]
fn inputs_come_from_every_source() {
    let local = r#"{"Type": "localDirectory", "Params": {"SourcePath": "data", "ReadWrite": "true", "CreateAs": "DIR"}}"#;
    let text = one_task(NOOP, &format!(r#", "InputSources": [{{"Source": {local}, "Target": "/in"}}]"#));
    let Source::Local { path, read_write, create } =
        job_with_warnings(&text).tasks.remove(0).inputs.remove(0).source.value
    else {
        panic!()
    };
    assert_eq!((path.value, create), ("data".into(), CreateAs::Folder));
    let read_write = read_write.unwrap();
    assert!(read_write.value);
    assert_eq!(read_write.origin.change, "Tasks[0].InputSources[0].Source.Params.ReadWrite");

    let content = |params| match source(params) {
        Source::Inline(content) => (content.bytes, content.archive),
        other => panic!("{other:?}"),
    };
    assert_eq!(content(r#"{"Type": "inline", "Params": {"Content": "a\nb"}}"#), (b"a\nb".to_vec(), false));
    assert_eq!(content(r#"{"Type": "INLINE", "Params": {"url": "data:,a%20b"}}"#), (b"a b".to_vec(), false));
    let gzip = r#"{"Type": "inline", "Params": {"URL": "data:application/gzip;base64,H4sI"}}"#;
    assert_eq!(content(gzip), (vec![0x1f, 0x8b, 8], true));

    let url = r#"{"Type": "urlDownload", "Params": {"URL": "https://x.org/a", "Headers": {"Accept": "b"}}}"#;
    let Source::Url { url, headers } = source(url) else { panic!() };
    assert_eq!((url.value, headers), ("https://x.org/a".into(), vec![("Accept".into(), "b".into())]));

    let ipfs = r#"{"Type": "ipfs", "Params": {"CID": "Qm1", "Gateway": "https://ipfs.io"}}"#;
    assert!(matches!(source(ipfs), Source::Ipfs { gateway: Some(_), .. }));

    let s3 = r#"{"Type": "s3", "Params": {"Bucket": "b", "Key": "k/*", "Region": "r", "AccessKeyID": "i",
        "SecretAccessKey": "env:S", "ChecksumSHA256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "Partition": {"Type": "regex", "Pattern": "x"}}}"#;
    let Source::S3(mut objects) = source(s3) else { panic!() };
    let object = objects.remove(0);
    assert_eq!(object.key.unwrap().value, "k/*".into());
    assert_eq!(object.access_key, Some("i".into()));
    assert_eq!(object.partition.unwrap().kind.value, "regex");
    let Some(Value::Reference(secret)) = object.secret_key else { panic!() };
    assert_eq!(secret.value, Reference::HostVariable("S".into()));

    let signed = r#"{"Type": "s3PreSigned", "Params": {"PreSignedURL": "https://x.org/a", "Bucket": "b"}}"#;
    assert!(matches!(source(signed), Source::S3PreSigned { object: Some(_), .. }));
}

#[test]
fn targets_are_normal_absolute_paths() {
    for (written, read) in [("/app/", "/app"), ("//a/./b", "/a/b"), ("/", "/"), ("in", "/in")] {
        let input = format!(
            r#", "InputSources": [{{"Source": {{"Type": "inline", "Params": {{"Content": ""}}}}, "Target": "{written}"}}]"#
        );
        let job = job_with_warnings(&one_task(NOOP, &input));
        assert_eq!(job.tasks[0].inputs[0].target.value, read);
    }
}

#[test]
fn results_have_kinds_formats_and_compressions() {
    let text = one_task(
        NOOP,
        r#", "ResultPaths": [
            {"Name": "data", "Path": "/out/", "Type": "directory", "Format": "csv", "Compression": "zstd", "CompressionLevel": 3},
            {"Name": "stdout", "Path": "/stdout", "Type": "file"},
            {"Name": "errors", "Type": "stderr"},
            {"Name": "cores", "Path": "/core.*", "Type": "file"},
            {"Name": "plain", "Path": "/plain"}]"#,
    );
    let results = job(&text).tasks.remove(0).results;
    assert_eq!(results[0].path.value, "/out");
    assert_eq!(results[0].kind.as_ref().unwrap().value, ResultKind::Directory);
    assert_eq!(results[0].format.as_ref().unwrap().value, Format::Csv);
    assert_eq!(results[0].compression.as_ref().unwrap().value, Compression::Zstd);
    assert_eq!(results[0].level.as_ref().unwrap().value, 3);
    assert_eq!(results[1].kind.as_ref().unwrap().value, ResultKind::Stdout);
    assert_eq!(results[2].kind.as_ref().unwrap().value, ResultKind::Stderr);
    assert_eq!(results[2].path.value, "/stderr");
    assert_eq!(results[3].path.value, "/core.*");
    assert_eq!(results[4].kind, None);
}

#[test]
fn result_names_that_leave_the_folder_or_hide_a_stream_are_refused() {
    for name in ["", ".", "..", "a/b", "/a", "execution.json", "stdout", "exitCode", "a\\u0000b"] {
        let text = one_task(NOOP, &format!(r#", "ResultPaths": [{{"Name": "{name}", "Path": "/a"}}]"#));
        assert_eq!(codes(text), ["E0208"], "{name}");
    }
    let long = format!(r#", "ResultPaths": [{{"Name": "{}", "Path": "/a"}}]"#, "n".repeat(256));
    assert_eq!(codes(one_task(NOOP, &long)), ["E0208"]);
    let swapped = r#", "ResultPaths": [{"Name": "stdout", "Path": "/a", "Type": "stderr"}]"#;
    assert_eq!(codes(one_task(NOOP, swapped)), ["E0208"]);
}

#[test]
fn equal_names_and_paths_of_results_are_refused() {
    let result = |name, path| format!(r#"{{"Name": "{name}", "Path": "{path}"}}"#);
    let both = |a, b| codes(one_task(NOOP, &format!(r#", "ResultPaths": [{a}, {b}]"#)));
    assert_eq!(both(result("a", "/a"), result("a", "/b")), ["E0205"]);
    assert_eq!(both(result("a", "/a"), result("b", "/a/")), ["E0214"]);
    assert!(both(result("a", "/a"), result("b", "/b")).is_empty());
}

#[test]
fn a_folder_takes_its_name_and_its_path_from_other_results() {
    let both = |b_kind| {
        let results = format!(
            r#", "ResultPaths": [{{"Name": "a", "Path": "/b"}}, {{"Name": "b", "Path": "/c", "Type": "{b_kind}"}}]"#
        );
        codes(one_task(WASM, &results))
    };
    assert_eq!(both("directory"), ["E0214"]);
    assert!(both("file").is_empty());
}

#[test]
fn nothing_and_zero_are_no_limits() {
    let text = one_task(
        NOOP,
        r#", "Publisher": {"Type": "", "Params": {}}, "Resources": {"CPU": "", "Memory": "0", "GPU": "0"},
            "Timeouts": {"ExecutionTimeout": 0, "QueueTimeout": 0}"#,
    );
    let task = job(&text).tasks.remove(0);
    assert_eq!((task.publisher, task.resources.cpu, task.resources.memory), (None, None, None));
    assert_eq!(task.resources.gpu, None);
    assert_eq!(task.timeouts.execution, None);
    assert!(task.timeouts.queue.unwrap().value.is_zero());
}

#[test]
fn resources_are_counted_in_small_units() {
    let text =
        "Tasks: [{Name: a, Engine: {Type: noop}, Resources: {CPU: 0.1, Memory: 1.5 GB, disk: 1Gi, gpu: 2}}]";
    let resources = job(text).tasks.remove(0).resources;
    assert_eq!(resources.cpu.unwrap().value, 100);
    assert_eq!(resources.memory.as_ref().unwrap().value, 1_500_000_000);
    assert_eq!(resources.memory.unwrap().origin.change, "Tasks[0].Resources.Memory");
    assert_eq!(resources.disk.unwrap().value, 1 << 30);
    assert_eq!(resources.gpu.unwrap().value.count, Some(2));
}

#[test]
fn publishers_are_known_by_their_type() {
    let publisher = |text: &str| {
        let job = job(&one_task(NOOP, &format!(r#", "Publisher": {text}"#)));
        job.tasks.into_iter().next().unwrap().publisher.map(|publisher| publisher.value)
    };
    assert_eq!(publisher("{}"), None);
    assert_eq!(publisher(r#"{"Type": "NoOp"}"#), Some(Publisher::None));
    assert_eq!(publisher(r#"{"Type": "local"}"#), Some(Publisher::Local));
    assert_eq!(publisher(r#"{"Type": "s3managed"}"#), Some(Publisher::S3Managed));
    let s3 = |more: &str| match publisher(&format!(
        r#"{{"Type": "s3", "Params": {{"Bucket": "b", "Key": "k"{more}}}}}"#
    )) {
        Some(Publisher::S3 { archive, .. }) => archive,
        other => panic!("{other:?}"),
    };
    assert!(s3(""));
    assert!(!s3(r#", "Encoding": "plain""#));
    assert!(!s3(r#", "Compress": false"#));
}

#[test]
fn a_network_is_lowered() {
    let text = r#"
Constraints: [{Key: os_type, Operator: "=", Values: [linux]}]
Tasks:
  - Name: a
    Engine: {Type: noop}
    Network:
      Type: HTTP
      Domains: ["*.Example.com", 10.0.0.0/8]
      EnableIPv6: true
      DNS: [8.8.8.8]
      Policies: {Egress: {Ports: ["80", 443]}}
      AllowLoopback: true
      Routes: [{Match: a.b, Target: c.d}]
"#;
    let job = job(text);
    assert_eq!(job.constraints[0].value.operator, Operator::Equals);
    let network = &job.tasks[0].network;
    assert_eq!(network.kind.as_ref().unwrap().value, NetworkKind::Http);
    assert_eq!(network.domains[0].value, "*.example.com");
    assert_eq!(network.egress.ports[1].value, 443);
    assert_eq!(network.routes[0].target.value, "c.d");
}

#[test]
fn promises_of_the_document_are_carried() {
    let text = r#"
Type: daemon
ExecutionPlan: sequential
UpdateStrategy: {Type: rolling, MaxUnavailable: 1}
RestartPolicy: {Mode: always, MaxAttempts: 5}
ErrorHandling: {MaxAttempts: 3, OnFailure: retry, BackoffStrategy: exponential}
Tasks: [{Name: a, Engine: {Type: noop}}]
"#;
    let job = job(text);
    assert_eq!(job.replicas.order.value, Order::Sequential);
    assert_eq!(job.update.unwrap().max_unavailable.unwrap().value, 1);
    let task = &job.tasks[0];
    assert_eq!(task.restart.as_ref().unwrap().mode.value, RestartMode::Always);
    assert_eq!(task.retry.as_ref().unwrap().attempts.value, 3);
}

#[test]
fn inputs_of_a_container_may_lie_below_one_another() {
    let input = |target| {
        format!(r#"{{"Source": {{"Type": "inline", "Params": {{"Content": ""}}}}, "Target": "{target}"}}"#)
    };
    let inputs =
        |engine, a, b| codes(one_task(engine, &format!(r#", "InputSources": [{}, {}]"#, input(a), input(b))));
    let docker = r#"{"Type": "docker", "Params": {"Image": "x"}}"#;
    assert!(inputs(docker, "/a", "/a/b").is_empty());
    assert_eq!(inputs(WASM, "/a", "/a/b"), ["E0214"]);
    assert_eq!(inputs(WASM, "/", "/b"), ["E0214"]);
    assert_eq!(inputs(docker, "/a", "/a/"), ["E0214"]);
    assert!(inputs(WASM, "/a", "/ab").is_empty());
}

#[test]
fn what_stands_below_a_misspelt_name_is_read_all_the_same() {
    let text = "Taks:\n  - Name: a\n    Engin: {Tpe: wasm, Parms: {EntryModul: a.wasm, Parameters: 7}}\n";
    assert_eq!(places(text, "E0106"), ["Taks", "Engin", "Tpe", "Parms", "EntryModul"]);
    assert_eq!(places(text, "E0105"), ["7"]);
    assert_eq!(codes(text).len(), 6, "{}", render("job", text));
}

#[test]
fn parameters_that_are_needed_and_not_there_are_one_finding() {
    for (kind, needs) in [("wasm", "`EntryModule`"), ("docker", "`Image`")] {
        let text = format!("Tasks: [{{Name: a, Engine: {{Type: {kind}}}}}]");
        assert_eq!(codes(text.as_str()), ["E0106"]);
        assert!(render("job", text.as_str()).contains(needs), "{}", render("job", text));
    }
    let network = r#", "Network": {"Tpe": "http", "Domains": ["example.com"]}"#;
    assert_eq!(places(&one_task(r#"{"Type": "noop"}"#, network), "E0215"), ["\"Tpe\""]);
}
