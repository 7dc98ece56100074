//! Nothing of a request is there for the next one.

use std::thread;

use crate::functions;
use crate::support::{Served, soak};

/// Connections at a time: instances are taken up again in another order than they were left in.
const CLIENTS: usize = 4;

#[test]
fn nobody_finds_what_another_one_left() {
    let requests = soak(100).div_ceil(CLIENTS);
    let mut served = Served::new();
    let job = functions::write(&served);
    served.start(&[job]);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut client = served.client();
                for request in 0..requests {
                    let answer = client.get("/marks");
                    assert_eq!((answer.status, answer.text()), (200, "clean\n"), "request {request}");
                }
            });
        }
    });
    served.finish();
    // Nor on the disk.
    let left: Vec<_> = std::fs::read_dir(served.path("home/executions")).into_iter().flatten().collect();
    assert!(left.iter().all(|entry| entry.as_ref().unwrap().file_name() == ".running"), "{left:?}");
}
