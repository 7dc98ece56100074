//! Functions, as a client meets them.

mod answers;
mod changes;
mod failing;
mod operators;

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

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

    /// What operators are told whose address is `unix:admin`.
    fn operator(&self, request: &str) -> String {
        let mut operator = UnixStream::connect(self.case.path("admin")).unwrap();
        let request = format!("{request} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        operator.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        operator.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        answer
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
