//! Any call of Bacalhau's function for requests, over any memory: nothing panics, nothing is written but where the guest
//! said and there was room, and what would be sent is one request for the host of its URL.
#![no_main]

use std::future::{self, Future};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dayfly_host_api::net::requests::{Call, Code, Sender, http_request};
use dayfly_host_api::net::{Answer, Client, Denied, Destination, Error, Policy, Request, Settings};
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

/// The guest's memory, in bytes.
const MEMORY: usize = 16 << 10;

/// What a guest does not decide about.
const NEVER: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "upgrade"];

fuzz_target!(|bytes: &[u8]| {
    let Some((numbers, rest)) = bytes.split_at_checked(24) else { return };
    let numbers: Vec<u32> =
        numbers.chunks(2).map(|pair| place(u16::from_le_bytes([pair[0], pair[1]]))).collect();
    let call = Call::from(<[u32; 12]>::try_from(numbers).expect("there are twelve"));
    let mut memory = vec![0; MEMORY];
    let room = rest.len().min(MEMORY);
    memory[..room].copy_from_slice(&rest[..room]);

    let before = memory.clone();
    let fake = Fake { headers: headers(rest), ..Fake::default() };
    let code = now(http_request(&fake, &mut memory, &call));
    check_written(&before, &memory, &call, code);
    if let Some(request) = fake.sent.into_inner().expect("nobody panicked") {
        check(&request);
        // The client itself, which may reach nothing.
        let client = Client::new(Settings::new(Arc::new(Nowhere)));
        let mut again = before.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        assert_eq!(runtime.block_on(http_request(&client, &mut again, &call)), Code::NotAllowed);
        assert_eq!((client.traffic().sent_bytes, client.refusals().len()), (0, 1));
        assert_eq!(before, again);
    }
});

/// Numbers that are mostly places in the memory, and sometimes edges.
fn place(number: u16) -> u32 {
    match number {
        0xff00.. => u32::MAX - u32::from(number & 0xff),
        0xfe00.. => MEMORY as u32 - u32::from(number & 0xff),
        small => u32::from(small % MEMORY as u16),
    }
}

/// Runs what waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nothing is waited for"),
    }
}

/// Headers of an answer, as a server might choose them.
fn headers(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for piece in bytes.chunks(16).take(64) {
        let (name, value) = piece.split_at(piece.len() / 2);
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}

/// Keeps the request, and answers it with more than was asked for.
#[derive(Default)]
struct Fake {
    headers: HeaderMap,
    sent: Mutex<Option<Request>>,
}

impl Sender for Fake {
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Error>> + Send {
        *self.sent.lock().expect("nobody panicked") = Some(request);
        future::ready(Ok(Answer { status: 207, headers: self.headers.clone(), body: vec![0xaa; MEMORY] }))
    }
}

/// Nothing may be reached.
struct Nowhere;

impl Policy for Nowhere {
    fn destination(&self, host: &str, _: u16) -> Result<Destination, Denied> {
        assert!(!host.is_empty());
        Err(Denied { what: "not there".to_owned(), remedy: None })
    }

    fn address(&self, _: &Destination, _: IpAddr) -> Result<(), Denied> {
        panic!("nothing is resolved")
    }

    fn resolved(&self, _: &Destination, _: &[IpAddr]) {
        panic!("nothing is resolved")
    }

    fn ipv6(&self) -> bool {
        true
    }
}

/// A request that can be told from no other by what a server sees of it.
fn check(request: &Request) {
    assert!(matches!(request.url.scheme(), "http" | "https") && request.url.host().is_some());
    assert!(!request.url.as_str().bytes().any(|byte| byte.is_ascii_control() || byte == b' '));
    for (name, value) in &request.headers {
        assert!(!NEVER.contains(&name.as_str()), "{name}");
        assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
    }
}

/// Nothing has changed but what the call names.
fn check_written(before: &[u8], after: &[u8], call: &Call, code: Code) {
    if code != Code::Ok {
        assert_eq!(before, after);
        return;
    }
    let word = |at: u32| u32::from_le_bytes(before[at as usize..][..4].try_into().expect("four bytes"));
    let mut places = vec![
        (call.answer_headers_length, 4),
        (call.answer_body_length, 4),
        (call.answer_headers, word(call.answer_headers_length)),
        (call.answer_body, word(call.answer_body_length)),
    ];
    if call.status != 0 {
        places.push((call.status, 4));
    }
    for (at, (old, new)) in before.iter().zip(after).enumerate() {
        let named = places.iter().any(|&(start, length)| (start..start + length).contains(&(at as u32)));
        assert!(old == new || named, "{at} was changed");
    }
}
