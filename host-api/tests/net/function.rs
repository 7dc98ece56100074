//! Bacalhau's host function: its numbers, its buffers, its return codes.

use std::future;
use std::sync::Mutex;

use dayfly_host_api::net::requests::{Call, Code, MAX_BODY, MAX_HEADERS_LENGTH, Sender, http_request};
use dayfly_host_api::net::{Answer, Denied, Error, Request, TlsError, Unresolved};
use http::{HeaderMap, Method};

use crate::support::client;
use crate::support::policy::Listed;
use crate::support::server::{Server, Then, answer, ok};

/// Answers without a network, and keeps what it was asked.
#[derive(Default)]
struct Fake {
    requests: Mutex<Vec<Request>>,
    fails: Mutex<Option<Error>>,
}

impl Sender for Fake {
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Error>> + Send {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "text/plain".parse().unwrap());
        headers.insert("x-a", "1".parse().unwrap());
        self.requests.lock().unwrap().push(request);
        let failure = self.fails.lock().unwrap().take();
        future::ready(
            failure.map_or_else(|| Ok(Answer { status: 201, headers, body: b"the body".to_vec() }), Err),
        )
    }
}

impl Fake {
    fn sent(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

const SIZE: usize = 1 << 16;
const URL: u32 = 1_000;
const HEADERS: u32 = 3_000;
const BODY: u32 = 5_000;
const ANSWER_HEADERS: u32 = 10_000;
const ANSWER_BODY: u32 = 20_000;
const LENGTHS: u32 = 100;
const STATUS: u32 = 200;

/// A guest's memory with a request in it, and the call for it.
struct Guest {
    memory: Vec<u8>,
    call: Call,
}

impl Guest {
    fn new(url: &str, headers: &str, body: &str) -> Guest {
        let mut guest = Guest {
            memory: vec![0xee; SIZE],
            call: Call {
                method: 1,
                url: URL,
                url_length: url.len() as u32,
                headers: HEADERS,
                headers_length: headers.len() as u32,
                body: BODY,
                body_length: body.len() as u32,
                answer_headers: ANSWER_HEADERS,
                answer_headers_length: LENGTHS,
                answer_body: ANSWER_BODY,
                answer_body_length: LENGTHS + 4,
                status: STATUS,
            },
        };
        for (at, text) in [(URL, url), (HEADERS, headers), (BODY, body)] {
            guest.memory[at as usize..][..text.len()].copy_from_slice(text.as_bytes());
        }
        guest.room(1_000, 1_000);
        guest
    }

    fn any() -> Guest {
        Guest::new("http://a.test/x", "X-Own: 1\n", "some")
    }

    fn room(&mut self, headers: u32, body: u32) {
        self.memory[LENGTHS as usize..][..4].copy_from_slice(&headers.to_le_bytes());
        self.memory[LENGTHS as usize + 4..][..4].copy_from_slice(&body.to_le_bytes());
    }

    fn word(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.memory[at as usize..][..4].try_into().unwrap())
    }

    /// The answer's headers and body.
    fn answer(&self) -> (&str, &str) {
        let text = |at: u32, length: u32| {
            std::str::from_utf8(&self.memory[at as usize..][..length as usize]).unwrap()
        };
        (text(ANSWER_HEADERS, self.word(LENGTHS)), text(ANSWER_BODY, self.word(LENGTHS + 4)))
    }

    async fn call(&mut self, sender: &impl Sender) -> Code {
        http_request(sender, &mut self.memory, &self.call).await
    }
}

#[tokio::test]
async fn a_request_is_read_and_an_answer_is_written() {
    let (fake, mut guest) = (Fake::default(), Guest::any());
    assert_eq!(guest.call(&fake).await, Code::Ok);
    assert_eq!(guest.word(STATUS), 201);
    assert_eq!(guest.answer(), ("Content-Type: text/plain\nX-A: 1", "the body"));
    let request = fake.requests.lock().unwrap().remove(0);
    assert_eq!((request.method, request.url.as_str()), (Method::POST, "http://a.test/x"));
    assert_eq!((request.headers.len(), &request.headers["x-own"]), (1, &"1".parse().unwrap()));
    assert_eq!((&request.body[..], request.keep, request.most), (&b"some"[..], 1_000, 65_536));
}

#[tokio::test]
async fn what_there_is_no_room_for_is_cut_off() {
    for (headers, body, expected) in [
        (12, 3, ("Content-Type", "the")),
        (0, 0, ("", "")),
        (31, 8, ("Content-Type: text/plain\nX-A: 1", "the body")),
    ] {
        let mut guest = Guest::any();
        guest.room(headers, body);
        assert_eq!(guest.call(&Fake::default()).await, Code::Ok);
        assert_eq!(guest.answer(), expected);
        let after = guest.memory[ANSWER_BODY as usize + expected.1.len()];
        assert_eq!(after, 0xee, "nothing is written beyond");
    }
}

#[tokio::test]
async fn headers_body_and_status_may_be_missing() {
    let (fake, mut guest) = (Fake::default(), Guest::any());
    (guest.call.headers, guest.call.body, guest.call.status) = (0, 0, 0);
    assert_eq!(guest.call(&fake).await, Code::Ok);
    assert_eq!(guest.word(STATUS), 0xeeee_eeee);
    let request = fake.requests.lock().unwrap().remove(0);
    assert_eq!((request.headers.len(), request.body.len()), (0, 0));
}

/// A way to spoil a call.
type Spoil = fn(&mut Guest);

#[tokio::test]
async fn bad_pointers_are_told_before_anything_is_sent() {
    let cases: [(&str, Code, Spoil); 22] = [
        ("no place for headers", Code::BadInput, |guest| guest.call.answer_headers = 0),
        ("no place for their length", Code::BadInput, |guest| guest.call.answer_headers_length = 0),
        ("no place for the body", Code::BadInput, |guest| guest.call.answer_body = 0),
        ("no place for its length", Code::BadInput, |guest| guest.call.answer_body_length = 0),
        ("a length outside", Code::Memory, |guest| guest.call.answer_headers_length = SIZE as u32 - 3),
        ("a length far outside", Code::Memory, |guest| guest.call.answer_body_length = u32::MAX),
        ("a status outside", Code::Memory, |guest| guest.call.status = SIZE as u32),
        ("headers' room outside", Code::Memory, |guest| guest.room(SIZE as u32, 10)),
        ("a body's room outside", Code::Memory, |guest| guest.room(10, u32::MAX)),
        ("headers' place outside", Code::Memory, |guest| guest.call.answer_headers = u32::MAX),
        ("rooms overlap", Code::BadInput, |guest| guest.room(ANSWER_BODY - ANSWER_HEADERS + 1, 10)),
        ("the same room", Code::BadInput, |guest| guest.call.answer_body = ANSWER_HEADERS),
        ("the same length", Code::BadInput, |guest| guest.call.answer_body_length = LENGTHS),
        ("lengths overlap", Code::BadInput, |guest| {
            guest.room(10, 0);
            guest.call.answer_body_length = LENGTHS + 3;
        }),
        ("a status in the body", Code::BadInput, |guest| guest.call.status = ANSWER_BODY + 999),
        ("a URL outside", Code::InvalidUrl, |guest| guest.call.url = SIZE as u32 - 1),
        ("a URL of any length", Code::InvalidUrl, |guest| guest.call.url_length = u32::MAX),
        ("a URL that is no text", Code::InvalidUrl, |guest| guest.memory[URL as usize + 8] = 0xff),
        ("no URL", Code::InvalidUrl, |guest| guest.call.url_length = 0),
        ("headers outside", Code::BadInput, |guest| guest.call.headers = u32::MAX),
        ("too many headers", Code::BadInput, |guest| {
            (guest.call.headers, guest.call.headers_length) = (1, MAX_HEADERS_LENGTH as u32 + 1)
        }),
        ("a body outside", Code::BadInput, |guest| guest.call.body_length = SIZE as u32),
    ];
    for (what, code, spoil) in cases {
        let (fake, mut guest) = (Fake::default(), Guest::any());
        guest.memory.resize(SIZE, 0);
        spoil(&mut guest);
        let before = guest.memory.clone();
        assert_eq!(guest.call(&fake).await, code, "{what}");
        assert_eq!(fake.sent(), 0, "{what}");
        assert!(guest.memory == before, "{what}");
    }
}

#[tokio::test]
async fn rooms_of_nothing_overlap_nothing_and_rooms_may_touch() {
    let spoils: [Spoil; 3] = [
        |guest| {
            guest.room(0, 0);
            guest.call.answer_body = ANSWER_HEADERS;
        },
        |guest| guest.room(ANSWER_BODY - ANSWER_HEADERS, 10),
        |guest| guest.room(10, SIZE as u32 - ANSWER_BODY),
    ];
    for spoil in spoils {
        let mut guest = Guest::any();
        spoil(&mut guest);
        assert_eq!(guest.call(&Fake::default()).await, Code::Ok);
    }
}

#[tokio::test]
async fn a_body_is_bounded() {
    let (fake, mut guest) = (Fake::default(), Guest::any());
    guest.memory.resize(MAX_BODY + SIZE, 0);
    guest.call.body_length = MAX_BODY as u32 + 1;
    assert_eq!(guest.call(&fake).await, Code::BadInput);
    guest.call.body_length = MAX_BODY as u32;
    assert_eq!(guest.call(&fake).await, Code::Ok);
    let request = fake.requests.lock().unwrap().remove(0);
    assert_eq!((request.body.len(), request.most), (MAX_BODY, (MAX_BODY + SIZE) as u64 / 5 * 4));
}

#[tokio::test]
async fn each_failure_has_its_code() {
    let denied = Denied { what: String::new(), remedy: None };
    for (error, code) in [
        (Error::Url(String::new()), Code::InvalidUrl),
        (Error::Resolve { name: String::new(), kind: Unresolved::Other, why: String::new() }, Code::Network),
        (Error::Connect(std::io::ErrorKind::ConnectionRefused.into()), Code::Network),
        (Error::Tls(TlsError::Other(String::new())), Code::Network),
        (Error::Http(String::new()), Code::Network),
        (Error::Ended(String::new()), Code::Network),
        (Error::Incomplete(String::new()), Code::Network),
        (Error::Full(String::new()), Code::Network),
        (Error::Spent, Code::Network),
        (Error::TimedOut, Code::TimedOut),
        (Error::Denied(denied), Code::NotAllowed),
        (Error::TooLarge(1), Code::TooLarge),
    ] {
        let (fake, mut guest) = (Fake::default(), Guest::any());
        *fake.fails.lock().unwrap() = Some(error);
        let before = guest.memory.clone();
        assert_eq!(guest.call(&fake).await, code);
        assert!(guest.memory == before, "{code:?}: nothing is written");
    }
}

#[tokio::test]
async fn what_could_be_another_request_is_not_sent() {
    for (url, headers, code) in [
        ("http://a.test/\r\nX: 1", "", Code::InvalidUrl),
        ("http://a.test/ HTTP/1.1\nHost: b.test\n\n", "", Code::InvalidUrl),
        ("ftp://a.test/", "", Code::InvalidUrl),
        ("a.test:443", "", Code::InvalidUrl),
        ("/x", "", Code::InvalidUrl),
        ("*", "", Code::InvalidUrl),
        ("http://a.test/", "X: 1\rY: 2", Code::BadInput),
        ("http://a.test/", "X\0: 1", Code::BadInput),
        ("http://a.test/", "X Y: 1", Code::BadInput),
        ("http://a.test/", "GET / HTTP/1.1\r: 1", Code::BadInput),
    ] {
        let (fake, mut guest) = (Fake::default(), Guest::new(url, headers, ""));
        assert_eq!(guest.call(&fake).await, code, "{url:?} {headers:?}");
        assert_eq!(fake.sent(), 0);
    }
}

/// Whatever a guest writes, the server gets one request in the usual form, for the host of the URL.
#[tokio::test]
async fn a_server_gets_the_request_in_the_usual_form() {
    let server = Server::start(|_| ok("hello")).await;
    let client = client(Listed::default());
    let headers =
        "Host: other.test\nContent-Length: 1\nTransfer-Encoding: chunked\nConnection: close\nX-Own: 1\r\n";
    for path in ["/a//../b?c#d", "/http://other.test/", "//other.test/", "/%0d%0aX:1"] {
        let mut guest = Guest::new(&server.url(path), headers, "body");
        assert_eq!(guest.call(&client).await, Code::Ok, "{path}");
        assert_eq!((guest.word(STATUS), guest.answer().1), (200, "hello"));
        let seen = server.seen().pop().unwrap();
        let head: Vec<&str> = seen.split("\r\n").collect();
        assert!(head[0].starts_with("POST /") && head[0].ends_with(" HTTP/1.1"), "{seen}");
        let of = |name: &str| seen.lines().filter(|line| line.starts_with(name)).collect::<Vec<_>>();
        assert_eq!(of("host:"), [format!("host: {}", server.address)]);
        assert_eq!(of("content-length:"), ["content-length: 4"]);
        assert_eq!((of("transfer-encoding:").len(), of("connection:").len()), (0, 0), "{seen}");
        assert!(seen.ends_with("\r\n\r\nbody"), "{seen}");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_body_that_is_longer_than_may_be_has_its_code() {
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n{}", "x".repeat(65_537));
    let server = Server::start(move |_| answer(&long, Then::Next)).await;
    let mut guest = Guest::new(&server.url("/"), "", "");
    assert_eq!(guest.call(&client(Listed::default())).await, Code::TooLarge);
    // The same for a guest with more memory is cut off where its room ends.
    guest.memory.resize(1 << 20, 0);
    assert_eq!(guest.call(&client(Listed::default())).await, Code::Ok);
    assert_eq!(guest.answer().1, "x".repeat(1_000));
}
