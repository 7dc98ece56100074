//! Bacalhau's forms, and IPVM.

use dayfly_spec::model::{
    Backoff, Compression, Constraint, CreateAs, Data, Egress, Element, Engine, Format, Gpu, ImportModule,
    InlineContent, Job, JobKind, ModuleSource, Network, NetworkKind, Operator, Order, Publisher, Reference,
    Resources, Restart, RestartMode, ResultKind, ResultPath, Retry, Route, S3Object, Source, Timeouts,
    UpdateStrategy, Value, Wasm,
};
use dayfly_spec::{Options, read};

use crate::build::{
    at, bare, check, container, input, job, reference, seconds, system, task, text, value, variable,
};

/// The file is read, and becomes exactly this job.
fn becomes(file: &str, expected: &Job) {
    let source = dayfly_spec::Source::new("job", file);
    let parsed = read(&source, &Options::default());
    let found: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.headline(&source)).collect();
    let read = parsed.job.unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(bare(&read), bare(expected));
    check(expected);
}

fn result(name: &str, path: &str) -> ResultPath {
    ResultPath {
        name: text(name),
        path: text(path),
        kind: None,
        format: None,
        compression: None,
        level: None,
    }
}

fn wasm(entry: ModuleSource, parameters: &[&str]) -> Wasm {
    Wasm {
        entry,
        entry_point: text("_start"),
        parameters: parameters.iter().map(|parameter| Value::from(*parameter)).collect(),
        imports: Vec::new(),
    }
}

fn s3(bucket: &str, key: &str) -> S3Object {
    S3Object {
        bucket: Some(value(bucket)),
        key: Some(value(key)),
        region: None,
        endpoint: None,
        filter: None,
        version: None,
        checksum: None,
        access_key: None,
        secret_key: None,
        partition: None,
        files: Vec::new(),
        read_write: false,
    }
}

#[test]
fn the_current_form_with_modules_as_paths() {
    let file = r#"
name: sensors
type: ops
labels: {site: roof}
tasks:
  - name: publish
    engine:
      type: wasm
      params:
        entryModule: /app/publisher.wasm
        importModules: [/app/lib.wasm]
        parameters: [--once]
    env: {HOSTNAME: "env:HOSTNAME"}
    inputSources:
      - {target: /app/, alias: code, source: {type: localDirectory, params: {sourcePath: ./app}}}
    resultPaths: [{name: out, path: /out}]
    resources: {cpu: "0.001", memory: 36mb}
    publisher: {type: local}
"#;
    let mut module = wasm(ModuleSource::Path(text("/app/publisher.wasm")), &["--once"]);
    module.imports = vec![ImportModule {
        module: ModuleSource::Path(text("/app/lib.wasm")),
        names: ["/app/lib.wasm", "app/lib.wasm", "lib.wasm", "lib"].map(str::to_owned).to_vec(),
    }];
    let mut publish = task("publish", Engine::Wasm(Box::new(module)));
    publish.environment = vec![variable("HOSTNAME", reference(Reference::HostVariable("HOSTNAME".into())))];
    publish.environment.extend(system());
    let folder = Source::Local { path: value("./app"), read_write: None, create: CreateAs::Nothing };
    let mut code = input(folder, "/app");
    code.alias = Some(text("code"));
    publish.inputs = vec![code];
    publish.results = vec![result("out", "/out")];
    publish.resources = Resources { cpu: Some(at(1)), memory: Some(at(36_000_000)), ..Resources::default() };
    publish.publisher = Some(at(Publisher::Local));
    let mut expected = job(vec![publish]);
    expected.name = Some(text("sensors"));
    expected.kind = at(JobKind::Ops);
    expected.labels = vec![("site".into(), text("roof"))];
    becomes(file, &expected);
}

#[test]
fn the_current_form_with_modules_as_sources() {
    let file = r#"{"Type": "batch", "Tasks": [{"Name": "main", "Engine": {"Type": "wasm", "Params": {
        "EntryModule": {"Source": {"Type": "inline", "Params": {"URL": "data:application/wasm;base64,AGFzbQ=="}}},
        "EntryPoint": "_start", "EnvironmentVariables": {"MODE": "test"}}}}]}"#;
    let bytes = InlineContent { bytes: b"\0asm".to_vec(), archive: false };
    let entry = ModuleSource::Source { source: at(Source::Inline(bytes)), alias: None, target: None };
    let mut main = task("main", Engine::Wasm(Box::new(wasm(entry, &[]))));
    main.environment = vec![variable("MODE", "test")];
    main.environment.extend(system());
    becomes(file, &job(vec![main]));
}

#[test]
fn everything_that_write_a_specconfig_promises() {
    let file = r#"{
        "Name": "doc", "Type": "service", "Count": 3, "Priority": 50, "Namespace": "lab", "Meta": {"owner": "me"},
        "ExecutionPlan": "parallel", "UpdateStrategy": {"Type": "rolling", "MaxUnavailable": 1},
        "RestartPolicy": {"Mode": "always", "MaxAttempts": 5},
        "ErrorHandling": {"MaxAttempts": 3, "OnFailure": "retry", "BackoffStrategy": "exponential"},
        "Constraints": [{"Key": "os_arch", "Operator": "in", "Values": ["arm64", "amd64"]}],
        "Tasks": [{
            "Name": "main",
            "Engine": {"Type": "docker", "Params": {"Image": "python:3.9-slim", "Entrypoint": ["python"],
                "Parameters": ["-c", "print('hello')"], "WorkingDirectory": "/app",
                "EnvironmentVariables": {"PYTHONUNBUFFERED": "1"}}},
            "Resources": {"CPU": "1.5", "Memory": "2GB", "Disk": "10GB", "GPU": "1"},
            "InputSources": [
                {"Source": {"Type": "ipfs", "Params": {"CID": "QmHash", "Gateway": "https://ipfs.io"}}, "Target": "/inputs/data", "Alias": "dataset"},
                {"Source": {"Type": "s3", "Params": {"Bucket": "b", "Key": "k", "AccessKeyID": "id", "SecretAccessKey": "key"}}, "Target": "/inputs/s3"},
                {"Source": {"Type": "urlDownload", "Params": {"URL": "https://x.org/a", "Headers": {"Accept": "text/csv"}}}, "Target": "/inputs/url"},
                {"Source": {"Type": "inline", "Params": {"Content": "echo \"$PATH\""}}, "Target": "/inputs/run.sh"}],
            "ResultPaths": [
                {"Name": "data", "Path": "/data", "Type": "directory", "Format": "raw", "Compression": "zstd", "CompressionLevel": 3},
                {"Name": "core", "Path": "/core.*", "Type": "file"}],
            "Publisher": {"Type": "s3", "Params": {"Bucket": "b", "Key": "r/{jobID}"}},
            "Network": {"Type": "http", "Domains": ["api.example.com"], "EnableIPv6": true, "DNS": ["8.8.8.8"],
                "Policies": {"Egress": {"Ports": ["80", "443"]}}, "AllowLoopback": true,
                "Routes": [{"Match": "service.local", "Target": "internal.svc.cluster"}]},
            "Timeouts": {"ExecutionTimeout": 3600, "QueueTimeout": 300, "TotalTimeout": 4000},
            "Env": {"MODE": "test"}
        }]
    }"#;
    let mut image = container("python:3.9-slim");
    image.entrypoint = Some(vec![Element::One("python".into())]);
    image.command = Some(vec![Element::One("-c".into()), Element::One("print('hello')".into())]);
    image.working_directory = Some(value("/app"));
    let mut main = task("main", Engine::Container(Box::new(image)));
    main.environment = vec![variable("MODE", "test"), variable("PYTHONUNBUFFERED", "1")];
    main.environment.extend(system());
    main.resources = Resources {
        cpu: Some(at(1500)),
        memory: Some(at(2_000_000_000)),
        disk: Some(at(10_000_000_000)),
        gpu: Some(at(Gpu { count: Some(1), memory: None })),
        cpu_time: None,
        fuel: None,
    };
    let mut dataset =
        input(Source::Ipfs { cid: value("QmHash"), gateway: Some(value("https://ipfs.io")) }, "/inputs/data");
    dataset.alias = Some(text("dataset"));
    let mut object = s3("b", "k");
    object.access_key = Some("id".into());
    object.secret_key = Some("key".into());
    let headers = vec![("Accept".to_owned(), Value::from("text/csv"))];
    let script = InlineContent { bytes: b"echo \"$PATH\"".to_vec(), archive: false };
    main.inputs = vec![
        dataset,
        input(Source::S3(vec![object]), "/inputs/s3"),
        input(Source::Url { url: value("https://x.org/a"), headers }, "/inputs/url"),
        input(Source::Inline(script), "/inputs/run.sh"),
    ];
    let mut data = result("data", "/data");
    data.kind = Some(at(ResultKind::Directory));
    data.format = Some(at(Format::Raw));
    data.compression = Some(at(Compression::Zstd));
    data.level = Some(at(3));
    let mut core = result("core", "/core.*");
    core.kind = Some(at(ResultKind::File));
    main.results = vec![data, core];
    main.publisher = Some(at(Publisher::S3 { object: Box::new(s3("b", "r/{jobID}")), archive: true }));
    main.network = Network {
        kind: Some(at(NetworkKind::Http)),
        domains: vec![text("api.example.com")],
        ipv6: Some(at(true)),
        dns: vec![at([8, 8, 8, 8].into())],
        egress: Egress { ports: vec![at(80), at(443)], ..Egress::default() },
        loopback: Some(at(true)),
        routes: vec![Route { name: text("service.local"), target: text("internal.svc.cluster") }],
        ports: Vec::new(),
    };
    main.timeouts =
        Timeouts { execution: Some(seconds(3600)), queue: Some(seconds(300)), total: Some(seconds(4000)) };
    main.restart = Some(Restart { mode: at(RestartMode::Always), attempts: Some(at(5)) });
    main.retry = Some(Retry { attempts: at(3), backoff: Backoff::Exponential });
    let mut expected = job(vec![main]);
    expected.name = Some(text("doc"));
    expected.namespace = Some(text("lab"));
    expected.kind = at(JobKind::Service);
    expected.priority = Some(at(50));
    expected.replicas.count = at(3);
    expected.replicas.order = at(Order::Parallel);
    expected.meta = vec![("owner".into(), at(Data::Text("me".into())))];
    let values = vec!["arm64".to_owned(), "amd64".to_owned()];
    expected.constraints = vec![at(Constraint { key: "os_arch".into(), operator: Operator::In, values })];
    expected.update = Some(UpdateStrategy { kind: text("rolling"), max_unavailable: Some(at(1)) });
    becomes(file, &expected);
}

#[test]
fn the_legacy_form() {
    let file = r#"
APIVersion: V1beta1
Spec:
  Engine: Wasm
  Publisher: S3
  PublisherSpec: {Type: S3, Params: {bucket: b, key: k}}
  Wasm:
    EntryModule: {StorageSource: URLDownload, URL: "https://x.org/main.wasm"}
    EntryPoint: _start
    Parameters: [-v]
    EnvironmentVariables: {MODE: test}
    ImportModules: [{StorageSource: IPFS, CID: QmLib, Name: easter}]
  Resources: {CPU: 500m, Memory: 1Gb, GPU: ""}
  Timeout: 1800.5
  inputs:
    - {StorageSource: RepoCloneLFS, Repo: "https://x.org/r.git", path: /repo}
    - {StorageSource: LocalDirectory, SourcePath: /data, ReadWrite: true, path: /data}
  outputs: [{StorageSource: IPFS, Name: outputs, path: /outputs}]
  Annotations: [nightly]
  NodeSelectors: [{Key: owner, Operator: "!=", Values: [bacalhau]}]
  Deal: {TargetingMode: true, Concurrency: 1}
"#;
    let entry = ModuleSource::Source {
        source: at(Source::Url { url: value("https://x.org/main.wasm"), headers: Vec::new() }),
        alias: None,
        target: None,
    };
    let mut module = wasm(entry, &["-v"]);
    module.imports = vec![ImportModule {
        module: ModuleSource::Source {
            source: at(Source::Ipfs { cid: value("QmLib"), gateway: None }),
            alias: Some(text("easter")),
            target: None,
        },
        names: vec!["easter".into(), "QmLib".into()],
    }];
    let mut main = task("main", Engine::Wasm(Box::new(module)));
    main.environment = [variable("MODE", "test")].into_iter().chain(system()).collect();
    // Sizes of the legacy form count in 1024s.
    main.resources = Resources { cpu: Some(at(500)), memory: Some(at(1 << 30)), ..Resources::default() };
    main.timeouts.execution = Some(seconds(1801));
    let shared =
        Source::Local { path: value("/data"), read_write: Some(at(true)), create: CreateAs::Nothing };
    main.inputs = vec![
        input(Source::Git { repository: value("https://x.org/r.git"), lfs: true }, "/repo"),
        input(shared, "/data"),
    ];
    main.results = vec![result("outputs", "/outputs")];
    main.publisher = Some(at(Publisher::S3 { object: Box::new(s3("b", "k")), archive: false }));
    let mut expected = job(vec![main]);
    expected.kind = at(JobKind::Ops);
    expected.labels = vec![("nightly".into(), text(""))];
    expected.constraints = vec![at(Constraint {
        key: "owner".into(),
        operator: Operator::NotEquals,
        values: vec!["bacalhau".into()],
    })];
    becomes(file, &expected);
}

#[test]
fn an_ipvm_task() {
    let file = r#"{"with": "ipfs://QmModule", "do": "wasm32-wasi/run", "inputs": {
        "entrypoint": "_start", "parameters": ["a"], "modules": ["ipfs://QmLib"],
        "mounts": {"/in": "https://x.org/in.csv"}, "outputs": {"/out/": ""}, "env": {"K": "v"}},
        "meta": {"bacalhau/config": {"resources": {"cpu": 1, "memory": 1048576}, "timeout": 300E9}}}"#;
    let entry = ModuleSource::Source {
        source: at(Source::Ipfs { cid: value("QmModule"), gateway: None }),
        alias: None,
        target: Some(text("/job")),
    };
    let mut module = wasm(entry, &["a"]);
    module.imports = vec![ImportModule {
        module: ModuleSource::Source {
            source: at(Source::Ipfs { cid: value("QmLib"), gateway: None }),
            alias: None,
            target: None,
        },
        names: vec!["QmLib".into()],
    }];
    let mut main = task("main", Engine::Wasm(Box::new(module)));
    main.environment = [variable("K", "v")].into_iter().chain(system()).collect();
    main.inputs = vec![
        input(Source::Ipfs { cid: value("QmModule"), gateway: None }, "/job"),
        input(Source::Url { url: value("https://x.org/in.csv"), headers: Vec::new() }, "/in"),
    ];
    main.results = vec![result("out", "/out")];
    main.resources = Resources { cpu: Some(at(1)), memory: Some(at(1 << 20)), ..Resources::default() };
    main.timeouts.execution = Some(seconds(300));
    becomes(file, &job(vec![main]));
}
