//! Answering a request that needs a hello: as dayfly does, with all limits, accounting and a report, beside wasmtime and
//! its own WASI alone on the same engine, with the same pool. In process, on one thread, without a socket.
//!
//! Where `scripts/build-guests.sh` has built them, the same is done with a component of Rust's, which has an adapter in it.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

#[path = "../tests/function/guest.rs"]
#[allow(dead_code, unreachable_pub, reason = "it has guests for tests too")]
mod guest;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use dayfly_core::{Egress, Ending, FunctionStart, Grants, Limits, Machine, Module, Program, SharedFiles};
use dayfly_spec::model::{Located, Origin};
use dayfly_wasm::testing::bare_function;
use dayfly_wasm::{Call, Function, WasmExecutor};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{
    Error, RequestOptions, Result, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// What wasmtime's own WASI works on.
struct Bare {
    wasi: WasiCtx,
    table: ResourceTable,
    http: WasiHttpCtx,
    hooks: Nobody,
}

/// Sends no requests.
struct Nobody;

type Rest = Box<dyn Future<Output = Result<()>> + Send>;

impl WasiHttpHooks for Nobody {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Rest,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Rest)>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

impl WasiView for Bare {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Bare {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

fn request() -> Request<Full<Bytes>> {
    Request::get("/").header("host", "localhost").body(Full::default()).unwrap()
}

fn start(module: Vec<u8>, folder: &tempfile::TempDir) -> FunctionStart {
    let origin = || Origin::unwritten("the bench");
    FunctionStart {
        name: "hello".to_owned(),
        program: Program::Wasm {
            module: Module::new("hello.wasm", module),
            entry_point: Located::new("_start".to_owned(), origin()),
            imports: Vec::new(),
        },
        arguments: Vec::new(),
        environment: Vec::new(),
        mounts: Vec::new(),
        limits: Limits {
            timeout: Some(Located::new(Duration::from_secs(60), origin())),
            ..Limits::default()
        },
        egress: Arc::new(Egress::none()),
        grants: Grants::default(),
        machine: Arc::new(Machine::this()),
        files: SharedFiles { own: 6, left: Arc::new(Semaphore::new(1000)) },
        concurrency: None,
        reuse: None,
        place: folder.path().to_owned(),
        hold: Arc::new(()),
        cancel: CancellationToken::new(),
    }
}

/// Answers a request with wasmtime alone, in one task as dayfly does.
async fn bare(function: &Function, proxy: &ProxyPre<Bare>) -> Bytes {
    let data = Bare {
        wasi: WasiCtx::builder().build(),
        table: ResourceTable::new(),
        http: WasiHttpCtx::new(),
        hooks: Nobody,
    };
    let (mut store, _) = bare_function(function, data).unwrap();
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
    let (sender, mut receiver) = tokio::sync::oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request()).unwrap();
    let out = store.data_mut().http().new_response_outparam(sender).unwrap();
    let guest = proxy.instantiate_async(&mut store).await.unwrap();
    {
        let mut call = pin!(guest.wasi_http_incoming_handler().call_handle(&mut store, request, out));
        poll_fn(|cx| call.as_mut().poll(cx).map(|called| called.unwrap())).await;
    }
    drop(store);
    let answer = poll_fn(|cx| match pin!(&mut receiver).poll(cx) {
        Poll::Ready(answer) => Poll::Ready(answer.unwrap().unwrap()),
        Poll::Pending => Poll::Pending,
    });
    answer.await.into_body().collect().await.unwrap().to_bytes()
}

fn compare(criterion: &mut Criterion, name: &str, module: Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let executor = WasmExecutor::builder().build().unwrap();
    let function = tokio.block_on(executor.function(start(module, &folder))).unwrap();
    let mut group = criterion.benchmark_group(name);
    {
        let data = Bare {
            wasi: WasiCtx::builder().build(),
            table: ResourceTable::new(),
            http: WasiHttpCtx::new(),
            hooks: Nobody,
        };
        let (store, code) = bare_function(&function, data).unwrap();
        let mut linker = Linker::new(store.engine());
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        let proxy = ProxyPre::new(linker.instantiate_pre(&code).unwrap()).unwrap();
        group.bench_function("bare", |bencher| {
            bencher.iter(|| assert!(!tokio.block_on(bare(&function, &proxy)).is_empty()));
        });
    }
    group.bench_function("dayfly", |bencher| {
        bencher.iter(|| {
            tokio.block_on(async {
                let report =
                    |report: dayfly_wasm::function::Report| assert_eq!(report.ending, Ending::Exited(0));
                let answer = function.call_with(request(), Call::reporting(report)).await.unwrap();
                assert!(!answer.into_body().collect().await.unwrap().to_bytes().is_empty());
            });
        });
    });
    group.finish();
}

fn function(criterion: &mut Criterion) {
    compare(criterion, "hello", guest::hello());
    let built = std::env::var_os("DAYFLY_GUESTS").map(std::path::PathBuf::from);
    let built = built.map(|folder| folder.join("p2_serve.wasm"));
    if let Some(module) = built.and_then(|module| std::fs::read(module).ok()) {
        compare(criterion, "hello of Rust", module);
    }
}

criterion_group!(benches, function);
criterion_main!(benches);
