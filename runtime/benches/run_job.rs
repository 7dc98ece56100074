//! A job that does nothing, from the model to its folder, in process: staged, run under limits on a thread of its
//! own, recorded. The first run compiles; what is measured comes after it.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dayfly::{Job, Runtime, Status};

const JOB: &str = r#"
Name: noop
Tasks:
  - Name: main
    Engine:
      Type: wasm
      Params:
        EntryModule:
          Source: {Type: inline, Params: {Content: '(module (memory (export "memory") 1) (func (export "_start")))'}}
          Target: /noop.wat
"#;

fn run_job(criterion: &mut Criterion) {
    let home = tempfile::tempdir().unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = Runtime::builder().home(home.path()).build().unwrap();
    let job = Job::parse(JOB).unwrap();
    let mut group = criterion.benchmark_group("run_job");
    group.throughput(Throughput::Elements(1));
    group.bench_function("noop", |bencher| {
        bencher.iter(|| {
            let outcome = tokio.block_on(async { runtime.run(&job).await });
            assert_eq!(outcome.status, Status::Succeeded, "{outcome:?}");
        });
    });
    group.finish();
}

criterion_group!(benches, run_job);
criterion_main!(benches);
