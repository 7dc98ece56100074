//! What is asked, and what answers.

use rustix::process::Signal;

use super::{Served, cgi, job, left};
use crate::support::Case;

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
    let ended =
        served.running.end().exits(0).says("listening on unix:socket").says("/{path...}  p2_serve.wasm");
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
    for part in [
        "\"GET /any/where?at=all HTTP/1.1\" 200",
        "out=14",
        "function=p2_serve.wasm",
        "cpu=",
        "ending=exited(0)",
    ] {
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
    let here = &serde_json::json!("site/here");
    let none = &serde_json::Value::Null;
    let expected = [200, 200, 404, 404, 405, 200, 200, 200, 404].map(|status| serde_json::json!(status));
    let functions = [here, here, none, none, none, here, here, here, none];
    assert_eq!(seen, expected.iter().zip(functions).collect::<Vec<_>>(), "{}", ended.stdout);
}

#[test]
fn functions_are_told_what_of_the_path_their_routes_name() {
    let case = Case::new();
    case.write("environment.wat", ENVIRONMENT);
    let keys = "http.route: '/, /notes/{id}/{my_word}, /files/{rest...}'";
    case.write("job.yaml", job(&[("notes", "environment.wat", keys)]));
    let served = Served::start(&case, &["job.yaml"]);
    let spoofed =
        "HTTP/1.1\r\ndayfly-path-id: mine\r\ndayfly_path_my_word: mine\r\nDayfly-Path-Rest: mine\r\nx:";
    for (path, variables, others) in [
        (
            "/notes/a%20b/c?d",
            &[
                "HTTP_DAYFLY_PATH_ID=a%20b",
                "HTTP_DAYFLY_PATH_MY_WORD=c",
                "SCRIPT_NAME=/notes/a b/c",
                "PATH_INFO=",
                "X_MATCHED_ROUTE=/notes/{id}/{my_word}",
            ][..],
            &["HTTP_DAYFLY_PATH_REST"][..],
        ),
        (
            "/files/a/b",
            &["HTTP_DAYFLY_PATH_REST=a/b", "SCRIPT_NAME=/files", "PATH_INFO=/a/b", "X_RAW_PATH_INFO=/a/b"],
            &["HTTP_DAYFLY_PATH_ID", "HTTP_DAYFLY_PATH_MY_WORD"],
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

#[test]
fn an_instance_that_is_reused_is_told_in_the_log() {
    let case = Case::new();
    case.wat("p3_bench_http_hello");
    for (form, told) in [("text", " reused="), ("json", "\"reused\":")] {
        let arguments =
            ["p3_bench_http_hello.wat", "--wasi03", "--threads", "1", "--reuse", "3", "--log", form];
        let served = Served::start(&case, &arguments);
        for _ in 0..4 {
            // In chunks, where it took the guest more than one turn.
            assert!(served.ask("GET /").1.contains("Hello, world!\n"));
        }
        served.running.signal(Signal::TERM);
        let ended = served.running.end().exits(0);
        let counts: Vec<_> = ended
            .stdout
            .lines()
            .map(|line| line.split_once(told).and_then(|(_, rest)| rest.chars().next()))
            .collect();
        assert_eq!(counts, [None, Some('1'), Some('2'), None], "{}", ended.stdout);
    }
}
