//! Answers, whole and broken.

use bytes::Bytes;
use dayfly_host_api::net::{Client, Error};
use http::Method;

use crate::support::policy::Listed;
use crate::support::server::{Reply, Server, Then, answer, ok};
use crate::support::{SHORT, client, get, request, settings};

/// What a client makes of an answer.
async fn told(reply: impl Fn(&str) -> Reply + Clone + Send + 'static) -> Result<(u16, String), Error> {
    let server = Server::start(reply).await;
    let client = Client::new(settings(Listed::default()));
    let answer = client.send(get(&server.url("/"))).await?;
    Ok((answer.status, String::from_utf8_lossy(&answer.body).into_owned()))
}

#[tokio::test]
async fn methods_bodies_and_headers_reach_the_server() {
    let server = Server::start(|_| ok("")).await;
    let client = client(Listed::default());
    for (method, length) in [
        (Method::GET, None),
        (Method::POST, Some(0)),
        (Method::PUT, Some(0)),
        (Method::DELETE, None),
        (Method::HEAD, None),
        (Method::OPTIONS, None),
        (Method::PATCH, Some(0)),
    ] {
        let mut request = request(method.clone(), &server.url("/a/b?c=d"));
        request.headers.insert("x-own", "1".parse().unwrap());
        client.send(request.clone()).await.unwrap();
        request.body = Bytes::from_static(b"a body");
        client.send(request).await.unwrap();
        let seen = server.seen();
        let [bare, full] = &seen[seen.len() - 2..] else { panic!("two requests") };
        assert!(bare.starts_with(&format!("{method} /a/b?c=d HTTP/1.1\r\n")), "{bare}");
        assert!(bare.contains(&format!("host: {}\r\n", server.address)), "{bare}");
        assert!(bare.contains("user-agent: dayfly/") && bare.contains("x-own: 1\r\n"), "{bare}");
        let none =
            length.map_or("content-length".to_owned(), |length| format!("content-length: {length}\r\n"));
        assert_eq!(bare.contains(&none), length.is_some(), "{bare}");
        assert!(!bare.contains("accept-encoding") && !bare.contains("transfer-encoding"), "{bare}");
        assert!(full.contains("content-length: 6\r\n") && full.ends_with("\r\n\r\na body"), "{full}");
    }
    assert_eq!(server.connections(), 1, "connections are used again");
    assert_eq!(client.traffic().operations, 15, "14 requests and a connection");
}

#[tokio::test]
async fn what_is_allowed_in_http_is_understood() {
    let whole = |text: &'static str| move |_: &str| answer(text, Then::Next);
    for (text, status, body) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", 304, ""),
        ("HTTP/1.1 404 \r\nContent-Length: 1\r\n\r\n-", 404, "-"),
        ("HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", 299, ""),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
            200,
            "hi!",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n1\r\na\r\n0\r\nX-A: 1\r\n\r\n",
            200,
            "a",
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            200,
            "",
        ),
    ] {
        assert_eq!(told(whole(text)).await.unwrap(), (status, body.to_owned()), "{text}");
    }
    let until_the_end = |_: &str| answer("HTTP/1.0 200 OK\r\n\r\nall of it", Then::Close);
    assert_eq!(told(until_the_end).await.unwrap(), (200, "all of it".to_owned()));
}

#[tokio::test]
async fn the_answer_to_head_has_no_body_however_long_it_says() {
    let server =
        Server::start(|_| answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Then::Next)).await;
    let client = client(Listed::default());
    for _ in 0..2 {
        let answer = client.send(request(Method::HEAD, &server.url("/"))).await.unwrap();
        assert_eq!(
            (answer.body.len(), &answer.headers["content-length"]),
            (0, &"99999999999".parse().unwrap())
        );
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    for broken in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA B: 1\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\0\0\0",
    ] {
        let failed = told(move |_| answer(broken, Then::Close)).await;
        assert!(matches!(failed, Err(Error::Http(_))), "{broken:?}: {failed:?}");
    }
    for short in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
    ] {
        let failed = told(move |_| answer(short, Then::Close)).await;
        assert!(matches!(failed, Err(Error::Incomplete(_))), "{short:?}: {failed:?}");
    }
    let failed = told(move |_| answer("", Then::Close)).await;
    assert!(matches!(failed, Err(Error::Ended(_))), "{failed:?}");
}

#[tokio::test]
async fn headers_are_bounded() {
    let one_long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: 1\r\n".repeat(10_000));
    for huge in [one_long, many] {
        let failed = told(move |_| answer(&huge, Then::Hang)).await;
        // Which of them it is, is known only where components are told.
        assert!(matches!(failed, Err(Error::TooManyHeaders | Error::Http(_))), "{failed:?}");
    }
}

#[tokio::test]
async fn whoever_accepts_and_never_answers_is_waited_for_no_longer_than_may_be() {
    let begun = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi";
    for (text, then) in
        [("", Then::Hang), (begun, Then::Hang), ("HTTP/1.1 200 OK\r\n", Then::Hang), (begun, Then::Drip)]
    {
        let server = Server::start(move |_| answer(text, then)).await;
        let client =
            Client::new(dayfly_host_api::net::Settings { timeout: SHORT, ..settings(Listed::default()) });
        let failed = client.send(get(&server.url("/"))).await;
        assert!(matches!(failed, Err(Error::TimedOut)), "{text:?}: {failed:?}");
        // And nothing of it is left.
        server.until_open(0).await;
    }
}

#[tokio::test]
async fn bodies_that_are_too_long_are_errors_and_what_is_not_wanted_is_dropped() {
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, "x".repeat(1 << 16));
    let endless = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(40));
    let declared = "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n".to_owned();
    for long in [endless, declared] {
        let failed = told(move |_| answer(&long, Then::Hang)).await;
        assert!(matches!(failed, Err(Error::TooLarge(1_048_576))), "{failed:?}");
    }

    let body = "0123456789".repeat(10_000);
    let server = Server::start(move |_| ok(&body)).await;
    let client = client(Listed::default());
    for _ in 0..3 {
        let mut request = get(&server.url("/"));
        request.keep = 12;
        assert_eq!(client.send(request).await.unwrap().body, b"012345678901");
    }
    assert_eq!(server.connections(), 1, "all was read");
    assert!(client.traffic().received_bytes > 300_000);
}

/// Nothing is unpacked, so that nothing can be larger than what was sent.
#[tokio::test]
async fn compressed_answers_stay_compressed() {
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\xffnot even gzip";
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len())
            .into_bytes();
    bytes.extend(packed);
    let server = Server::start(move |_| answer(&bytes, Then::Next)).await;
    let answer = client(Listed::default()).send(get(&server.url("/"))).await.unwrap();
    assert_eq!(
        (&answer.headers["content-encoding"], &answer.body[..]),
        (&"gzip".parse().unwrap(), &packed[..])
    );
}
