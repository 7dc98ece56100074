//! Connections, datagrams and names.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::thread;

use serde_json::Value;

use super::Program;
use crate::support::Ended;

/// With a network within this machine.
fn socket() -> Program {
    Program::new("p2_socket").flags(&["--allow-host", "localhost"])
}

#[track_caller]
fn usage(ended: &Ended, name: &str) -> u64 {
    ended.json()["executions"][0]["usage"][name].as_u64().unwrap()
}

#[test]
fn ip_name_lookup() {
    let names = ["ip_name_lookup", "localhost", "127.0.0.1", "[", "10.0.0.1"];
    let ended = socket().run(&names).exits(0);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines[..2], ["localhost: [127.0.0.1]", "127.0.0.1: [127.0.0.1]"], "{ended}");
    assert_eq!(lines[2], "[: invalid-argument", "{ended}");
    // What may not be reached is not told either.
    assert!(!lines[3].contains('['), "{ended}");
    ended.says("10.0.0.1");
}

#[test]
fn tcp_bind() {
    socket().shows(&["tcp_bind"], "bound");
}

#[test]
fn tcp_busy_poll() {
    socket().shows(&["tcp_busy_poll"], "polled");
}

#[test]
fn tcp_connect() {
    socket().shows(&["tcp_connect"], "connected");
}

#[test]
fn tcp_listen() {
    socket().shows(&["tcp_listen"], "listened");
}

#[test]
fn tcp_sockopts() {
    socket().shows(&["tcp_sockopts"], "set");
}

#[test]
fn tcp_states() {
    socket().shows(&["tcp_states"], "as they should be");
}

#[test]
fn tcp_streams() {
    socket().shows(&["tcp_streams"], "4194304 bytes");
}

/// A server on this machine that answers what it gets until the end of it.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut heard = Vec::new();
            // One that is reset has ended too.
            let _ = stream.read_to_end(&mut heard);
            let _ = write!(stream, "heard {}", String::from_utf8_lossy(&heard));
        }
    });
    address
}

#[test]
fn tcp_sample_application() {
    let ended = socket().run(&["tcp_sample_application", &server()]).exits(0);
    assert!(ended.stdout.starts_with("heard by WASI\n"), "{ended}");
}

#[test]
fn what_is_sent_is_counted_and_limited() {
    let there = server();
    let ended = socket().flags(&["--json"]).run(&["tcp_send", &there, "100000"]).exits(0);
    assert_eq!(usage(&ended, "sent_bytes"), 100_000);
    let limited = socket().flags(&["--send-limit", "50kB"]);
    let ended = limited.run(&["tcp_send", &there, "100000"]).exits(0);
    assert!(!ended.stdout.contains("sent\n"), "{ended}");
    ended.says("refused: ").says("--send-limit");
}

#[test]
fn where_a_job_does_not_lead_no_socket_does() {
    let there = server();
    let elsewhere = Program::new("p2_socket").flags(&["--allow-host", "example.com", "--json"]);
    let ended = elsewhere.run(&["tcp_send", &there, "1"]).exits(0);
    assert!(ended.stderr.contains("not connected: access-denied"), "{ended}");
    let refusals: Value = ended.json()["executions"][0]["refusals"].clone();
    assert_eq!(refusals[0]["count"], 1, "{refusals}");
    assert!(refusals[0]["what"].as_str().unwrap().contains("127.0.0.1"), "{refusals}");
    assert_eq!(usage(&ended, "sent_bytes"), 0);
}

#[test]
fn udp_bind() {
    socket().shows(&["udp_bind"], "bound");
}

#[test]
fn udp_connect() {
    socket().shows(&["udp_connect"], "connected");
}

#[test]
fn udp_sample_application() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    let there = server.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut buffer = [0; 100];
        let (count, from) = server.recv_from(&mut buffer).unwrap();
        let answer = format!("an answer to {}", String::from_utf8_lossy(&buffer[..count]));
        server.send_to(answer.as_bytes(), from).unwrap();
    });
    socket().shows(&["udp_sample_application", &there], "an answer to a question");
}

#[test]
fn udp_send_to_closed_receiver() {
    socket().shows(&["udp_send_to_closed_receiver"], "sent");
}

#[test]
fn udp_send_too_much() {
    socket().run(&["udp_send_too_much"]).exits(134).prints("sending\n").has_one_error();
}

#[test]
fn udp_sockopts() {
    socket().shows(&["udp_sockopts"], "set");
}

#[test]
fn udp_states() {
    socket().shows(&["udp_states"], "as they should be");
}

#[test]
fn udp_stream() {
    socket().shows(&["udp_stream"], "heard");
}
