//! Files that change while they are served.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{Served, cgi, job, left};
use crate::compiling::{bomb, children, is_running};
use crate::support::{Case, Running};

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
    ended.says("+ /there  site/there").says("- /here  site/here");
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
    ended.says(&format!("  http://127.0.0.1:{port}/here/{{name}}  site/here  GET"));
}

/// The first process that a server has started and that is there.
fn compiler(of: &Running) -> u32 {
    let begun = Instant::now();
    loop {
        if let Some(&child) = children(of.id()).first() {
            return child;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is compiled");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn who_stops_a_server_stops_its_compiling_at_the_start_and_in_a_reload() {
    for signal in [Signal::INT, Signal::TERM] {
        let case = Case::new();
        case.write("bomb.wasm", bomb());
        let running = case.start(["serve", "--listen", "unix:socket", "bomb.wasm"]);
        let child = compiler(&running);
        running.signal(signal);
        running.end().exits(0);
        assert!(!is_running(child), "the child outlives who asked for it");
        assert!(!case.path("socket").exists());
        assert_eq!(left(&case), Vec::<String>::new());

        case.write("cgi.wat", cgi(""));
        case.write("job.yaml", job(&[("here", "cgi.wat", "http.route: /here")]));
        let served = Served::start(&case, &["job.yaml"]);
        assert_eq!(served.ask("GET /here").1, "here I am\n");
        case.write("job.yaml", job(&[("here", "bomb.wasm", "http.route: /here")]));
        let child = compiler(&served.running);
        // What is served goes on meanwhile.
        assert_eq!(served.ask("GET /here").1, "here I am\n");
        served.running.signal(signal);
        let ended = served.running.end().exits(0);
        assert!(!is_running(child), "the child outlives who asked for it");
        assert!(!ended.stderr.contains("reloaded"), "{}", ended.stderr);
        assert_eq!(left(&case), Vec::<String>::new());
    }
}
