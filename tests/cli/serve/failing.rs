//! Functions that fail, and more requests than can be answered.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::{Served, cgi, job};
use crate::support::Case;

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
    let said: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("[site/trap ")).collect();
    assert!(said.len() == 2 && said[0].ends_with("] ood bey"), "{}", ended.stderr);
}

#[test]
fn a_request_has_its_time_while_its_client_does_not_read() {
    let case = Case::new();
    case.write("flood.wat", cgi("(loop $on (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $on))"));
    let served = Served::start(&case, &["flood.wat", "--timeout", "1s"]);
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

/// What computes for a while before it answers.
const COMPUTE: &str = "(local $left i32) (local.set $left (i32.const 30000000))
    (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))";

#[test]
fn more_than_can_be_computed_is_refused_and_the_rest_is_answered() {
    let case = Case::new();
    case.write("compute.wat", cgi(COMPUTE));
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
fn who_may_wait_for_long_is_answered_in_the_end() {
    let case = Case::new();
    case.write("compute.wat", cgi(COMPUTE));
    let served =
        Served::start(&case, &["compute.wat", "--threads", "1", "--wait", "10m", "--timeout", "10m"]);
    assert_eq!(served.status("GET /"), "200", "what one costs is known now");
    thread::scope(|scope| {
        let clients: Vec<_> = (0..40).map(|_| scope.spawn(|| served.status("GET /"))).collect();
        assert!(clients.into_iter().all(|client| client.join().unwrap() == "200"));
    });
    served.running.signal(Signal::TERM);
    served.running.end().exits(0);
}
