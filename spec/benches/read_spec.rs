//! Reading job files: the smallest one, a usual one, and one of a megabyte, in JSON and in YAML.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dayfly_spec::{Options, Source, read};

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
    let small_json = r#"{"Name": "hello", "Type": "batch", "Tasks": [
        {"Name": "main", "Engine": {"Type": "wasm", "Params": {"EntryModule": "hello.wasm"}}}]}"#;
    let mut group = criterion.benchmark_group("read_spec");
    for (name, text) in [
        ("small.yaml", SMALL),
        ("small.json", small_json),
        ("usual.yaml", USUAL),
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
    group.finish();
}

criterion_group!(benches, read_spec);
criterion_main!(benches);
