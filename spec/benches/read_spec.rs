//! Reading job files: the smallest one, a usual one, one of 2 KB and one of a megabyte, in JSON and in YAML; and what
//! others take for the same bytes, without places, checks or a model.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dayfly_spec::{Options, Source, read};
use saphyr_parser::Parser;

const SMALL: &str = "Name: hello
Type: batch
Tasks:
  - Name: main
    Engine: {Type: wasm, Params: {EntryModule: hello.wasm}}
";

const USUAL: &str = "Name: count
Type: batch
Count: 1
Labels: {team: data, purpose: report}
Tasks:
  - Name: main
    Engine:
      Type: wasm
      Params:
        EntryModule: count.wasm
        Parameters: [--words, /texts]
    Env: {LANGUAGE: en, LEVEL: info}
    InputSources:
      - Source: {Type: localDirectory, Params: {SourcePath: texts}}
        Target: /texts
      - Source: {Type: inline, Params: {URL: 'data:text/plain;base64,SGVsbG8='}}
        Target: /greeting
    ResultPaths:
      - {Name: counts, Path: /counts}
    Resources: {CPU: 500m, Memory: 64MB, Disk: 100MB}
    Timeouts: {ExecutionTimeout: 60}
";

/// Two of the usual tasks, with what a longer file says besides: two kilobytes.
fn typical() -> String {
    let (job, task) = USUAL.split_once("Tasks:\n  - Name: main\n").unwrap();
    let more = "    Network: {Type: HTTP, Domains: [data.example.com, '*.example.org']}
    Meta:
      owner: the team that looks after reports
      purpose: >
        Counts the words of all texts of the day, and leaves
        a table of them where the next task can find it.
";
    let constraints = "Constraints: [{Key: os_type, Operator: '=', Values: [linux]}]";
    format!(
        "# Every night.\n{job}{constraints}\nTasks:\n  - Name: main\n{task}{more}  - Name: report\n{task}{more}"
    )
}

/// The usual job with variables until it has a megabyte, in YAML and in JSON.
fn large() -> (String, String) {
    let names = || (0..).map(|number| (format!("VARIABLE_{number:06}"), "a value of usual length"));
    let (mut yaml, mut json) = (String::new(), String::new());
    for (name, value) in names() {
        if yaml.len() > 1 << 20 {
            break;
        }
        yaml.push_str(&format!("      {name}: {value}\n"));
        json.push_str(&format!("\"{name}\": \"{value}\",\n"));
    }
    let json = json.trim_end_matches(",\n");
    (
        format!(
            "Name: n\nType: batch\nTasks:\n  - Name: t\n    Engine: {{Type: wasm, Params: {{EntryModule: m.wasm}}}}\n    Env:\n{yaml}"
        ),
        format!(
            r#"{{"Name": "n", "Type": "batch", "Tasks": [{{"Name": "t",
            "Engine": {{"Type": "wasm", "Params": {{"EntryModule": "m.wasm"}}}}, "Env": {{{json}}}}}]}}"#
        ),
    )
}

fn read_spec(criterion: &mut Criterion) {
    let (large_yaml, large_json) = large();
    let typical_yaml = typical();
    let typical_json = as_json(&typical_yaml);
    let small_json = r#"{"Name": "hello", "Type": "batch", "Tasks": [
        {"Name": "main", "Engine": {"Type": "wasm", "Params": {"EntryModule": "hello.wasm"}}}]}"#;
    let mut group = criterion.benchmark_group("read_spec");
    for (name, text) in [
        ("small.yaml", SMALL),
        ("small.json", small_json),
        ("usual.yaml", USUAL),
        ("typical.yaml", &typical_yaml),
        ("typical.json", &typical_json),
        ("large.yaml", &large_yaml),
        ("large.json", &large_json),
    ] {
        let options = Options::default();
        let parsed = read(&Source::new(name, text), &options);
        assert!(parsed.job.is_some(), "{name}: {:?}", parsed.diagnostics.first());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(&Source::new(name, text)), &options));
        });
    }
    let template = typical_yaml.replace("LEVEL: info", "LEVEL: {{.level}}").replace("64MB", "{{or .memory}}");
    let options = Options::default().variable("level", "info").variable("memory", "64MB");
    assert!(read(&Source::new("template.yaml", template.as_str()), &options).job.is_some());
    group.throughput(Throughput::Bytes(template.len() as u64));
    group.bench_function("template.yaml", |bencher| {
        bencher.iter(|| read(black_box(&Source::new("template.yaml", template.as_str())), &options));
    });
    group.finish();
    others(criterion, &[("typical", &typical_yaml, &typical_json), ("large", &large_yaml, &large_json)]);
}

/// The same bytes by others: into a tree for JSON and YAML, and into events alone for YAML. Beside them reading
/// without a model: what lies below a key that no form of job file has is read with its places, and no further.
fn others(criterion: &mut Criterion, files: &[(&str, &str, &str)]) {
    let options = Options::default();
    let mut group = criterion.benchmark_group("others");
    for (name, yaml, json) in files {
        let below = [format!("data:\n  {}", yaml.replace('\n', "\n  ")), format!("{{\"data\": {json}}}")];
        for (kind, text) in ["yaml", "json"].into_iter().zip(&below) {
            assert_eq!(read(&Source::new("data", text.as_str()), &options).diagnostics.len(), 1);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name}.{kind} read alone"), |bencher| {
                bencher.iter(|| read(black_box(&Source::new("data", text.as_str())), &options));
            });
        }
        group.throughput(Throughput::Bytes(yaml.len() as u64));
        group.bench_function(format!("{name}.yaml serde_yaml_ng"), |bencher| {
            bencher.iter(|| serde_yaml_ng::from_str::<serde_yaml_ng::Value>(black_box(yaml)).unwrap());
        });
        group.bench_function(format!("{name}.yaml saphyr-parser"), |bencher| {
            bencher.iter(|| Parser::new_from_str(black_box(yaml)).map(Result::unwrap).count());
        });
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_function(format!("{name}.json serde_json"), |bencher| {
            bencher.iter(|| serde_json::from_str::<serde_json::Value>(black_box(json)).unwrap());
        });
    }
    group.finish();
}

/// What YAML says, in JSON.
fn as_json(yaml: &str) -> String {
    serde_json::to_string_pretty(&serde_yaml_ng::from_str::<serde_json::Value>(yaml).unwrap()).unwrap()
}

criterion_group!(benches, read_spec);
criterion_main!(benches);
