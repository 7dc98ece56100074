//! Functions that change while they are asked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::functions::{says, task};
use crate::support::{Served, soak, until};

/// Between two changes.
const PAUSE: Duration = Duration::from_millis(100);

fn job(note: &str) -> String {
    format!("# {note}\nName: site\nType: service\nTasks:\n{}", task("hello"))
}

fn version(number: usize) -> String {
    says(&format!("version {number}\n"))
}

#[test]
fn nobody_notices_that_functions_change() {
    let changes = soak(8);
    let mut served = Served::new();
    served.write("hello.wat", &version(0));
    served.write("job.yaml", &job("first"));
    served.start(&["job.yaml"]);
    let (over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    // The version that a connection is answered with is never older than the one before.
    let ask = || {
        let (mut client, mut last) = (served.client(), 0);
        while !over.load(Ordering::Relaxed) {
            let answer = client.get("/hello");
            assert_eq!(answer.status, 200, "{}", answer.text());
            let version: usize = answer.text().trim_start_matches("version ").trim().parse().unwrap();
            assert!(version >= last, "{version} after {last}");
            last = version;
            answered.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(ask);
        }
        for change in 1..=changes {
            match change % 4 {
                0 => served.write("job.yaml", "Tasks: ["),
                1 | 3 => served.write("job.yaml", &job(&change.to_string())),
                _ => served.write("hello.wat", &version(change)),
            }
            thread::sleep(PAUSE);
        }
        served.write("job.yaml", &job("last"));
        served.write("hello.wat", &version(changes + 1));
        let last = format!("version {}\n", changes + 1);
        until("the last version is served", || served.client().get("/hello").text() == last);
        over.store(true, Ordering::Relaxed);
    });
    served.finish();
    let said = served.said();
    let refused = said.matches("not reloaded").count();
    let reloaded = said.matches("reloaded").count() - refused;
    println!("{} answers, {changes} changes, {reloaded} reloads, {refused} refused", answered.into_inner());
    // However slow it is: the last version came by a reload.
    assert!(reloaded > 0, "{said}");
}
