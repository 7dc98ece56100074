//! Both ways at a time, with what comes before and after a body.

use dayfly_host_api::net::Client;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use tokio::io::AsyncWriteExt as _;

use super::{bare, chunk, open, with};
use crate::support::body::{piece, rest, written};
use crate::support::client;
use crate::support::policy::{Listed, denied};
use crate::support::raw::{listen, read_until};
use crate::support::server::{Server, Then, answer, ok, redirect};
use crate::support::tls::{own, settings, two};

fn trailers(name: &'static str, value: &str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert(name, value.parse().unwrap());
    trailers
}

#[tokio::test]
async fn a_request_is_written_while_its_answer_is_read() {
    let place = listen(|mut stream| async move {
        let head = read_until(&mut stream, "\r\n\r\n").await;
        assert!(
            head.starts_with("POST /echo HTTP/1.1\r\n") && head.contains("transfer-encoding: chunked"),
            "{head}"
        );
        let begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n";
        stream.write_all(begin.as_bytes()).await.unwrap();
        let mut pieces = 0;
        loop {
            let piece = chunk(&mut stream).await;
            if piece.is_empty() {
                break;
            }
            pieces += 1;
            let echo = format!("{:x}\r\n{piece}\r\n", piece.len());
            stream.write_all(echo.as_bytes()).await.unwrap();
        }
        let after = read_until(&mut stream, "\r\n\r\n").await;
        assert_eq!(after, "x-own: at the end\r\n\r\n");
        stream.write_all(format!("0\r\nX-Sum: {pieces}\r\n\r\n").as_bytes()).await.unwrap();
    })
    .await;
    let client = client(Listed::default());
    let (writer, body) = written();
    let mut request = with(&format!("http://{place}/echo"), body);
    request.headers_mut().insert("trailer", "x-own".parse().unwrap());
    let (answer, sent) = open(&client, request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut answer = answer.into_body();
    for word in ["one", "two", "three"] {
        writer.data(word).await;
        assert_eq!(piece(&mut answer).await, word);
    }
    writer.trailers(trailers("x-own", "at the end")).await;
    sent.ended().await.unwrap();
    assert_eq!(rest(answer).await, (String::new(), Some(trailers("x-sum", "3"))));
    assert_eq!((client.failures(), client.refusals()), (vec![], vec![]));
}

#[tokio::test]
async fn so_it_is_over_http_2() {
    let place = two(|request, mut respond| async move {
        let mut body = request.into_body();
        let mut answer = respond.send_response(Response::new(()), false).unwrap();
        while let Some(data) = body.data().await {
            let data = data.unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            answer.send_data(data, false).unwrap();
        }
        answer.send_trailers(body.trailers().await.unwrap().unwrap()).unwrap();
    })
    .await;
    let client = Client::new(settings(own()));
    let (writer, body) = written();
    let (answer, sent) = open(&client, with(&format!("{place}/"), body)).await.unwrap();
    let mut answer = answer.into_body();
    for word in ["one", "two", "three"] {
        writer.data(word).await;
        assert_eq!(piece(&mut answer).await, word);
    }
    writer.trailers(trailers("x-own", "at the end")).await;
    sent.ended().await.unwrap();
    assert_eq!(rest(answer).await, (String::new(), Some(trailers("x-own", "at the end"))));
}

#[tokio::test]
async fn what_the_guest_says_reaches_the_server_as_it_is() {
    let server = Server::start(|_| ok("")).await;
    let client = client(Listed::default());
    let url = server.url("/a/../b?c=%7e").replace("http://", "http://Aladdin:open%20sesame@");
    let mut request = bare(Method::from_bytes(b"PURGE").unwrap(), &url);
    request.headers_mut().insert("host", "inside.test".parse().unwrap());
    request.headers_mut().insert("x-own", "1".parse().unwrap());
    open(&client, request).await.unwrap();
    let seen = server.seen().remove(0);
    assert!(seen.starts_with("PURGE /a/../b?c=%7e HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: {}\r\n", server.address)) && !seen.contains("inside"), "{seen}");
    assert!(seen.contains("authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{seen}");
    // What it does not say is not said for it.
    assert!(seen.contains("x-own: 1\r\n") && !seen.contains("user-agent"), "{seen}");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let server = Server::start(|_| redirect(302, "http://10.0.0.1/")).await;
    let client = client(Listed::default());
    let (answer, _) = open(&client, bare(Method::GET, &server.url("/"))).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (302, &"http://10.0.0.1/".parse().unwrap())
    );
    assert_eq!((server.seen().len(), client.refusals()), (1, vec![]));
}

#[tokio::test]
async fn what_comes_before_an_answer_is_passed_over() {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    let server = Server::start(move |_| answer(text, Then::Next)).await;
    let client = client(Listed::default());
    let mut request = bare(Method::GET, &server.url("/"));
    request.headers_mut().insert("expect", "100-continue".parse().unwrap());
    let (answer, _) = open(&client, request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(rest(answer.into_body()).await.0, "hi");
}

#[tokio::test]
async fn answers_without_a_body_are_at_their_end() {
    for (method, text) in [
        (Method::HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        (Method::GET, "HTTP/1.1 204 No Content\r\n\r\n"),
        (Method::GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"),
    ] {
        let server = Server::start(move |_| answer(text, Then::Next)).await;
        let client = client(Listed::default());
        for _ in 0..3 {
            let (answer, _) = open(&client, bare(method.clone(), &server.url("/"))).await.unwrap();
            assert!(answer.into_body().frame().await.is_none());
        }
        assert_eq!(server.connections(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_host_that_is_forbidden_is_refused_however_it_is_written() {
    let client = client(Listed { forbidden: vec!["forbidden.test"], ..Listed::default() });
    for (url, what) in [
        ("http://forbidden.test/", "forbidden.test"),
        ("https://user@FORBIDDEN.test/", "forbidden.test"),
        ("http://10.0.0.1/", "10.0.0.1"),
        ("http://0x0a000001:80/", "10.0.0.1"),
        ("http://[fd00::1]/", "fd00::1"),
    ] {
        let failed = super::failed(open(&client, bare(Method::GET, url)).await);
        assert!(
            matches!(&failed, dayfly_host_api::net::Error::Denied(why) if *why == denied(what)),
            "{url}: {failed:?}"
        );
    }
    let refusals: Vec<u64> = client.refusals().iter().map(|refusal| refusal.count).collect();
    assert_eq!(refusals, [2, 2, 1]);
}
