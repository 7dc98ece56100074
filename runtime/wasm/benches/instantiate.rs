//! Starting a module that does nothing on a thread that is ready: as dayfly does, with its files, its streams and all
//! limits, beside wasmtime alone with the same engine. The first may take 1.5 times the second at most.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

mod place;

use criterion::{Criterion, criterion_group, criterion_main};
use dayfly_core::{Egress, Ending};
use dayfly_wasm::WasmExecutor;
use dayfly_wasm::testing::Warm;
use place::Place;

const NOOP: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

fn instantiate(criterion: &mut Criterion) {
    let place = Place::new("noop.wat", NOOP, Egress::none());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let executor = WasmExecutor::builder().build().unwrap();
    let warm = tokio.block_on(Warm::new(&executor, &place.start())).unwrap();
    let mut group = criterion.benchmark_group("instantiate and call");
    group.bench_function("bare", |bencher| {
        bencher.iter(|| tokio.block_on(warm.run_bare()).unwrap());
    });
    group.bench_function("dayfly", |bencher| {
        bencher.iter(|| {
            let ended = tokio.block_on(warm.run(place.start()));
            assert!(matches!(ended.ending, Ending::Exited(0)), "{:?}", ended.ending);
        });
    });
    group.finish();
}

criterion_group!(benches, instantiate);
criterion_main!(benches);
