//! Many connections that are open, with nothing to do, on one core.

use std::time::Instant;

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::functions::{self, HELLO_TEXT};
use crate::support::{Client, Served, until};

/// As many as a server takes.
const CONNECTIONS: usize = 10_000;
/// Files that this process and the server have open besides, at most.
const OTHERS: u64 = 500;
/// What a connection may take of the server's memory, in bytes.
const MOST: u64 = 40 << 10;

#[test]
fn ten_thousand_connections_stay_open_and_are_answered() {
    let mut limit = getrlimit(Resource::Nofile);
    let connections = limit.maximum.map_or(CONNECTIONS, |most| {
        usize::try_from(most.saturating_sub(OTHERS)).unwrap_or(CONNECTIONS).min(CONNECTIONS)
    });
    if connections < CONNECTIONS {
        println!("skipped: all but {connections} connections: a process may not have more files open here");
    }
    let mut served = Served::new();
    let job = functions::write(&served);
    // Before this process raises its own limit, which others would begin with.
    served.start_behind(&["taskset", "-c", "0"], &[job, "--threads", "1"]);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();

    let greeted = |client: &mut Client| {
        let answer = client.get("/hello");
        assert_eq!((answer.status, answer.text()), (200, HELLO_TEXT));
    };
    greeted(&mut served.client());
    until("nobody is there", || served.connections() == 0);
    let before = served.vitals();
    let begun = Instant::now();
    let mut clients: Vec<Client> = (0..connections)
        .map(|_| {
            let mut client = served.client();
            greeted(&mut client);
            client
        })
        .collect();
    assert_eq!(served.connections(), connections as u64);
    let with = served.vitals();
    let each = with.resident.saturating_sub(before.resident) * 1024 / connections as u64;
    println!(
        "{connections} connections in {:?}: {} MiB before, {} MiB with them, {each} bytes each",
        begun.elapsed(),
        before.resident / 1024,
        with.resident / 1024
    );
    assert!(each <= MOST, "{each} bytes for each connection");
    assert_eq!(with.threads, before.threads);
    // Those that have waited for the shortest and the longest, and some between.
    for client in clients.iter_mut().step_by(connections / 100) {
        greeted(client);
    }
    drop(clients);
    until("all are gone", || served.connections() == 0);
    until("their files are closed", || served.vitals().files <= before.files);
    served.finish();
}
