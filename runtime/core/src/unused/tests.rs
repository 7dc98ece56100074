//! Every field of the model has somebody who acts upon it, or it is told that it has no effect.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dayfly_spec::Source;
use dayfly_spec::model::{
    Capture, CreateVolume, Delivery, DeliveryRoute, Dependency, Engine, EnvironmentEntry, Gpu, Job, Located,
    Origin, Reference, Source as Input, Value,
};
use dayfly_spec::model::{Condition, Publisher, S3Object};

use crate::{Core, HostPolicy};

/// What becomes of a field.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// This file acts upon it.
    Used(&'static str),
    /// A warning about what stands here says that it has no effect.
    Told(&'static str),
    /// What it belongs to is refused as a whole.
    Refused(&'static str),
    /// It asks for nothing: a note of people and of programs that embed dayfly.
    Note,
}

use Fate::{Note, Refused, Told, Used};

const DOCKER: &str = "no `docker` engine";
const FUNCTION: &str = "is a function";
const RESOLVED: &str = "can't be known";

/// Every field of the model. Fields of a type that is made as one stand together.
const FATES: &[(&str, &[&str], Fate)] = &[
    ("Job", &["name", "kind"], Used("execution.rs")),
    ("Job", &["replicas", "tasks", "flow"], Used("flow.rs")),
    ("Job", &["constraints"], Used("constraints.rs")),
    ("Job", &["namespace", "labels", "meta"], Note),
    ("Job", &["priority"], Told("Priority")),
    ("Job", &["update"], Told("UpdateStrategy.Type")),
    ("Job", &["deployment"], Told("deployment")),
    ("Job", &["delivery"], Told("definition")),
    ("Job", &["ssh_keys"], Told("key")),
    ("Replicas", &["count", "order"], Used("flow.rs")),
    ("Constraint", &["key", "operator", "values"], Used("constraints.rs")),
    ("UpdateStrategy", &["kind"], Told("UpdateStrategy.Type")),
    ("UpdateStrategy", &["max_unavailable"], Told("UpdateStrategy.MaxUnavailable")),
    ("Delivery", &["definition"], Told("definition")),
    ("Delivery", &["results"], Told("results")),
    // The routes of a delivery, and those of a network.
    ("Route", &["listen", "endpoint"], Told("definition")),
    ("Route", &["name", "target"], Used("egress.rs")),
    ("Flow", &["stages", "on_failure"], Used("flow.rs")),
    ("Stage", &["tasks"], Used("flow.rs")),
    ("Stage", &["name"], Note),
    ("Task", &["name", "engine", "environment", "publisher"], Used("execution.rs")),
    ("Task", &["inputs"], Used("stage.rs")),
    ("Task", &["results"], Used("results.rs")),
    ("Task", &["resources", "timeouts"], Used("limits.rs")),
    ("Task", &["after"], Refused("waits for another one")),
    ("Task", &["meta"], Note),
    ("Task", &["http"], Refused(FUNCTION)),
    ("HttpFunction", &["routes", "methods", "hosts", "concurrency", "reuse"], Refused(FUNCTION)),
    ("Task", &["captures"], Told("capture")),
    ("Task", &["network"], Used("egress.rs")),
    ("Task", &["grants"], Used("grants.rs")),
    ("Grants", &["config", "stores", "log"], Used("grants.rs")),
    ("Task", &["retry"], Told("ErrorHandling.MaxAttempts")),
    ("Task", &["restart"], Told("RestartPolicy.Mode")),
    ("Dependency", &["task", "until", "stop_with"], Refused("waits for another one")),
    ("Retry", &["attempts", "backoff"], Told("ErrorHandling.MaxAttempts")),
    ("Restart", &["mode"], Told("RestartPolicy.Mode")),
    ("Restart", &["attempts"], Told("RestartPolicy.MaxAttempts")),
    ("EnvironmentEntry::Variable", &["name", "value"], Used("reference.rs")),
    ("Input", &["source", "target", "alias"], Used("stage.rs")),
    ("Source::Local", &["path", "read_write", "create"], Used("source.rs")),
    ("InlineContent", &["bytes", "archive"], Used("source.rs")),
    ("Source::Url", &["url", "headers"], Refused("no source `urlDownload`")),
    ("Source::S3PreSigned", &["url", "object"], Refused("no source `s3PreSigned`")),
    ("Source::Ipfs", &["cid", "gateway"], Refused("no source `ipfs`")),
    ("Source::Git", &["repository", "lfs"], Refused("no source `git`")),
    (
        "Source::HuggingFace",
        &["repository", "revision", "files", "token"],
        Refused("no source `huggingFace`"),
    ),
    ("Source::Ollama", &["model"], Refused("no source `ollama`")),
    (
        "S3Object",
        &[
            "bucket",
            "key",
            "region",
            "endpoint",
            "filter",
            "version",
            "checksum",
            "access_key",
            "secret_key",
            "partition",
            "files",
            "read_write",
        ],
        Refused("no source `s3`"),
    ),
    ("Partition", &["kind", "pattern", "start", "end", "date_format"], Refused("no source `s3`")),
    ("ResultPath", &["name", "path", "kind"], Used("results.rs")),
    ("ResultPath", &["format"], Told("Tasks[0].ResultPaths[0].Format")),
    ("ResultPath", &["compression"], Told("Tasks[0].ResultPaths[0].Compression")),
    ("ResultPath", &["level"], Told("Tasks[0].ResultPaths[0].CompressionLevel")),
    ("Publisher::S3", &["object", "archive"], Refused("no publisher `s3`")),
    ("Capture", &["name", "pattern", "streams"], Told("capture")),
    ("Resources", &["cpu", "memory", "disk", "cpu_time", "fuel"], Used("limits.rs")),
    ("Resources", &["gpu"], Used("admission.rs")),
    ("Gpu", &["count"], Used("admission.rs")),
    ("Gpu", &["memory"], Refused("asks for a GPU")),
    ("Timeouts", &["execution", "queue", "total"], Used("limits.rs")),
    ("Network", &["kind", "domains", "ipv6", "dns", "egress", "loopback", "routes"], Used("egress.rs")),
    ("Network", &["ports"], Told("Tasks[0].Network.Ports[0].Name")),
    ("Egress", &["ports"], Used("egress.rs")),
    ("Egress", &["sent", "rate"], Used("limits.rs")),
    ("PortMapping", &["name", "host", "guest", "address"], Told("Tasks[0].Network.Ports[0].Name")),
    ("Wasm", &["entry", "entry_point", "imports"], Used("stage.rs")),
    ("Wasm", &["parameters"], Used("execution.rs")),
    ("ModuleSource::Source", &["source", "alias"], Used("stage.rs")),
    // What a module may be imported by is known when the file is read.
    ("ModuleSource::Source", &["target"], Used("spec/src/dialects/bacalhau/wasm.rs")),
    ("ImportModule", &["module", "names"], Used("stage.rs")),
    ("CreateVolume", &["name"], Refused("no `volume` engine")),
    (
        "Container",
        &[
            "image",
            "entrypoint",
            "command",
            "working_directory",
            "volumes",
            "ports",
            "aliases",
            "private",
            "credentials",
            "trusted",
        ],
        Refused(DOCKER),
    ),
    ("VolumeMount", &["name", "target"], Refused(DOCKER)),
    ("Port", &["port", "kind", "checks"], Refused(DOCKER)),
    ("Credentials", &["username", "password", "server"], Refused(DOCKER)),
    ("ReadinessCheck", &["probe", "continuous", "restart"], Refused(DOCKER)),
    ("ReadinessProbe::Http", &["path", "method", "status", "headers", "body"], Refused(DOCKER)),
    ("ReadinessProbe::WebSocket", &["response"], Refused(DOCKER)),
    // Lists that are known only at run time are parts of containers and of their sources.
    ("Element::Spread", &["json", "chunked"], Refused(DOCKER)),
    ("Reference::TaskEndpoint", &["task", "port"], Refused(RESOLVED)),
    ("Reference::TaskResult", &["task", "key"], Refused(RESOLVED)),
];

/// A job that asks for all that can be asked for without being refused.
fn asking() -> (Job, Source) {
    let text = r#"
Type: service
Priority: 5
UpdateStrategy: {Type: rolling, MaxUnavailable: 1}
RestartPolicy: {Mode: always, MaxAttempts: 5}
ErrorHandling: {MaxAttempts: 3, BackoffStrategy: linear}
Tasks:
  - Name: main
    Engine: {Type: noop}
    Network:
      Type: bridge
      EnableIPv6: true
      DNS: [8.8.8.8]
      Policies: {Egress: {Ports: ["80"]}}
      AllowLoopback: true
      Routes: [{Match: a.example.com, Target: b.example.com}]
      Ports: [{Name: web, Target: 80}]
    ResultPaths: [{Name: out, Path: /out, Format: csv, Compression: gzip, CompressionLevel: 3}]
"#;
    let source = Source::new("job.yaml", text);
    let mut job = dayfly_spec::read(&source, &dayfly_spec::Options::default()).job.unwrap();
    job.deployment = Some(at("deployment", "d".to_owned()));
    let route = |name: &'static str| DeliveryRoute { listen: false, endpoint: Some(at(name, "x".into())) };
    job.delivery = Some(Delivery { definition: Some(route("definition")), results: Some(route("results")) });
    job.ssh_keys = vec![at("key", "k".to_owned())];
    let task = &mut job.tasks[0];
    task.network.domains = vec![at("domain", "example.com".to_owned())];
    let (name, pattern) = (at("capture", "c".to_owned()), at("pattern", "x".to_owned()));
    task.captures = vec![Capture { name, pattern, streams: Vec::new() }];
    (job, source)
}

/// Jobs that are refused, each for one thing.
fn refused() -> Vec<Job> {
    let plain = || Job::parse("Tasks: [{Name: main, Engine: {Type: noop}}]").unwrap();
    let with = |change: &dyn Fn(&mut Job)| {
        let mut job = plain();
        change(&mut job);
        job
    };
    let engine = |engine: &str| Job::parse(&format!("Tasks: [{{Name: main, Engine: {engine}}}]")).unwrap();
    let input = |source: Input| {
        with(&|job| {
            let (source, target) = (at("", source.clone()), at("", "/in".to_owned()));
            job.tasks[0].inputs = vec![dayfly_spec::model::Input { source, target, alias: None }];
        })
    };
    let value = || at("", Value::from("x"));
    let variable = |reference: Reference| {
        with(&|job| {
            let value = Value::Reference(at("", reference.clone()));
            let name = at("", "A".to_owned());
            job.tasks[0].environment = vec![EnvironmentEntry::Variable { name, value }];
        })
    };
    let task = || "main".to_owned();
    vec![
        engine("{Type: docker, Params: {Image: x}}"),
        Job::parse(
            "Type: service\nTasks: [{Name: main, Engine: {Type: wasm, Params: {EntryModule: main.wasm}}, Meta: {http.route: /}}]",
        )
        .unwrap(),
        with(&|job| {
            job.tasks[0].engine = Engine::CreateVolume(CreateVolume { name: at("", "v".to_owned()) });
        }),
        with(&|job| {
            job.tasks[0].engine =
                engine("{Type: wasm, Params: {EntryModule: main.wasm}}").tasks.remove(0).engine;
            job.tasks[0].resources.gpu = Some(at("", Gpu { count: Some(1), memory: Some(1) }));
        }),
        with(&|job| {
            job.tasks[0].after = vec![Dependency { task: 0, until: Condition::Ready, stop_with: false }];
        }),
        with(&|job| {
            let object = Box::new(bucket());
            job.tasks[0].publisher = Some(at("", Publisher::S3 { object, archive: true }));
        }),
        input(Input::Url { url: value(), headers: Vec::new() }),
        input(Input::S3(vec![bucket()])),
        input(Input::S3PreSigned { url: value(), object: None }),
        input(Input::Ipfs { cid: value(), gateway: None }),
        input(Input::Git { repository: value(), lfs: false }),
        input(Input::HuggingFace { repository: value(), revision: None, files: Vec::new(), token: None }),
        input(Input::Ollama { model: value() }),
        variable(Reference::TaskEndpoint { task: task(), port: 80 }),
        variable(Reference::TaskResult { task: task(), key: "k".to_owned() }),
    ]
}

fn at<T>(change: &'static str, value: T) -> Located<T> {
    Located::new(value, Origin::unwritten(change))
}

fn bucket() -> S3Object {
    S3Object {
        bucket: None,
        key: None,
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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every field of every type of the model, as `Type` or `Type::Variant` and the field's name. What only carries
/// values (`Located`, `Origin`) is left out.
fn fields() -> BTreeSet<(String, String)> {
    let mut fields = BTreeSet::new();
    for entry in fs::read_dir(root().join("spec/src/model")).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("origin.rs") {
            continue;
        }
        let (mut item, mut variant) = (None::<String>, None::<String>);
        for line in fs::read_to_string(&path).unwrap().lines() {
            let word =
                |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
            if let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
                item = line.ends_with('{').then(|| word(rest).unwrap());
            } else if line.starts_with('}') || line.starts_with("impl") {
                item = None;
            }
            let Some(of) = &item else { continue };
            if let Some(rest) = line.strip_prefix("    pub ") {
                fields.insert((of.clone(), word(rest).unwrap()));
            } else if line.starts_with("    ") && line.ends_with(" {") && !line.starts_with("     ") {
                variant = word(line.trim());
            } else if line == "    }," {
                variant = None;
            } else if let (Some(variant), Some((field, _))) = (&variant, line.split_once(": "))
                && field.starts_with("        ")
                && !field.contains("//")
            {
                fields.insert((format!("{of}::{variant}"), field.trim().to_owned()));
            }
        }
    }
    fields
}

#[test]
fn every_field_of_the_model_has_one_fate() {
    let mut known = BTreeMap::new();
    for (of, fields, fate) in FATES {
        for field in *fields {
            let before = known.insert(((*of).to_owned(), (*field).to_owned()), fate);
            assert!(before.is_none(), "{of}.{field} stands there twice");
        }
    }
    let (known, there) = (known.keys().cloned().collect::<BTreeSet<_>>(), fields());
    assert!(there.len() > 100, "{there:?}");
    let forgotten: Vec<_> = there.difference(&known).collect();
    assert!(forgotten.is_empty(), "say what becomes of {forgotten:?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "the model has none of {gone:?}");
}

#[test]
fn what_acts_upon_a_field_names_it() {
    for (of, fields, fate) in FATES {
        let Used(file) = fate else { continue };
        let path = match file.contains('/') {
            true => root().join(file),
            false => root().join("runtime/core/src").join(file),
        };
        let mut text = fs::read_to_string(&path).unwrap();
        // A room and what lies behind it.
        if let Ok(entries) = fs::read_dir(path.with_extension("")) {
            let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
            files.for_each(|path| text.push_str(&fs::read_to_string(path).unwrap()));
        }
        let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let words: BTreeSet<_> =
            code.iter().flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
        for field in *fields {
            assert!(words.contains(field), "{file} never names {of}.{field}");
        }
    }
}

#[test]
fn what_has_no_effect_is_told_with_its_place() {
    let (job, source) = asking();
    let warnings = super::warnings(&job, &HostPolicy::default(), Some(&source));
    for (of, fields, fate) in FATES {
        let Told(change) = fate else { continue };
        let told = warnings.iter().find(|warning| warning.contains(&format!("`{change}` has no effect")));
        let told = told.unwrap_or_else(|| panic!("nothing is said of {of}.{fields:?}: {warnings:#?}"));
        assert!(!change.contains('.') || told.starts_with("job.yaml:"), "{told}");
    }
    assert!(warnings[1].starts_with("job.yaml:3:11: `Priority` has no effect: "), "{}", warnings[1]);
    let silent = Job::parse(
        "Priority: 0\nRestartPolicy: {Mode: never}\nTasks: [{Name: a, Engine: {Type: noop}, Timeouts: {QueueTimeout: 0}, \
         Network: {Type: none, AllowLoopback: false}, ResultPaths: [{Name: a, Path: /a, Format: raw, Compression: none}]}]",
    );
    assert!(super::warnings(&silent.unwrap(), &HostPolicy::default(), None).is_empty());
}

#[test]
fn warnings_stand_in_the_order_of_the_file() {
    let text = r#"
Tasks:
  - Name: main
    ResultPaths: [{Name: out, Path: /out, Compression: gzip}]
    Timeouts: {ExecutionTimeout: 60}
    Resources: {CPU: "1"}
    Engine: {Type: noop}
ExecutionPlan: sequential
Priority: 5
"#;
    let source = Source::new("job.yaml", text);
    let job = dayfly_spec::read(&source, &dayfly_spec::Options::default()).job.unwrap();
    let warnings = super::warnings(&job, &HostPolicy::default(), Some(&source));
    let lines: Vec<_> = warnings.iter().map(|warning| warning.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["4", "5", "6", "8", "9"], "{warnings:#?}");
    assert!(warnings[3].contains("`ExecutionPlan` has no effect: there is one replica"), "{warnings:#?}");
}

#[tokio::test]
async fn what_a_guest_would_get_has_no_effect_where_none_runs() {
    let text = "Tasks: [{Name: a, Engine: {Type: noop}, Env: {A: b, C: d}, Timeouts: {ExecutionTimeout: 5}, \
                Meta: {wasi.config.a: b, wasi.keyvalue.a: memory, wasi.logging: info}, \
                Resources: {CPU: 2, Memory: 1GB, Disk: 1GB, GPU: 1}}]";
    let source = Source::new("job.yaml", text);
    let job = dayfly_spec::read(&source, &dayfly_spec::Options::default()).job.unwrap();
    let warnings = super::warnings(&job, &HostPolicy::default(), Some(&source));
    let fields: Vec<_> = warnings.iter().map(|warning| warning.split('`').nth(1).unwrap()).collect();
    let resources = ["CPU", "Memory", "Disk", "GPU"].map(|field| format!("Resources.{field}"));
    let grants = ["config.a", "keyvalue.a", "logging"].map(|grant| format!("Meta.wasi.{grant}"));
    let expected =
        ["Env.A", "Timeouts.ExecutionTimeout"].map(str::to_owned).into_iter().chain(grants).chain(resources);
    assert_eq!(fields, expected.map(|field| format!("Tasks[0].{field}")).collect::<Vec<_>>());
    assert!(warnings.iter().all(|warning| warning.ends_with("`noop` runs nothing")), "{warnings:#?}");
    let home = tempfile::tempdir().unwrap();
    let plan = Core::builder(home.path().join("home")).build().plan(&job).await;
    assert!(plan.runs, "{:?}", plan.findings);
}

#[test]
fn more_than_a_core_is_told_where_a_guest_has_one_thread() {
    for (cpu, told) in [("500m", false), ("1", false), ("1.5", true), ("64", true)] {
        let text = format!(
            "Tasks: [{{Name: a, Engine: {{Type: wasm, Params: {{EntryModule: a.wasm}}}}, Resources: {{CPU: {cpu}}}}}]"
        );
        let warnings = super::warnings(&Job::parse(&text).unwrap(), &HostPolicy::default(), None);
        let said = warnings
            .iter()
            .any(|warning| warning.contains("`Tasks[0].Resources.CPU` has no effect: a guest"));
        assert_eq!(said, told, "{cpu}: {warnings:?}");
    }
}

#[tokio::test]
async fn what_can_not_be_done_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).build();
    let mut reasons = Vec::new();
    for job in refused() {
        let plan = core.plan(&job).await;
        assert!(matches!(plan.exit_code, 65 | 69) && !plan.runs, "{job:?}: {:?}", plan.findings);
        reasons.extend(plan.findings.into_iter().map(|finding| finding.reason));
    }
    for (of, fields, fate) in FATES {
        let Refused(what) = fate else { continue };
        assert!(reasons.iter().any(|reason| reason.contains(what)), "{of}.{fields:?}: {reasons:#?}");
    }
}
