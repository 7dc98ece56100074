//! Requests of a guest with Bacalhau's host function, beside the same client called natively on a thread like a guest's. A
//! guest's may be as many a second as 0.7 times the others at least.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

mod place;

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dayfly_core::{Egress, Ending, Executor as _, HostPolicy};
use dayfly_host_api::net::{Client, Denied, Destination, Policy, Request, Settings, Target, place::parse};
use dayfly_spec::model::Job;
use dayfly_wasm::WasmExecutor;
use place::Place;

/// Requests of one guest.
const REQUESTS: u64 = 1_000;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world!";

/// A server that is as quick as one can be: what it reads is a request, and every request has the same answer.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                    stream.write_all(ANSWER).unwrap();
                }
            });
        }
    });
    address
}

/// A guest that asks for `url` again and again.
fn guest(url: &str) -> String {
    format!(
        r#"(module
          (import "wasi:http/requests" "http_request"
            (func $request (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 2)
          (data (i32.const 1000) "{url}")
          (func (export "_start") (local $left i32)
            (local.set $left (i32.const {REQUESTS}))
            (loop $again
              (i32.store (i32.const 100) (i32.const 1024))
              (i32.store (i32.const 104) (i32.const 1024))
              (if (call $request (i32.const 0) (i32.const 1000) (i32.const {}) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 2000) (i32.const 100) (i32.const 4000) (i32.const 104)
                (i32.const 108)) (then unreachable))
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (br_if $again (local.get $left)))))"#,
        url.len()
    )
}

/// What a job says that opens this machine.
fn loopback() -> Egress {
    let job = r#"{"Name": "bench", "Type": "batch", "Tasks": [{"Name": "main",
        "Engine": {"Type": "wasm", "Params": {"EntryModule": "m.wasm"}},
        "Network": {"Type": "HTTP", "Domains": ["127.0.0.1"]}}]}"#;
    Egress::of(&Job::parse(job).unwrap().tasks[0], &HostPolicy::default(), None).unwrap()
}

/// Allows all that is an address.
struct Anywhere;

impl Policy for Anywhere {
    fn destination(&self, host: &str, port: u16) -> Result<Destination, Denied> {
        Ok(Destination { host: host.to_owned(), port, target: Target::Address(host.parse().unwrap()) })
    }

    fn address(&self, _: &Destination, _: IpAddr) -> Result<(), Denied> {
        Ok(())
    }

    fn resolved(&self, _: &Destination, _: &[IpAddr]) {}

    fn ipv6(&self) -> bool {
        false
    }
}

fn requests(criterion: &mut Criterion) {
    let url = format!("http://{}/hello", server());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let executor = WasmExecutor::builder().build().unwrap();
    let place = Place::new("requests.wat", &guest(&url), loopback());
    let client = Client::new(Settings::new(Arc::new(Anywhere)));
    let request = Request {
        method: http::Method::GET,
        url: parse(&url).unwrap(),
        headers: http::HeaderMap::new(),
        body: Vec::new().into(),
        keep: 1024,
        most: 1 << 20,
    };
    let mut group = criterion.benchmark_group("requests");
    group.throughput(Throughput::Elements(REQUESTS));
    group.bench_function("native", |bencher| {
        bencher.iter(|| {
            tokio.block_on(async {
                for _ in 0..REQUESTS {
                    assert_eq!(client.send(request.clone()).await.unwrap().status, 200);
                }
            });
        });
    });
    group.bench_function("guest", |bencher| {
        bencher.iter(|| {
            let ended = tokio.block_on(executor.execute(place.start()));
            assert!(matches!(ended.ending, Ending::Exited(0)), "{:?}", ended.ending);
        });
    });
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
