//! Requests of guests with Bacalhau's host function.

use serde_json::{Value, json};

use crate::support::{Case, Ended, Job, Seen, Server, ok};

/// The network of a job whose guest may reach this machine.
fn loopback() -> Value {
    json!({"Type": "HTTP", "Domains": ["127.0.0.1"]})
}

fn job(network: Option<Value>, variables: &[(&str, &str)]) -> Case {
    let variables: Value = variables.iter().map(|(name, value)| (format!("HTTP_{name}"), *value)).collect();
    Case::with_job("http_request", |job| {
        let job = job.task("Env", variables);
        match network {
            Some(network) => job.task("Network", network),
            None => job,
        }
    })
}

fn execution(ended: &Ended) -> Value {
    ended.json()["executions"][0].clone()
}

#[test]
fn a_guest_gets_what_its_job_allows() {
    let server = Server::start(|_| ok("hello"));
    let url = server.url("/a?b=c");
    let case = job(Some(loopback()), &[("METHOD", "GET"), ("URL", &url)]);
    let headers = "Content-Type: text/plain\nContent-Length: 5";
    let expected =
        format!("Making GET request to {url}\nStatus Code: 200\nHeaders:\n{headers}\nBody:\nhello\n");
    case.run_job(&[]).exits(0).prints(&expected);
    let Seen::Request(head, _) = server.next() else { panic!("a request") };
    assert!(head.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{head}");

    let usage = execution(&case.run_job(&["--json"]).exits(0))["usage"].clone();
    let counted = |name: &str| usage[name].as_u64().unwrap();
    let Seen::Closed = server.next() else { panic!("the end of the connection") };
    let Seen::Request(head, _) = server.next() else { panic!("a request") };
    assert_eq!(counted("sent_bytes"), head.len() as u64);
    assert_eq!(counted("received_bytes"), ok("hello").unwrap().len() as u64);
    assert_eq!(counted("network_operations"), 2);
    assert!(counted("host_cpu_ns") > 0 && counted("cpu_ns") > 0, "{usage}");
}

#[test]
fn a_guest_sends_headers_and_a_body() {
    let server = Server::start(|_| ok("took it"));
    let headers = "X-Own: 1\nHost: other.example";
    let variables =
        [("METHOD", "PATCH"), ("URL", &server.url("/")), ("HEADERS", headers), ("BODY", "some bytes")];
    job(Some(loopback()), &variables).run_job(&[]).exits(0);
    let Seen::Request(head, body) = server.next() else { panic!("a request") };
    assert!(head.starts_with("PATCH / HTTP/1.1\r\n") && head.contains("x-own: 1\r\n"), "{head}");
    assert!(head.contains(&format!("host: 127.0.0.1:{}\r\n", server.port())) && !head.contains("other"));
    assert_eq!(body, "some bytes");
}

#[test]
fn a_host_that_is_not_listed_is_not_reached_and_the_user_is_told() {
    let server = Server::start(|_| ok("never"));
    let other = json!({"Type": "HTTP", "Domains": ["example.com"]});
    for (url, host, line) in [
        (server.url("/"), "127.0.0.1", "AllowLoopback"),
        ("http://www.example.com/".to_owned(), "www.example.com", "Domains"),
    ] {
        let case = job(Some(other.clone()), &[("URL", &url)]);
        let ended = case.run_job(&[]).exits(1);
        let told = format!("Making GET request to {url}\nError making request: host not allowed\n");
        let refused = format!("refused: the guest may not reach `{host}`");
        ended.prints(&told).says(&refused).says(line).says("(job.json:1)");
        let refusals = execution(&case.run_job(&["--json"]).exits(1))["refusals"].clone();
        assert_eq!((refusals.as_array().unwrap().len(), &refusals[0]["count"]), (1, &json!(1)), "{refusals}");
    }
    assert_eq!(server.all(), []);
}

/// What Bacalhau's own tests expect of its function: a page, a list on which one host is and another is not, and no
/// network. The hosts are names, which lead to this machine by routes.
#[test]
fn the_scenarios_of_bacalhaus_own_tests() {
    let server = Server::start(|_| ok("hello"));
    let url = |host: &str| format!("http://{host}:{}/", server.port());
    let routes: Value = ["www.example.com", "example.com"]
        .iter()
        .map(|host| json!({"Match": host, "Target": "127.0.0.1"}))
        .collect();
    let run = |network: Value, host: &str| job(Some(network), &[("URL", &url(host))]).run_job(&[]);

    let asked_for = |host: &str| {
        let Seen::Request(head, _) = server.next() else { panic!("a request") };
        assert!(head.contains(&format!("\r\nhost: {host}:{}\r\n", server.port())), "{head}");
        assert_eq!(server.next(), Seen::Closed);
    };

    let full = run(json!({"Type": "Full", "Routes": &routes}), "www.example.com").exits(0);
    assert!(full.stdout.contains("Status Code: 200\n") && full.stdout.ends_with("hello\n"), "{full}");
    asked_for("www.example.com");

    let listed = json!({"Type": "HTTP", "Domains": ["example.com"], "Routes": [&routes[1]]});
    let one = run(listed.clone(), "example.com").exits(0);
    assert!(one.stdout.contains("Status Code: 200\n"), "{one}");
    asked_for("example.com");
    let other = run(listed, "httpbin.example").exits(1);
    assert!(other.stdout.ends_with("\nError making request: host not allowed\n"), "{other}");
    other
        .says("refused: the guest may not reach `httpbin.example`: it is not among the job's domains")
        .says("network access denied: domain not in allowlist")
        .says("`Tasks[0].Network.Domains` (job.json:1)");

    let none = run(json!({"Type": "None"}), "example.com").exits(65);
    none.says("unknown module \"wasi:http/requests\"");
    assert_eq!(server.all(), []);
}

#[test]
fn a_redirect_to_a_host_that_is_not_listed_is_not_followed() {
    let server = Server::start(|head| match head.starts_with("GET /there") {
        true => ok("never"),
        false => Some(
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/there\r\nContent-Length: 0\r\n\r\n"
                .to_owned(),
        ),
    });
    let ended = job(Some(loopback()), &[("URL", &server.url("/"))]).run_job(&[]).exits(1);
    assert!(ended.stdout.ends_with("Error making request: host not allowed\n"), "{ended}");
    ended.says("refused: the guest may not reach `169.254.169.254`");
}

#[test]
fn without_a_network_there_is_no_such_module() {
    for network in [None, Some(json!({"Type": "None"}))] {
        let case = job(network, &[("URL", "http://127.0.0.1/")]);
        let ended = case.run_job(&[]).exits(65).has_one_error();
        let ended =
            ended.says("unknown module \"wasi:http/requests\": `http_request.wasm` imports").says("Network");
        assert_eq!(ended.stdout, "");
        let planned = case.dayfly(["plan", "job.json"]).exits(65);
        for said in
            ["unknown module \"wasi:http/requests\"", "imports of wasi:http/requests, satisfied by nothing"]
        {
            assert!(planned.stdout.contains(said), "{planned}");
        }
    }
}

#[test]
fn a_plan_says_who_sends_requests() {
    let planned = job(Some(loopback()), &[]).dayfly(["plan", "job.json"]).exits(0);
    assert!(planned.stdout.contains("imports of wasi:http/requests, satisfied by dayfly"), "{planned}");
}

#[test]
fn a_guest_with_a_network_need_not_use_it() {
    Case::with_job("return_normally", |job| job.task("Network", loopback())).run_job(&[]).exits(0);
}

/// The function reads and writes the memory of the module that calls it.
#[test]
fn an_import_module_may_send_requests_too() {
    let server = Server::start(|_| ok("hi"));
    let url = server.url("/");
    let fetch = format!(
        r#"(module
          (import "wasi:http/requests" "http_request"
            (func $request (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 1000) "{url}")
          (data (i32.const 100) "\64\00\00\00\64\00\00\00")
          (func (export "fetch") (param $body i32) (result i32)
            (call $request (i32.const 0) (i32.const 1000) (i32.const {}) (i32.const 0) (i32.const 0) (i32.const 0)
              (i32.const 0) (i32.const 2000) (i32.const 100) (local.get $body) (i32.const 104) (i32.const 108)))
          (func (export "status") (result i32) (i32.load (i32.const 108))))"#,
        url.len()
    );
    let main = r#"(module
      (import "fetch" "fetch" (func $fetch (param i32) (result i32)))
      (import "fetch" "status" (func $status (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (func (export "_start")
        ;; Where its answer's headers go: that is bad input.
        (if (i32.ne (call $fetch (i32.const 2000)) (i32.const 6)) (then unreachable))
        (if (call $fetch (i32.const 3000)) (then unreachable))
        (call $exit (call $status))))"#;
    let case = Case::new();
    case.write("fetch.wat", fetch);
    case.write("main.wat", main);
    let job =
        Job::of("main.wat").param("ImportModules", ["fetch.wat"].as_slice()).task("Network", loopback());
    case.write("job.json", job.text());
    case.run_job(&[]).exits(200);
    let seen = server.all();
    assert_eq!(seen.iter().filter(|seen| matches!(seen, Seen::Request(..))).count(), 1, "{seen:?}");
}

#[test]
fn a_guest_that_waits_for_an_answer_is_stopped_at_its_deadline() {
    let server = Server::start(|_| None);
    let case = Case::with_job("http_request", |job| {
        let variables = json!({"HTTP_URL": server.url("/")});
        job.task("Network", loopback())
            .task("Env", variables)
            .task("Timeouts", json!({"ExecutionTimeout": 1}))
    });
    let outcome = execution(&case.run_job(&["--json"]).exits(124));
    let Seen::Request(head, _) = server.next() else { panic!("a request") };
    assert_eq!(server.next(), Seen::Closed);
    // What it used until then is told as of any other.
    assert_eq!(outcome["status"], "timed_out");
    let usage = &outcome["usage"];
    assert_eq!((&usage["sent_bytes"], &usage["network_operations"]), (&json!(head.len()), &json!(2)));
    for field in ["cpu_ns", "host_cpu_ns", "peak_memory_bytes", "instantiate_ns"] {
        assert!(usage[field].as_u64().unwrap() > 0, "{field}: {usage}");
    }
    assert!(usage["wall_ns"].as_u64().unwrap() > 900_000_000, "{usage}");
}

#[test]
fn ten_thousand_requests_take_one_connection_and_no_more_memory() {
    let server = Server::start(|_| ok("again"));
    let usage = |times: usize| {
        let variables = [("URL", &*server.url("/")), ("TIMES", &times.to_string())];
        let ended = job(Some(loopback()), &variables).run_job(&["--json"]).exits(0);
        let usage = execution(&ended)["usage"].clone();
        let before_the_end =
            std::iter::from_fn(|| Some(server.next())).take_while(|seen| *seen != Seen::Closed);
        assert_eq!(before_the_end.count(), times);
        assert_eq!(usage["network_operations"], times + 1);
        usage["peak_memory_bytes"].as_u64().unwrap()
    };
    assert_eq!(usage(10_000), usage(2));
}

#[test]
fn who_runs_a_module_opens_its_network() {
    let server = Server::start(|_| ok("hello"));
    let case = Case::new();
    case.guest("http_request");
    let url = format!("HTTP_URL={}", server.url("/"));
    let run =
        |arguments: &[&str]| case.dayfly(["run", "http_request.wasm", "-e", &url].iter().chain(arguments));
    run(&[]).exits(65).says("unknown module \"wasi:http/requests\"").says("--allow-host");
    run(&["--allow-host", "127.0.0.1"]).exits(0);
    run(&["--allow-host", &format!("127.0.0.1:{}", server.port())]).exits(0);
    run(&["--allow-host", "127.0.0.1:1"]).exits(1).says("refused: the guest may not reach port");
    // Any public host, and this machine is none.
    run(&["--network", "full"]).exits(1).says("refused: the guest may not reach `127.0.0.1`");
}

#[test]
fn who_runs_a_job_closes_its_network() {
    let case = job(Some(loopback()), &[("URL", "http://127.0.0.1/")]);
    case.run_job(&["--network", "none"]).exits(65).says("unknown module \"wasi:http/requests\"");
}

#[test]
fn what_a_guest_sends_ends_at_its_limit() {
    let server = Server::start(|_| ok("again"));
    let case = job(Some(loopback()), &[("URL", &server.url("/")), ("TIMES", "100")]);
    let ended = case.run_job(&["--send-limit", "1000"]).exits(1);
    assert!(ended.stdout.ends_with("Error making request: network error\n"), "{ended}");
    ended.says("refused: the guest may not send more than 1000 bytes over the network").says("--send-limit");
    let outcome = execution(&case.run_job(&["--send-limit", "1000", "--json"]).exits(1));
    assert_eq!(outcome["usage"]["sent_bytes"], 1000);
    case.run_job(&["--send-limit", "1MB"]).exits(0);
}

#[test]
fn the_user_is_told_why_there_is_no_answer() {
    let server = Server::start(|_| Some("no answer of HTTP\r\n\r\n".to_owned()));
    let case = job(Some(loopback()), &[("URL", &server.url("/"))]);
    let ended = case.run_job(&[]).exits(1);
    assert!(ended.stdout.ends_with("Error making request: network error\n"), "{ended}");
    ended.says("warning: the guest got no answer from `127.0.0.1` on port ");
}
