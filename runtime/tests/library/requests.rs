//! Guests that send requests, many of them in one process.
#![cfg(feature = "http")]

use std::future::IntoFuture as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use dayfly::{HostPolicy, Job, Status};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

#[cfg(feature = "serve")]
use crate::common::service;
use crate::common::{House, job, on_both, wait_until};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A server for which each piece that it reads is a request, and what it saw.
#[derive(Clone, Default)]
struct Seen {
    requests: Arc<AtomicUsize>,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

fn server(answer: &'static [u8]) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, seen) = (listener.local_addr().unwrap(), Seen::default());
    let counted = seen.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, seen) = (stream.unwrap(), counted.clone());
            seen.begun.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || {
                while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                    seen.requests.fetch_add(1, Ordering::SeqCst);
                    stream.write_all(answer).unwrap();
                }
                seen.ended.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    (address, seen)
}

/// Sends a request so many times, and exits with the first code that is not 0.
fn asking(address: SocketAddr, times: u32, network: &Value) -> Job {
    job(&module(address, times), json!({ "Network": network }))
}

fn module(address: SocketAddr, times: u32) -> String {
    let url = format!("http://{address}/");
    format!(
        r#"(module
          (import "wasi:http/requests" "http_request"
            (func $request (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (data (i32.const 1000) "{url}")
          (func (export "_start") (local $left i32) (local $code i32)
            (local.set $left (i32.const {times}))
            (loop $again
              (i64.store (i32.const 100) (i64.const 0x0000_0100_0000_0100))
              (local.set $code (call $request (i32.const 0) (i32.const 1000) (i32.const {}) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2000) (i32.const 100) (i32.const 4000)
                (i32.const 104) (i32.const 108)))
              (if (local.get $code) (then (call $exit (local.get $code))))
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (br_if $again (local.get $left)))))"#,
        url.len()
    )
}

fn loopback() -> Value {
    json!({"Type": "HTTP", "Domains": ["127.0.0.1"]})
}

#[test]
fn each_of_many_guests_has_its_own_connection_its_own_network_and_its_own_account() {
    on_both(async || {
        let (address, seen) = server(ANSWER);
        let house = House::new();
        let open = asking(address, 20, &loopback());
        let elsewhere = asking(address, 20, &json!({"Type": "HTTP", "Domains": ["example.com"]}));
        let closed = asking(address, 20, &json!({"Type": "None"}));
        let jobs = [&open, &elsewhere, &closed].into_iter().cycle().take(60);
        let outcomes = join_all(jobs.map(|job| house.runtime.run(job).into_future())).await;
        for three in outcomes.chunks(3) {
            let [open, elsewhere, closed] = three else { panic!("three") };
            assert_eq!(open.status, Status::Succeeded, "{:?}", open.reason);
            let usage = &open.executions[0].usage;
            assert_eq!(usage.network_operations, 21, "{usage:?}");
            assert_eq!(usage.received_bytes, 20 * ANSWER.len() as u64);
            assert!(usage.host_cpu_ns > 0 && open.executions[0].refusals.is_empty());
            assert_eq!((elsewhere.status, elsewhere.exit_code), (Status::Failed, 4));
            let [refusal] = &elsewhere.executions[0].refusals[..] else { panic!("one refusal") };
            assert!(refusal.count == 1 && refusal.remedy.is_some(), "{refusal:?}");
            assert_eq!(elsewhere.executions[0].usage.sent_bytes, 0);
            assert_eq!(closed.status, Status::Invalid, "{:?}", closed.reason);
        }
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        assert_eq!((count(&seen.requests), count(&seen.begun)), (400, 20));
        wait_until("all connections end", || count(&seen.ended) == 20).await;
    });
}

#[test]
fn a_guest_that_waits_for_an_answer_ends_with_its_run() {
    on_both(async || {
        let (address, seen) = server(b"");
        let house = House::new();
        let job = asking(address, 1, &loopback());
        let (requests, ended) = (seen.requests.clone(), seen.ended.clone());
        let is = |counter: &Arc<AtomicUsize>, count| counter.load(Ordering::SeqCst) == count;

        let cancel = CancellationToken::new();
        let run = house.runtime.run(&job).cancel(cancel.clone()).into_future();
        let stop = async {
            wait_until("the request is there", || is(&requests, 1)).await;
            cancel.cancel();
        };
        let (outcome, ()) = tokio::join!(run, stop);
        assert_eq!(outcome.status, Status::Cancelled);
        wait_until("the connection ends", || is(&ended, 1)).await;

        let mut run = Box::pin(house.runtime.run(&job).into_future());
        tokio::select! {
            _ = &mut run => panic!("there is no answer"),
            () = wait_until("the request is there", || is(&requests, 2)) => drop(run),
        }
        wait_until("the connection ends", || is(&ended, 2)).await;
    });
}

#[test]
fn a_program_opens_the_network_of_what_it_runs() {
    on_both(async || {
        let (address, _) = server(ANSWER);
        let house = House::new();
        let job = asking(address, 1, &json!({"Type": "Default"}));
        assert_eq!(house.runtime.run(&job).await.status, Status::Invalid);
        let policy = HostPolicy::default().allow_host("127.0.0.1".parse().unwrap());
        let outcome = house.runtime.run(&job).policy(policy).await;
        assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
    });
}

#[test]
#[cfg(feature = "serve")]
fn what_a_function_asks_for_is_a_part_of_its_callers_trace() {
    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    on_both(async || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).unwrap();
            stream.write_all(ANSWER).unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        let house = House::new();
        let task = json!({"Network": loopback(), "Meta": {"http.route": "/"}});
        let function = house.runtime.function(&service(&module(address, 1), task)).await.unwrap();
        let request = http::Request::get("/").header("traceparent", PARENT);
        let request = request.body(http_body_util::Empty::new()).unwrap();
        // It has no answer of its own.
        assert_eq!(function.call(request).await.unwrap_err().status, 502);
        let heard = heard.join().unwrap();
        assert!(heard.contains(&format!("\r\ntraceparent: {PARENT}\r\n")), "{heard}");
    });
}
