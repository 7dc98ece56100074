//! Requests that are answered.

use components::{argument, parsed, streams};
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{ErrorCode, Fields, HeaderError, Method, OutgoingBody, OutgoingResponse, Scheme};
use wasip2::io::poll::poll;

use crate::ask::{ask, show};

/// A page.
pub fn get() {
    let scheme = if argument(2) == "https" { Scheme::Https } else { Scheme::Http };
    let page = ask(Method::Get, &argument(1)).path(Some("/get?some=arg&goes=here"));
    match page.header("x-own", "1").scheme(scheme).send() {
        Ok(answer) => show(&answer),
        Err(error) => println!("{error:?}"),
    }
}

/// A page, from as deep inside of the guest's own calls as the third argument says; no page where there is no place to
/// ask.
pub fn get_from_deep_inside() {
    println!("{}", deep(parsed(3), ask_if_told));
}

fn ask_if_told() {
    if argument(1) != "nobody" {
        get();
    }
}

/// How deep is counted in such a way that no loop does the same.
#[inline(never)]
fn deep(depth: u32, then: fn()) -> u32 {
    if depth == 0 {
        then();
        return 1;
    }
    deep(depth - 1, then).rotate_left(1) ^ depth
}

/// A body to a page.
pub fn post() {
    show(
        &ask(Method::Post, &argument(1))
            .path(Some("/post"))
            .body(b"{\"foo\": \"bar\"}".into())
            .send()
            .unwrap(),
    );
}

/// An empty body is one too.
pub fn put() {
    show(&ask(Method::Put, &argument(1)).path(Some("/put")).body(vec![]).send().unwrap());
}

/// More than fits anywhere on the way at a time.
pub fn large_post() {
    let body: Vec<u8> = (0..parsed::<usize>(2)).map(|at| (at % 251) as u8).collect();
    show(&ask(Method::Post, &argument(1)).path(Some("/large")).body(body).send().unwrap());
}

/// A method of the guest's own.
pub fn unknown_method() {
    let own = Method::Other("EXTRA".to_owned());
    show(&ask(own, &argument(1)).send().unwrap());
    let wrong = Method::Other("not one".to_owned());
    let request = ask(Method::Get, &argument(1)).request();
    assert!(request.set_method(&wrong).is_err());
}

/// Without a path it is the root.
pub fn missing_path_and_query() {
    show(&ask(Method::Get, &argument(1)).path(None).send().unwrap());
}

/// A body is as long as its header says: what is longer or shorter is an error.
pub fn content_length() {
    let said = |length: &str| {
        let request = ask(Method::Post, &argument(1)).header("content-length", length).body(vec![]).request();
        let body = request.body().unwrap();
        (handle(request, None).unwrap(), body)
    };
    let (response, body) = said("11");
    let stream = body.write().unwrap();
    streams::write(&stream, b"long enough").unwrap();
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
    response.subscribe().block();
    println!("{}", response.get().unwrap().unwrap().unwrap().status());

    let (_response, body) = said("11");
    let stream = body.write().unwrap();
    streams::write(&stream, b"too short").unwrap();
    drop(stream);
    let short = OutgoingBody::finish(body, None).unwrap_err();
    assert!(matches!(short, ErrorCode::HttpRequestBodySize(Some(9))), "{short:?}");

    let (_response, body) = said("11");
    let stream = body.write().unwrap();
    let long = streams::write(&stream, b"longer than it should be");
    drop(stream);
    let finished = OutgoingBody::finish(body, None);
    assert!(long.is_err() || finished.is_err(), "{long:?} {finished:?}");
    println!("no other length");
}

/// An answer can be put together, as one that somebody else will send: its parts are what was put in.
pub fn response_build() {
    let fields = Fields::from_list(&[("x-own".to_owned(), b"1".to_vec())]).unwrap();
    fields.append("x-own", b"2").unwrap();
    assert_eq!(fields.get("X-Own"), [b"1", b"2"]);
    let response = OutgoingResponse::new(fields);
    response.set_status_code(418).unwrap();
    assert_eq!(response.status_code(), 418);
    assert!(response.set_status_code(7).is_err());
    let headers = response.headers();
    assert_eq!(headers.get("x-own").len(), 2);
    assert!(matches!(headers.append("x-own", b"3"), Err(HeaderError::Immutable)));
    let copy = headers.clone();
    copy.delete("x-own").unwrap();
    assert!(!copy.has("x-own") && headers.has("x-own"));
    let body = response.body().unwrap();
    assert!(response.body().is_err(), "one body");
    let stream = body.write().unwrap();
    assert!(body.write().is_err(), "one stream");
    stream.check_write().unwrap();
    stream.write(b"an answer").unwrap();
    drop(stream);
    drop((headers, response));
    println!("built");
}

/// Fills the header of a request until there is no more room.
pub fn headers() {
    let (fields, value) = (Fields::new(), vec![b'v'; 4000]);
    let mut count = 0u64;
    println!("filling");
    loop {
        if let Err(error) = fields.append("x-long", &value) {
            println!("refused after {} bytes: {error:?}", count * value.len() as u64);
            return;
        }
        count += 1;
        assert!(count < 100_000, "a header without a bound");
    }
}

/// Several requests at a time, whose answers come in any order.
pub fn many_at_once() {
    let count = parsed::<usize>(2);
    let mut waiting = Vec::new();
    for number in 0..count {
        let path = format!("/{number}");
        let request = ask(Method::Get, &argument(1)).path(Some(&path)).request();
        waiting.push(handle(request, None).unwrap());
    }
    let mut answered = 0;
    while !waiting.is_empty() {
        let pollables: Vec<_> = waiting.iter().map(|response| response.subscribe()).collect();
        let mut ready = poll(&pollables.iter().collect::<Vec<_>>());
        ready.sort_unstable();
        drop(pollables);
        for index in ready.into_iter().rev() {
            let response = waiting.swap_remove(index as usize);
            assert_eq!(response.get().unwrap().unwrap().unwrap().status(), 200);
            answered += 1;
        }
    }
    println!("{answered} answers");
}
