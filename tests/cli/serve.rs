//! Functions, as a client meets them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::{Case, Running, names};

/// A server in a case's folder.
struct Served<'a> {
    case: &'a Case,
    running: Running,
}

impl<'a> Served<'a> {
    /// Starts one that listens on `socket`, and waits until it does.
    fn start(case: &'a Case, arguments: &[&str]) -> Served<'a> {
        let listen = ["serve", "--listen", "unix:socket"];
        let running = case.start(listen.iter().chain(arguments));
        let served = Served { case, running };
        let begun = Instant::now();
        while served.connect().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not listen");
            thread::sleep(Duration::from_millis(5));
        }
        served
    }

    fn connect(&self) -> Option<UnixStream> {
        UnixStream::connect(self.case.path("socket")).ok()
    }

    /// Sends a request, and gives the head and the body of what comes back.
    fn ask(&self, request: &str) -> (String, String) {
        self.ask_of("a", request)
    }

    fn ask_of(&self, host: &str, request: &str) -> (String, String) {
        let mut client = self.connect().unwrap();
        let request = format!("{request} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {answer:?}"));
        (head.to_ascii_lowercase(), body.to_owned())
    }

    /// The status of an answer.
    fn status(&self, request: &str) -> String {
        self.ask(request).0.split(' ').nth(1).unwrap().to_owned()
    }
}

/// A core module that answers in the manner of CGI, after it has done something.
fn cgi(before: &str) -> String {
    format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "content-type: text/plain\n\nhere I am\n")
            (data (i32.const 0) "\10\00\00\00\24\00\00\00")
            (func (export "_start") {before}
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#
    )
}

/// A job file with a function for each of these: name, module, keys.
fn job(functions: &[(&str, &str, &str)]) -> String {
    let tasks: String = functions
        .iter()
        .map(|(name, module, meta)| {
            format!(
                "  - Name: {name}\n    Engine: {{Type: wasm, Params: {{EntryModule: {module}}}}}\n    Meta: {{{meta}}}\n"
            )
        })
        .collect();
    format!("Name: site\nType: service\nTasks:\n{tasks}")
}

/// What lies among the executions, past and running.
fn left(case: &Case) -> Vec<String> {
    let executions = case.home().join("executions");
    let mut left: Vec<String> = [executions.join(".running"), executions]
        .iter()
        .filter(|folder| folder.exists())
        .flat_map(|folder| names(folder))
        .collect();
    left.retain(|name| name != ".running");
    left
}

#[test]
fn a_component_answers_everything_and_leaves_nothing() {
    let case = Case::new();
    case.guest("p2_serve");
    let served = Served::start(&case, &["p2_serve.wasm", "--usage"]);
    for path in ["/", "/any/where?at=all"] {
        let (head, body) = served.ask(&format!("GET {path}"));
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        let timing = head.lines().find_map(|line| line.strip_prefix("server-timing: wall;dur=")).unwrap();
        assert!(timing.contains(", cpu;dur=") && timing.contains(", memory;desc=\""), "{timing}");
        assert_eq!(body, "Hello, world!\n");
    }
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0).says("listening on unix:socket").says("/{path...}  main");
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
    for part in
        ["\"GET /any/where?at=all HTTP/1.1\" 200", "out=14", "function=main", "cpu=", "ending=exited(0)"]
    {
        assert!(ended.stdout.contains(part), "`{part}` is missing\n{}", ended.stdout);
    }
    assert_eq!(left(&case), Vec::<String>::new(), "what a function needs goes with it");
    assert!(!case.path("socket").exists());
}

#[test]
fn requests_go_where_their_routes_say() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let keys =
        "http.route: '/here/{name} /files/{rest...} /100%25', http.methods: 'GET, PUT', http.host: 'a *.b'";
    case.write("jobs/job.yaml", job(&[("here", "cgi.wat", keys)]).replace("cgi.wat", "../cgi.wat"));
    let served = Served::start(&case, &["jobs", "--allow-dir", ".", "--log", "json"]);
    let (head, body) = served.ask("GET /here/I");
    assert!(head.contains("\r\ncontent-type: text/plain\r\n"), "{head}");
    assert_eq!(body, "here I am\n");
    assert_eq!(served.status("PUT /here/you"), "200");
    assert_eq!(served.status("GET /there"), "404");
    assert_eq!(served.status("GET /here/and/there"), "404");
    let (head, _) = served.ask("DELETE /here/I");
    assert!(head.starts_with("http/1.1 405 "), "{head}");
    assert!(head.contains("\r\nallow: get, head, put"), "{head}");
    assert_eq!(served.status("GET /files"), "200", "a rest may be nothing");
    assert_eq!(served.status("GET /100%25"), "200");
    assert!(served.ask_of("x.B:8080", "GET /here/I").0.starts_with("http/1.1 200 "), "a host below `b`");
    assert!(served.ask_of("b", "GET /here/I").0.starts_with("http/1.1 404 "));
    served.running.signal(Signal::INT);
    let ended = served.running.end().exits(0);
    let lines: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<_> = lines.iter().map(|line| (&line["status"], &line["function"])).collect();
    let here = &serde_json::json!("here");
    let none = &serde_json::Value::Null;
    let expected = [200, 200, 404, 404, 405, 200, 200, 200, 404].map(|status| serde_json::json!(status));
    let functions = [here, here, none, none, none, here, here, here, none];
    assert_eq!(seen, expected.iter().zip(functions).collect::<Vec<_>>(), "{}", ended.stdout);
}

#[test]
fn a_function_that_fails_fails_alone_and_the_log_says_why() {
    let case = Case::new();
    case.write("good.wat", cgi(""));
    let last_words = "(i64.store (i32.const 64) (i64.const 0x0a79656220646f6f))
        (i64.store (i32.const 72) (i64.const 0x0000000800000040))
        (drop (call $write (i32.const 2) (i32.const 72) (i32.const 1) (i32.const 8)))";
    case.write("trap.wat", cgi(&format!("{last_words} (if (memory.grow (i32.const 0)) (then unreachable))")));
    case.write("spin.wat", cgi("(loop $on (br $on))"));
    case.write("mute.wat", "(module (memory (export \"memory\") 1) (func (export \"_start\")))");
    case.write(
        "job.yaml",
        job(&[
            ("good", "good.wat", "http.route: /good"),
            ("trap", "trap.wat", "http.route: /trap"),
            ("spin", "spin.wat", "http.route: /spin"),
            ("mute", "mute.wat", "http.route: /mute"),
        ]),
    );
    let served = Served::start(&case, &["job.yaml", "--threads", "1", "--timeout", "1s"]);
    thread::scope(|scope| {
        let spinning = scope.spawn(|| served.status("GET /spin"));
        for (path, status) in [("trap", "500"), ("mute", "502"), ("good", "200")] {
            assert_eq!(served.status(&format!("GET /{path}")), status, "{path}");
        }
        assert_eq!(spinning.join().unwrap(), "504");
    });
    let (_, body) = served.ask("GET /trap");
    assert_eq!(body, "the function failed\n", "why is not for the client");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0);
    assert!(ended.stdout.contains("unreachable"), "{}", ended.stdout);
    assert!(ended.stdout.contains("took longer than it may"), "{}", ended.stdout);
    assert_eq!(ended.stdout.matches(" stderr=\"ood bey\"").count(), 2, "{}", ended.stdout);
    let said: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("[trap ")).collect();
    assert!(said.len() == 2 && said[0].ends_with("] ood bey"), "{}", ended.stderr);
}

#[test]
fn a_request_has_its_time_while_its_client_does_not_read() {
    let case = Case::new();
    case.write("flood.wat", cgi("(loop $on (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $on))"));
    let served = Served::start(&case, &["flood.wat", "--timeout", "100ms"]);
    let mut client = served.connect().unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    // Nothing is read; that the connection is gone is seen when more is said.
    while client.write_all(b"\n").is_ok() {
        thread::sleep(Duration::from_millis(20));
    }
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0);
    let over = "the time of the request was over while its client took nothing of the answer";
    assert!(ended.stdout.contains(over), "{}", ended.stdout);
}

#[test]
fn more_than_can_be_computed_is_refused_and_the_rest_is_answered() {
    let case = Case::new();
    let compute = "(local $left i32) (local.set $left (i32.const 30000000))
        (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))";
    case.write("compute.wat", cgi(compute));
    case.write("cgi.wat", cgi(""));
    let functions =
        [("compute", "compute.wat", "http.route: /compute"), ("light", "cgi.wat", "http.route: /light")];
    case.write("job.yaml", job(&functions));
    let served = Served::start(&case, &["job.yaml", "--threads", "1", "--admin", "unix:admin"]);
    assert_eq!(served.status("GET /compute"), "200", "what one costs is known now");
    let heard: Vec<(String, String)> = thread::scope(|scope| {
        let clients: Vec<_> = (0..80).map(|_| scope.spawn(|| served.ask("GET /compute"))).collect();
        let light = scope.spawn(|| (0..10).map(|_| served.status("GET /light")).collect::<Vec<_>>());
        assert!(light.join().unwrap().iter().all(|status| status == "200"), "what costs little is let in");
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let (good, refused): (Vec<_>, Vec<_>) =
        heard.iter().partition(|(head, _)| head.starts_with("http/1.1 200 "));
    assert!(good.len() >= 4 && !refused.is_empty(), "{} were answered", good.len());
    for (head, _) in refused {
        assert!(head.starts_with("http/1.1 503 ") && head.contains("\r\nretry-after: 1\r\n"), "{head}");
    }
    assert!(good.iter().all(|(_, body)| body == "here I am\n"));
    assert_eq!(served.status("GET /compute"), "200", "there is room again");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0);
    assert!(ended.stdout.contains("the requests that wait for their turn would take"), "{}", ended.stdout);
}

#[test]
fn what_changes_is_served_at_once_and_what_breaks_is_not() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    case.write("job.yaml", job(&[("here", "cgi.wat", "http.route: /here")]));
    let served = Served::start(&case, &["job.yaml"]);
    let until = |body: &str| {
        let begun = Instant::now();
        while served.ask("GET /here").1 != body {
            assert!(begun.elapsed() < Duration::from_secs(30), "it still is not `{body}`");
            thread::sleep(Duration::from_millis(20));
        }
    };
    until("here I am\n");
    // A module changes, then the routes do.
    case.write("cgi.wat", cgi("").replace("here I am", "I am here"));
    until("I am here\n");
    case.write("job.yaml", job(&[("there", "cgi.wat", "http.route: /there")]));
    until("there is nothing here\n");
    assert_eq!(served.ask("GET /there").1, "I am here\n");
    // One that is none changes nothing.
    case.write("job.yaml", "Tasks: [");
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(served.ask("GET /there").1, "I am here\n");
    // What a job needs may come after it.
    case.write("job.yaml", job(&[("here", "later.wat", "http.route: /here")]));
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(served.ask("GET /there").1, "I am here\n");
    case.write("later.wat", cgi(""));
    until("here I am\n");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0).says("not reloaded: the functions from before go on");
    assert_eq!(ended.stderr.matches("dayfly: reloaded").count(), 3, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("not reloaded").count(), 2, "once for each change: {}", ended.stderr);
    ended.says("+ /there  there").says("- /here  here");
}

#[test]
fn what_is_not_watched_stays_as_it_was() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    case.write("job.yaml", job(&[("here", "cgi.wat", "http.route: '/here/{name}', http.methods: GET")]));
    let served = Served::start(&case, &["job.yaml", "--open", "--no-watch", "--listen", "0.0.0.0:0"]);
    case.write("job.yaml", job(&[("there", "cgi.wat", "http.route: /there")]));
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(served.status("GET /here/I"), "200");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0).says("  http://unix:socket:/here/{name}  ");
    let listening = "dayfly: listening on http://0.0.0.0:";
    let port = ended.stderr.lines().find_map(|line| line.strip_prefix(listening)).unwrap().to_owned();
    let port = port.trim_end_matches('/');
    ended.says(&format!("  http://127.0.0.1:{port}/here/{{name}}  here  GET"));
}

#[test]
fn operators_have_an_address_of_their_own() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let served = Served::start(&case, &["cgi.wat", "--admin", "unix:admin"]);
    assert_eq!(served.ask("GET /healthz").1, "here I am\n", "clients don't reach it");
    let mut operator = UnixStream::connect(case.path("admin")).unwrap();
    operator.write_all(b"GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut metrics = String::new();
    operator.read_to_string(&mut metrics).unwrap();
    assert!(
        metrics.starts_with("HTTP/1.1 200 ")
            && metrics.contains("dayfly_function_free_instances{function=\"main\"} "),
        "{metrics}"
    );
    served.running.signal(Signal::TERM);
    served.running.end().exits(0).says("for operators: unix:admin");
}

/// Answers with all of its environment, a null behind each variable.
const ENVIRONMENT: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 32) "content-type: text/plain\n\n")
    (data (i32.const 0) "\20\00\00\00\1a\00\00\00\00\20\00\00")
    (func (export "_start")
        (drop (call $sizes (i32.const 16) (i32.const 12)))
        (drop (call $get (i32.const 1024) (i32.const 8192)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 20)))))"#;

#[test]
fn functions_are_told_what_of_the_path_their_routes_name() {
    let case = Case::new();
    case.write("environment.wat", ENVIRONMENT);
    let keys = "http.route: '/, /notes/{id}/{word}, /files/{rest...}'";
    case.write("job.yaml", job(&[("notes", "environment.wat", keys)]));
    let served = Served::start(&case, &["job.yaml"]);
    let spoofed =
        "HTTP/1.1\r\ndayfly-path-id: mine\r\ndayfly_path_word: mine\r\nDayfly-Path-Rest: mine\r\nx:";
    for (path, variables, others) in [
        (
            "/notes/a%20b/c?d",
            &[
                "HTTP_DAYFLY_PATH_ID=a%20b",
                "HTTP_DAYFLY_PATH_WORD=c",
                "SCRIPT_NAME=/notes/a b/c",
                "PATH_INFO=",
                "X_MATCHED_ROUTE=/notes/{id}/{word}",
            ][..],
            &["HTTP_DAYFLY_PATH_REST"][..],
        ),
        (
            "/files/a/b",
            &["HTTP_DAYFLY_PATH_REST=a/b", "SCRIPT_NAME=/files", "PATH_INFO=/a/b", "X_RAW_PATH_INFO=/a/b"],
            &["HTTP_DAYFLY_PATH_ID", "HTTP_DAYFLY_PATH_WORD"],
        ),
        ("/", &["SCRIPT_NAME=/", "PATH_INFO="], &["HTTP_DAYFLY_PATH_ID", "HTTP_DAYFLY_PATH_REST"]),
    ] {
        let (_, body) = served.ask(&format!("GET {path} {spoofed}"));
        let found: Vec<&str> = body.split('\0').collect();
        for variable in variables {
            assert!(found.contains(variable), "{path}: `{variable}` is missing in {found:?}");
        }
        for other in others {
            assert!(!body.contains(other), "{path}: `{other}` is the client's in {found:?}");
        }
    }
    served.running.signal(Signal::TERM);
    served.running.end().exits(0);
}

#[test]
fn a_collector_is_sent_a_span_of_each_request() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let served = Served::start(&case, &["cgi.wat", "--traces", &endpoint]);
    assert_eq!(served.ask("GET /here").1, "here I am\n");
    let (mut sender, _) = collector.accept().unwrap();
    let mut sent = Vec::new();
    while !sent.ends_with(b"}]}]}]}") {
        let mut some = [0; 4096];
        let read = sender.read(&mut some).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&sent));
        sent.extend_from_slice(&some[..read]);
    }
    sender.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let sent = String::from_utf8(sent).unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let span = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"].to_string();
    for part in [
        r#""/here""#,
        r#""dayfly.function","value":{"stringValue":"main"}"#,
        r#""dayfly.guest.cpu_time""#,
        r#""http.route","value":{"stringValue":"/{path...}"}"#,
    ] {
        assert!(span.contains(part), "`{part}` is missing\n{span}");
    }
    served.running.signal(Signal::TERM);
    served.running.end().exits(0);
}

#[test]
fn what_can_not_be_served_is_said_before_anything_is() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    case.write("one.yaml", job(&[("one", "cgi.wat", "http.route: '/a/{b}'")]));
    case.write("other.yaml", job(&[("other", "cgi.wat", "http.route: '/a/{c}'")]));
    case.write("batch.yaml", job(&[("plain", "cgi.wat", "")]));
    case.write("empty/README", "");
    case.write("none.wat", "(component)");
    case.write("strangers/package.json", "{\"private\": true}");
    case.write("strangers/list.yaml", "- Name: a\n  Type: service\n  Tasks: []\n");
    let serve =
        |arguments: &[&str]| case.dayfly(["serve", "--listen", "unix:socket"].iter().chain(arguments));
    serve(&["missing.yaml"]).exits(66).says("missing.yaml does not exist");
    serve(&["empty"]).exits(65).says("empty holds no job file");
    let strangers = serve(&["strangers"]).exits(65).says("there is no job file");
    strangers.says("left out: strangers/package.json:1:2: ").says("left out: strangers/list.yaml:1:1: ");
    serve(&["strangers/list.yaml"]).exits(65).says("this is a list of jobs");
    serve(&["batch.yaml"]).exits(65).says("batch.yaml: no task of the job answers requests");
    serve(&["one.yaml", "other.yaml"]).exits(65).says("other.yaml: ").says("/a/{b}").says("/a/{c}");
    serve(&["none.wat"]).exits(65).says("none.wat: ").says("wasi:http/incoming-handler");
    serve(&["one.yaml", "--tls-cert", "no.pem", "--tls-key", "no.key"]).exits(65).says("no.pem");
    serve(&["one.yaml", "--tls-cert", "no.pem"]).exits(2).says("--tls-key");
    let reused = serve(&["one.yaml", "other.yaml", "--reuse", "2"]).exits(65);
    reused.says("warning: one.yaml: --reuse has no effect on job files");
    serve(&["one.yaml", "--traces", "collector"]).exits(65).says("traces can't be sent to `collector`: ");
    serve(&["one.yaml", "--listen", "nowhere"]).exits(2).says("`nowhere` is no address to listen on");
    serve(&["one.yaml", "--listen", "unix:/no/such/folder/socket"]).exits(69).says("can't listen on");
    assert_eq!(left(&case), Vec::<String>::new());
}
