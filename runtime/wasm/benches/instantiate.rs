//! Starting a module that does nothing on a thread that is ready: as dayfly does, with its files, its streams and all
//! limits, beside wasmtime alone with the same engine. The first may take 1.5 times the second at most.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use criterion::{Criterion, criterion_group, criterion_main};
use dayfly_core::{
    Egress, Ending, Limits, Module, Mount, MountObject, Program, Reporter, SharedFiles, Start, Stdio,
};
use dayfly_spec::model::{Located, Origin};
use dayfly_wasm::WasmExecutor;
use dayfly_wasm::testing::Warm;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

const NOOP: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

/// What an execution brings along besides the module.
struct Place {
    program: Program,
    root: Dir,
    stream: File,
    files: SharedFiles,
}

impl Place {
    fn start(&self) -> Start {
        let root = MountObject::Folder(self.root.try_clone().unwrap());
        Start {
            program: self.program.clone(),
            arguments: Vec::new(),
            environment: Vec::new(),
            root: Mount { target: "/".into(), object: root, writable: true, remedy: None, alias: None },
            mounts: Vec::new(),
            stdio: Stdio::default(),
            stdout: self.stream.try_clone().unwrap(),
            stderr: self.stream.try_clone().unwrap(),
            limits: Limits { timeout: Some(unwritten(Duration::from_secs(60))), ..Limits::default() },
            egress: Arc::new(Egress::none()),
            cancel: CancellationToken::new(),
            reporter: Reporter::default(),
            files: self.files.clone(),
            hold: Arc::new(()),
        }
    }
}

fn unwritten<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten("the bench"))
}

fn instantiate(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::Wasm {
        module: Module::new("noop.wat", NOOP.as_bytes()),
        entry_point: unwritten("_start".to_owned()),
        imports: Vec::new(),
    };
    let place = Place {
        program,
        root: Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap(),
        stream: File::create(folder.path().join("stream")).unwrap(),
        files: SharedFiles { own: 6, left: Arc::new(Semaphore::new(1000)) },
    };
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
