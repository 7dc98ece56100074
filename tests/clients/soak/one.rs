//! Requests of HTTP/1.1, on connections that are kept as long as they can be.

use super::{Chance, Left};
use crate::functions::HELLO_TEXT;
use crate::support::{Client, Served};

/// Connections of a thread, all of which have a request at a time.
const CONNECTIONS: usize = 16;

/// An answer that is waited for.
enum Expected {
    Status(u16),
    Text(&'static str),
    Back(Vec<u8>),
    /// None: the client has gone.
    Nothing,
}

pub(super) fn ask(served: &Served, left: &Left, mut chance: Chance) {
    let mut clients: Vec<Client> = (0..CONNECTIONS).map(|_| served.client()).collect();
    loop {
        let count = left.take(CONNECTIONS);
        if count == 0 {
            return;
        }
        let expected: Vec<Expected> =
            clients.iter_mut().take(count).map(|client| begin(client, &mut chance)).collect();
        for (client, expected) in clients.iter_mut().zip(expected) {
            match expected {
                Expected::Status(status) => assert_eq!(client.answer().status, status),
                Expected::Text(text) => {
                    let answer = client.answer();
                    assert_eq!((answer.status, answer.text()), (200, text));
                }
                Expected::Back(body) => {
                    let answer = client.answer();
                    assert_eq!(answer.status, 200);
                    assert!(answer.body == body, "{} bytes became {}", body.len(), answer.body.len());
                }
                Expected::Nothing => *client = served.client(),
            }
        }
    }
}

fn begin(client: &mut Client, chance: &mut Chance) -> Expected {
    match chance.below(100) {
        0..60 => {
            client.ask("/hello");
            Expected::Text(HELLO_TEXT)
        }
        60..80 => {
            let body = chance.body();
            client.send("/echo", &body);
            Expected::Back(body)
        }
        80..84 => {
            client.ask("/trap");
            Expected::Status(500)
        }
        84..88 => {
            client.ask("/mute");
            Expected::Status(502)
        }
        88..91 => {
            client.ask("/hog");
            Expected::Status(507)
        }
        91..93 => {
            client.ask("/nowhere");
            Expected::Status(404)
        }
        // Who leaves: before its head was said, before its body was, without an answer, and within one.
        93..95 => {
            client.say("GET /hello HTTP/1.1\r\nho");
            Expected::Nothing
        }
        95..97 => {
            client.say("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nhalf");
            Expected::Nothing
        }
        97..99 => {
            client.ask("/waits");
            Expected::Nothing
        }
        _ => {
            client.ask("/flood");
            client.exactly(10_000);
            Expected::Nothing
        }
    }
}
