//! Components of WASI 0.3, which run where `--wasi03` allows it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use crate::support::{Case, Job, Seen, Server, ok};

/// A command of 0.3, whose function has tasks, and which says whether it did well.
fn command(result: u32) -> String {
    format!(
        r#"(component
          (core module $code (func (export "run") (result i32) i32.const {result}))
          (core instance $code (instantiate $code))
          (type $run (func async (result (result))))
          (func $run (type $run) (canon lift (core func $code "run")))
          (instance $command (export "run" (func $run)))
          (export "wasi:cli/run@0.3.0" (instance $command)))"#
    )
}

/// Gives its sum while its task goes on, and has more to do then.
const SUM: &str = r#"(component
  (core module $code
    (import "" "return" (func $return (param i32)))
    (func (export "add") (param i32 i32) (result i32)
      (call $return (i32.add (local.get 0) (local.get 1)))
      (i32.const 1))
    (func (export "go-on") (param i32 i32 i32) (result i32) (i32.const 0)))
  (core func $return (canon task.return (result u32)))
  (core instance $code (instantiate $code (with "" (instance (export "return" (func $return))))))
  (type $add (func async (param "a" u32) (param "b" u32) (result u32)))
  (func (export "add") (type $add)
    (canon lift (core func $code "add") async (callback (func $code "go-on")))))"#;

#[test]
fn a_command_runs_only_where_it_is_allowed() {
    let case = Case::new();
    case.write("c.wat", command(0));
    case.dayfly(["run", "c.wat", "--wasi03"]).exits(0);
    let ended = case.dayfly(["run", "c.wat"]).exits(77).has_one_error();
    ended.says("`c.wat` is a component of WASI 0.3").says("--wasi03 allows it");
    let outcome = case.dayfly(["run", "c.wat", "--json"]).exits(77).json();
    assert_eq!(outcome["status"], "denied");
    case.write("c.wat", command(1));
    case.dayfly(["run", "c.wat", "--wasi03"]).exits(1);
}

#[test]
fn a_plan_says_so_too_and_what_it_would_call() {
    let case = Case::new();
    case.write("c.wat", command(0));
    case.dayfly(["plan", "c.wat"]).exits(77).prints_some("--wasi03 allows it");
    let plan = case.dayfly(["plan", "c.wat", "--wasi03", "--json"]).exits(0).json();
    let task = &plan["tasks"][0];
    assert_eq!(task["executor"]["profile"], "batch03");
    assert_eq!(task["entry_point"], json!({"name": "wasi:cli/run@0.3.0", "found": true}));
}

#[test]
fn a_job_is_allowed_it_by_the_host_alone() {
    let case = Case::new();
    case.write("c.wat", command(0));
    case.write("job.json", Job::of("c.wat").text());
    case.dayfly(["run", "job.json"]).exits(77).says("--wasi03 allows it");
    case.dayfly(["run", "job.json", "--wasi03"]).exits(0);
}

#[test]
fn a_function_with_tasks_is_called_with_values() {
    let case = Case::new();
    case.write("sum.wat", SUM);
    case.dayfly(["run", "sum.wat", "--wasi03", "--invoke", "add(1, 2)"]).exits(0).prints("3\n");
    case.dayfly(["run", "sum.wat", "--invoke", "add(1, 2)"]).exits(77).says("--wasi03 allows it");
}

#[test]
fn a_guest_asks_for_a_page_where_its_network_lets_it() {
    let server = Server::start(|_| ok("hello"));
    let guest = include_str!("../guests/wat/request.wat");
    let case = Case::new();
    case.write("ask.wat", guest.replace("127.0.0.1:80", &format!("127.0.0.1:{}", server.port())));
    let run = |flags: &[&str]| case.dayfly([&["run", "ask.wat", "--wasi03"], flags].concat());
    run(&["--allow-host", "localhost"]).exits(0);
    let Seen::Request(head, body) = server.next() else { panic!("a request") };
    assert!(head.starts_with("GET /a?b=c HTTP/1.1\r\n") && body.is_empty(), "{head}{body}");
    assert_eq!(server.next(), Seen::Closed);

    run(&["--allow-host", "example.com"]).exits(1).says("the guest may not reach `127.0.0.1`");
    run(&[]).exits(65).says("imports the interface `wasi:http/client@0.3.0`").says("--allow-host HOST");
    assert_eq!(server.all(), []);
}

#[test]
fn a_guest_sends_a_stream_over_a_connection_where_its_network_lets_it() {
    let server = Server::start(|_| None);
    let guest = include_str!("../guests/wat/send.wat");
    let case = Case::new();
    case.write("send.wat", guest.replace("(i32.const 80)", &format!("(i32.const {})", server.port())));
    let run = |flags: &[&str]| case.dayfly([&["run", "send.wat", "--wasi03"], flags].concat());
    let outcome = run(&["--allow-host", "localhost", "--json"]).exits(0).json();
    assert_eq!(server.next(), Seen::Request("two lines\r\n\r\n".to_owned(), String::new()));
    assert_eq!(server.next(), Seen::Closed);
    assert_eq!(outcome["executions"][0]["usage"]["sent_bytes"], 13);

    run(&["--allow-host", "example.com"]).exits(1).says("the guest may not reach `127.0.0.1`");
    // Making a socket is refused already, which this guest does not expect.
    run(&[]).exits(134).says("the guest has no network");
    assert_eq!(server.all(), []);
}

/// What is stopped while the host works for it hears of a fault of its stream, and may well end by itself.
#[test]
fn who_is_stopped_has_not_done_well_whatever_it_says_then() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut near, mut far) = (stream.as_ref().unwrap().try_clone().unwrap(), stream.unwrap());
            thread::spawn(move || while near.write_all(&[1; 1 << 16]).is_ok() {});
            thread::spawn(move || while far.read(&mut [0; 1 << 16]).is_ok_and(|read| read > 0) {});
        }
    });
    let case = Case::new();
    let guest = include_str!("../guests/wat/send.wat");
    case.write("back.wat", guest.replace("(i32.const 80)", &format!("(i32.const {port})")));
    let run = |limit: &[&str]| {
        let flags = ["run", "back.wat", "--wasi03", "--allow-host", "localhost", "--invoke", "give-back"];
        case.dayfly([&flags, limit].concat())
    };
    run(&["--timeout", "500ms"]).exits(124).says("timed out");
    let outcome = run(&["--cpu-time", "200ms", "--json"]).exits(137).json();
    assert_eq!((&outcome["status"], &outcome["returned"]), (&json!("limited"), &json!(null)));
}
