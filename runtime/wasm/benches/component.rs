//! Starting a component that says hello, on a thread that is ready: as dayfly does, with its files, its streams and all
//! limits, beside wasmtime and its own WASI alone with the same engine. Both say it to a file. The first may take 1.3 times
//! the second at most.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

mod place;

use criterion::{Criterion, criterion_group, criterion_main};
use dayfly_core::{Egress, Ending};
use dayfly_wasm::WasmExecutor;
use dayfly_wasm::testing::WarmComponent;
use place::Place;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::OutputFile;
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

const HELLO: &str = r#"(component
    (import "wasi:io/error@0.2.6" (instance $errors (export "error" (type (sub resource)))))
    (alias export $errors "error" (type $error))
    (import "wasi:io/streams@0.2.6" (instance $streams
        (export "output-stream" (type $output (sub resource)))
        (alias outer 1 $error (type $e))
        (type $failed (variant (case "last-operation-failed" (own $e)) (case "closed")))
        (export "stream-error" (type $stream-error (eq $failed)))
        (export "[method]output-stream.blocking-write-and-flush" (func
            (param "self" (borrow $output)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
    (alias export $streams "output-stream" (type $output))
    (import "wasi:cli/stdout@0.2.6" (instance $stdout
        (alias outer 1 $output (type $o)) (export "get-stdout" (func (result (own $o))))))
    (core module $memory (memory (export "memory") 1) (data (i32.const 8) "hello\n"))
    (core instance $m (instantiate $memory))
    (alias core export $m "memory" (core memory $mem))
    (core func $get (canon lower (func $stdout "get-stdout")))
    (core func $write (canon lower
        (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem)))
    (core func $drop (canon resource.drop $output))
    (core module $hello
        (import "host" "get" (func $get (result i32)))
        (import "host" "write" (func $write (param i32 i32 i32 i32)))
        (import "host" "drop" (func $drop (param i32)))
        (import "m" "memory" (memory 1))
        (func (export "run") (result i32) (local $out i32)
            (local.set $out (call $get))
            (call $write (local.get $out) (i32.const 8) (i32.const 6) (i32.const 32))
            (call $drop (local.get $out))
            (i32.load8_u (i32.const 32))))
    (core instance $i (instantiate $hello
        (with "m" (instance $m))
        (with "host" (instance (export "get" (func $get)) (export "write" (func $write)) (export "drop" (func $drop))))))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $command (export "run" (func $run)))
    (export "wasi:cli/run@0.2.6" (instance $command)))"#;

/// What wasmtime's own WASI works on.
struct Bare {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Bare {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl Bare {
    fn new(place: &Place) -> Bare {
        let stdout = OutputFile::new(place.stream());
        Bare {
            wasi: WasiCtxBuilder::new().arg("hello.wat").stdout(stdout).build(),
            table: ResourceTable::new(),
        }
    }
}

fn component(criterion: &mut Criterion) {
    let place = Place::new("hello.wat", HELLO, Egress::none());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let executor = WasmExecutor::builder().build().unwrap();
    let warm = tokio.block_on(WarmComponent::new(&executor, &place.start())).unwrap();
    let (store, code) = warm.bare(Bare::new(&place)).unwrap();
    let mut linker = Linker::new(store.engine());
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    let bare = CommandPre::new(linker.instantiate_pre(code).unwrap()).unwrap();
    let mut group = criterion.benchmark_group("hello component");
    group.bench_function("bare", |bencher| {
        bencher.iter(|| {
            tokio.block_on(async {
                let (mut store, _) = warm.bare(Bare::new(&place)).unwrap();
                let command = bare.instantiate_async(&mut store).await.unwrap();
                command.wasi_cli_run().call_run(&mut store).await.unwrap().unwrap();
            });
        });
    });
    group.bench_function("dayfly", |bencher| {
        bencher.iter(|| {
            let ended = tokio.block_on(warm.run(place.start()));
            assert!(matches!(ended.ending, Ending::Exited(0)), "{:?}", ended.ending);
        });
    });
    group.finish();
}

criterion_group!(benches, component);
criterion_main!(benches);
