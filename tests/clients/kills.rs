//! Clients in processes of their own, each of which is killed at another moment. Nothing of it goes on.

mod client;

use crate::functions::{self, HELLO_TEXT};
use crate::support::{Served, until};
use client::{Doomed, Protocol, get, head_of};

/// A moment to be killed at.
struct Phase {
    name: &'static str,
    /// What the client has said by then.
    said: fn(Protocol) -> Vec<u8>,
    /// How much it has read.
    reads: usize,
    /// The function that works for it.
    function: Option<&'static str>,
}

const PHASES: [Phase; 5] = [
    Phase { name: "connected", said: |_| Vec::new(), reads: 0, function: None },
    Phase { name: "half a head", said: half_a_head, reads: 0, function: None },
    Phase { name: "half a body", said: half_a_body, reads: 0, function: Some("echo") },
    Phase { name: "waiting", said: |protocol| get(protocol, "/stays"), reads: 0, function: Some("stays") },
    Phase {
        name: "half an answer",
        said: |protocol| get(protocol, "/flood"),
        reads: 20_000,
        function: Some("flood"),
    },
];

fn half_a_head(protocol: Protocol) -> Vec<u8> {
    let mut said = get(protocol, "/hello");
    said.truncate(said.len() - 5);
    said
}

fn half_a_body(protocol: Protocol) -> Vec<u8> {
    let mut said = head_of(protocol, "POST", "/echo", Some(1000));
    if protocol.two {
        said.extend(client::frame(client::DATA, 0, 1, b"half"));
    } else {
        said.extend(b"half");
    }
    said
}

#[test]
fn whoever_is_killed_leaves_nothing_behind() {
    for tls in [false, true] {
        let mut served = Served::new();
        let job = functions::write(&served);
        let certificates = concat!(env!("CARGO_MANIFEST_DIR"), "/serve/tests/serve/tls/one");
        let pair = [format!("{certificates}.pem"), format!("{certificates}.key.pem")];
        let with_tls = ["--tls-cert", &pair[0], "--tls-key", &pair[1]];
        served.start(&[&[job][..], if tls { &with_tls } else { &[] }].concat());
        let mut files = None;
        for two in [false, true] {
            for phase in &PHASES {
                killed(&served, Protocol { tls, two }, phase);
                // The first one has had the server open what it keeps open.
                let most = *files.get_or_insert_with(|| served.vitals().files);
                until("its files are closed", || served.vitals().files <= most);
            }
        }
        if !tls {
            assert_eq!(served.client().get("/hello").text(), HELLO_TEXT);
        }
        served.finish();
    }
}

#[track_caller]
fn killed(served: &Served, protocol: Protocol, phase: &Phase) {
    let what = |what: &str| format!("{what}: {protocol:?}, {}", phase.name);
    let running = u64::from(phase.function.is_some());
    let before = served.log().lines().count();
    let client = Doomed::start(served.place(), protocol, &(phase.said)(protocol), phase.reads);
    until(&what("connected"), || served.connections() == 1 && served.running() == running);
    client.kill();
    until(&what("nothing goes on"), || served.connections() == 0 && served.running() == 0);
    let Some(function) = phase.function else { return };
    let mut line = String::new();
    until(&what("the log says so"), || {
        line = served.log().lines().skip(before).collect::<Vec<_>>().join("\n");
        line.contains(&format!("function=site/{function} "))
    });
    // Whose body breaks off is told so, and may fail of it before it is ended.
    let ended =
        line.contains("ending=cancelled") || phase.name == "half a body" && line.contains("ending=trapped");
    assert!(ended && line.contains(" delivery="), "{}\n{line}", what("log"));
}
