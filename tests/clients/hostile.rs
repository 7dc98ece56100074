//! Hostile guests as functions: each request is answered as documented, the log says why, and a good function beside them
//! goes on answering.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::functions::{self, HELLO_TEXT};
use crate::support::Served;

/// The table that the library's test runs as jobs.
#[path = "../../runtime/tests/common"]
#[allow(dead_code, reason = "each of the tests that include it uses some of it")]
mod texts {
    pub(crate) mod components;
    pub(crate) mod guests;
    pub(crate) mod hostile;
    pub(crate) mod hostile_components;
}

use texts::hostile::{self, End, Guest};
use texts::hostile_components;

/// Requests at a time: so few that none is refused because others compute.
const AT_A_TIME: usize = 3;

/// What a client is told of a guest, and what the log says.
struct Expected {
    status: u16,
    reason: &'static str,
}

/// One of the table as a function, at the path of its number.
struct Hostile {
    guest: Guest,
    expected: Expected,
}

impl Hostile {
    fn of(guest: Guest) -> Hostile {
        let (status, reason) = match guest.end {
            // Whatever it exits with: it gave no answer.
            End::Exit(0) => (502, "has no answer"),
            End::Exit(_) => (502, "exited with"),
            End::Trap => (500, guest.says),
            End::Memory => (507, guest.says),
            End::ProcessorTime => (504, guest.says),
            // What it writes is no answer, and is too much for the head of one.
            End::Never if guest.name.starts_with("output flood") => (502, "head"),
            End::Never => (504, "took longer than it may"),
        };
        Hostile { guest, expected: Expected { status, reason } }
    }

    fn task(&self, number: usize) -> String {
        let mut meta = format!("http.route: /{number}");
        if self.guest.end == End::ProcessorTime {
            meta += ", limits.cpu-time: 50ms";
        }
        let disk = self.guest.disk.map(|bytes| format!(", Disk: {bytes}B")).unwrap_or_default();
        let time = if self.guest.end == End::Never { 1 } else { 60 };
        format!(
            "  - Name: g{number}\n    Engine: {{Type: wasm, Params: {{EntryModule: {number}.wat}}}}\n    \
             Resources: {{Memory: 32MiB{disk}}}\n    Timeouts: {{ExecutionTimeout: {time}}}\n    Meta: {{{meta}}}\n"
        )
    }
}

/// A component that runs as one that answers requests: the same, when it is asked.
fn answering(component: &str) -> String {
    let command = r#"(export "wasi:cli/run@0.2.0" (instance $cli)))"#;
    let inner = component.strip_suffix(command).expect("it exports what commands do, at the end");
    // Of a version of its own, for those that import the interface themselves.
    format!(
        r#"{inner}
  (import "wasi:http/types@0.2.3" (instance $http
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $http "incoming-request" (type $request))
  (alias export $http "response-outparam" (type $outparam))
  (core module $asked
    (import "main" "run" (func $run (result i32)))
    (func (export "handle") (param i32 i32) (drop (call $run))))
  (core instance $asked (instantiate $asked (with "main" (instance $main))))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $asked "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.3" (instance $handler)))"#
    )
}

#[test]
fn hostile_functions_fail_as_documented_and_alone() {
    let mut table = hostile::kinds();
    let components = hostile_components::kinds().into_iter();
    table.extend(components.map(|guest| Guest { module: answering(&guest.module), ..guest }));
    // Shares of the processor are for jobs.
    table.retain(|guest| guest.cpu.is_none());
    let table: Vec<Hostile> = table.into_iter().map(Hostile::of).collect();

    let mut served = Served::new();
    let mut job = format!("Name: site\nType: service\nTasks:\n{}", functions::task("hello"));
    served.write("hello.wat", &functions::says(HELLO_TEXT));
    for (number, hostile) in table.iter().enumerate() {
        served.write(&format!("{number}.wat"), &hostile.guest.module);
        job += &hostile.task(number);
    }
    served.write("job.yaml", &job);
    served.start(&["job.yaml", "--log", "json"]);

    let (over, next, well) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut client = served.client();
            while !over.load(Ordering::Relaxed) {
                let answer = client.get("/hello");
                assert_eq!((answer.status, answer.text()), (200, HELLO_TEXT));
                well.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        });
        let clients = [(); AT_A_TIME].map(|()| {
            scope.spawn(|| {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(Hostile { guest, expected }) = table.get(number)
                {
                    let answer = served.client().get(&format!("/{number}"));
                    if answer.status != expected.status {
                        let told = answer.status;
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{}: {told}, not {}", guest.name, expected.status));
                    }
                }
            })
        });
        let ended: Vec<_> = clients.into_iter().map(|client| client.join()).collect();
        over.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    served.finish();

    let log = served.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (number, Hostile { guest, expected }) in table.iter().enumerate() {
        let function = format!("site/g{number}");
        let line = lines.iter().find(|line| line["function"] == *function).unwrap();
        let told = format!("{} {}", line["reason"], line["guest"]);
        if !told.contains(expected.reason) {
            wrong.lock().unwrap().push(format!("{}: `{}` is not in {line}", guest.name, expected.reason));
        }
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(well.into_inner() > 100, "it was asked all the while");
}
