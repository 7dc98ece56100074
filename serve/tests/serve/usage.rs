//! What clients are told of what their requests used.

use std::num::NonZero;

use dayfly_serve::{Form, Server};

use crate::support::Running;

fn telling(usage: bool) -> Running {
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    Running::of(builder.usage(usage), Form::Text)
}

/// What stands behind `wall;dur=` and its digits.
fn after_wall(field: &str) -> &str {
    let rest = field.strip_prefix("wall;dur=").unwrap();
    let digits = rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    assert!(digits.len() < rest.len(), "{field}");
    digits
}

#[test]
fn the_head_tells_what_is_known_by_then() {
    let server = telling(true);
    let mut client = server.client();
    let over = client.get("/fate");
    let field = over.field("server-timing").unwrap();
    assert_eq!(after_wall(field), ", cpu;dur=0.007, memory;desc=\"65536\"");
    let streams = client.get("/parts");
    assert_eq!(after_wall(streams.field("server-timing").unwrap()), "");
    assert_eq!(streams.field("trailer"), None, "who does not ask for trailers gets none");
}

#[test]
fn what_is_known_later_stands_after_the_body() {
    let server = telling(true);
    let said = "GET /parts HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: te, close\r\n\r\n";
    let answer = server.client().say(said).rest();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("\r\ntrailer: server-timing"), "{head}");
    assert_eq!(head.matches("server-timing: ").count(), 1, "{head}");
    let (_, trailers) = body.rsplit_once("\r\n0\r\n").unwrap();
    let field = trailers.strip_prefix("server-timing: ").unwrap().trim_end();
    assert_eq!(after_wall(field), ", cpu;dur=0.000, memory;desc=\"0\"");
    // What was known in the head is not told again.
    let said = said.replace("/parts", "/fate");
    let answer = server.client().say(said).rest();
    assert!(answer.contains("cpu;dur=0.007") && !answer.contains("trailer"), "{answer}");
    assert!(server.finish().lines().all(|line| !line.contains("delivery=")));
}

#[test]
fn nobody_is_told_unless_it_is_asked_for() {
    let server = telling(false);
    let said = "GET /parts HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: close\r\n\r\n";
    let answer = server.client().say(said).rest();
    assert!(!answer.contains("server-timing"), "{}", &answer[..200]);
}
