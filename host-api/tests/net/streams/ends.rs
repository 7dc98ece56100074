//! How requests and answers end otherwise than they should.

use std::io;
use std::sync::{Arc, Mutex};

use dayfly_host_api::net::{Client, Denied, Error, Refusal, SendLimits, Settings};
use http::{Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{bare, chunk, failed, open, with};
use crate::support::body::{piece, rest, written};
use crate::support::policy::Listed;
use crate::support::raw::{listen, read_until};
use crate::support::server::{Server, Then, answer, ok};
use crate::support::tls::{own, two};
use crate::support::{client, settings};

#[tokio::test]
async fn a_request_is_as_long_as_it_says() {
    let server = Server::start(|_| ok("")).await;
    let secure = two(|request, mut respond| async move {
        let mut body = request.into_body();
        while let Some(Ok(_)) = body.data().await {}
        let _ = respond.send_response(Response::new(()), true);
    })
    .await;
    let client = Client::new(crate::support::tls::settings(own()));
    for url in [server.url("/"), format!("{secure}/")] {
        for (length, pieces) in [(11, &["short"][..]), (11, &["long", " string and more"]), (3, &[])] {
            let (writer, body) = written();
            let mut request = with(&url, body);
            request.headers_mut().insert("content-length", length.into());
            let write = async {
                for piece in pieces {
                    let _ = writer.0.send(Ok(hyper::body::Frame::data((*piece).into()))).await;
                }
                drop(writer);
            };
            let (sent, ()) = tokio::join!(open(&client, request), write);
            // A server may answer before it has all, and then it is said by what tells whether all was sent.
            let error = match sent {
                Ok((_, sent)) => failed(sent.ended().await),
                Err(error) => error,
            };
            let wrong = pieces.concat().len() as u64;
            assert!(
                matches!(error, Error::Length { declared, sent } if (declared, sent) == (length, wrong)),
                "{url}: {length} {pieces:?}: {error:?}"
            );
        }
        let (writer, body) = written();
        let mut request = with(&url, body);
        request.headers_mut().insert("content-length", 4.into());
        let (sent, ()) = tokio::join!(open(&client, request), async {
            writer.data("just").await;
            drop(writer);
        });
        sent.unwrap().1.ended().await.unwrap();
    }
    assert_eq!(client.failures(), [], "it is the guest's own doing");
}

#[tokio::test]
async fn a_guest_that_gives_up_writing_is_told_its_own_reason() {
    let server = Server::start(|_| ok("")).await;
    let secure = two(|_, respond| async move {
        tokio::time::sleep(crate::support::LONG).await;
        drop(respond);
    })
    .await;
    let client = Client::new(crate::support::tls::settings(own()));
    for url in [server.url("/"), format!("{secure}/")] {
        let (writer, body) = written();
        let (sent, ()) = tokio::join!(open(&client, with(&url, body)), async {
            writer.data("begin").await;
            writer.0.send(Err(io::Error::other("my reason"))).await.unwrap();
        });
        let error = failed(sent);
        assert!(matches!(&error, Error::Body(why) if why.to_string() == "my reason"), "{url}: {error:?}");
    }
    assert_eq!(client.failures(), []);
    assert!(server.seen().iter().all(|seen| !seen.ends_with("0\r\n\r\n")), "nothing was sent as whole");
}

#[tokio::test]
async fn a_server_that_answers_early_is_heard() {
    let place = listen(|mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        chunk(&mut stream).await;
        let text = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much";
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    let client = client(Listed::default());
    let (writer, body) = written();
    writer.data("begin").await;
    let (answer, sent) = open(&client, with(&format!("http://{place}/"), body)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(rest(answer.into_body()).await.0, "too much");
    let error = failed(sent.ended().await);
    assert!(matches!(error, Error::Ended(_)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_ends_early_is_no_whole_one() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi";
    for text in [text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n5\r\n"] {
        let server = Server::start(move |_| answer(text, Then::Close)).await;
        let client = client(Listed::default());
        let (answer, _) = open(&client, bare(Method::GET, &server.url("/"))).await.unwrap();
        let mut answer = answer.into_body();
        assert_eq!(piece(&mut answer).await, "hi");
        let error = failed(answer.frame().await.unwrap());
        assert!(matches!(error, Error::Incomplete(_)), "{error:?}");
        assert!(answer.frame().await.is_none());
        let [failure] = &client.failures()[..] else { panic!("one failure") };
        assert!(failure.what.contains("the answer is not whole") && failure.count == 1, "{failure:?}");
    }
}

#[tokio::test]
async fn so_is_one_that_the_server_takes_back() {
    let place = two(|_, mut respond| async move {
        let mut answer = respond.send_response(Response::new(()), false).unwrap();
        answer.send_data("hi".into(), false).unwrap();
        tokio::time::sleep(crate::support::SHORT).await;
        answer.send_reset(h2::Reason::INTERNAL_ERROR);
    })
    .await;
    let client = Client::new(crate::support::tls::settings(own()));
    let (answer, _) = open(&client, bare(Method::GET, &format!("{place}/"))).await.unwrap();
    let mut answer = answer.into_body();
    assert_eq!(piece(&mut answer).await, "hi");
    let error = failed(answer.frame().await.unwrap());
    assert!(matches!(error, Error::Incomplete(_)), "{error:?}");
}

/// A server that says what it was sent when the connection has ended.
async fn listener(answers: bool) -> (String, tokio::sync::mpsc::Receiver<String>) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let place = listen(move |mut stream| {
        let sender = sender.clone();
        async move {
            let mut seen = read_until(&mut stream, "\r\n\r\n").await;
            if answers {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi").await.unwrap();
            }
            let _ = stream.read_to_string(&mut seen).await;
            sender.send(seen).await.unwrap();
        }
    })
    .await;
    (format!("http://{place}/"), receiver)
}

#[tokio::test]
async fn who_stops_waiting_for_the_answer_ends_the_request() {
    let (url, mut ended) = listener(false).await;
    let client = client(Listed::default());
    let (writer, body) = written();
    {
        let sent = open(&client, with(&url, body));
        tokio::pin!(sent);
        tokio::select! {
            _ = &mut sent => panic!("there is no answer"),
            () = async {
                writer.data("one").await;
                writer.data("two").await;
                writer.data("three").await;
            } => {}
        }
    }
    let seen = ended.recv().await.unwrap();
    assert!(seen.contains("one") && !seen.ends_with("0\r\n\r\n"), "{seen}");
    assert!(writer.0.is_closed());
    assert_eq!(client.failures(), []);
}

#[tokio::test]
async fn who_drops_the_answer_or_does_not_care_whether_the_request_is_sent_ends_it() {
    for drops_answer in [true, false] {
        let (url, mut ended) = listener(true).await;
        let client = client(Listed::default());
        let (writer, body) = written();
        let (answer, sent) = open(&client, with(&url, body)).await.unwrap();
        writer.data("begin").await;
        let kept = if drops_answer {
            drop(answer);
            (None, Some(sent))
        } else {
            drop(sent);
            (Some(answer), None)
        };
        let seen = ended.recv().await.unwrap();
        assert!(!seen.ends_with("0\r\n\r\n"), "{seen}");
        writer.0.closed().await;
        if let Some(sent) = kept.1 {
            let error = failed(sent.ended().await);
            assert!(matches!(error, Error::Ended(_)), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_sent_stays_so() {
    let (url, _) = listener(true).await;
    let client = client(Listed::default());
    let (answer, sent) = open(&client, bare(Method::GET, &url)).await.unwrap();
    drop(sent);
    assert_eq!(piece(&mut answer.into_body()).await, "hi");
}

#[tokio::test]
async fn bytes_that_are_used_up_end_a_request_in_the_middle() {
    let received = Arc::new(Mutex::new(0));
    let counted = received.clone();
    let place = listen(move |mut stream| {
        let counted = counted.clone();
        async move {
            while let Ok(read @ 1..) = stream.read(&mut [0; 4096]).await {
                *counted.lock().unwrap() += read;
            }
        }
    })
    .await;
    let denied = Denied { what: "the guest may send 5000 bytes".to_owned(), remedy: None };
    let limits = SendLimits { total: Some((5_000, denied.clone())), rate: None };
    let client = Client::new(Settings { limits, ..settings(Listed::default()) });
    let (writer, body) = written();
    let (sent, ()) = tokio::join!(open(&client, with(&format!("http://{place}/"), body)), async {
        while writer.0.send(Ok(hyper::body::Frame::data(vec![b'x'; 700].into()))).await.is_ok() {}
    });
    let error = failed(sent);
    assert!(matches!(error, Error::Spent), "{error:?}");
    assert_eq!((client.traffic().sent_bytes, client.failures()), (5_000, vec![]));
    let refusals = client.refusals();
    assert!(matches!(&refusals[..], [Refusal { denied: same, .. }] if *same == denied), "{refusals:?}");
    assert!(*received.lock().unwrap() <= 5_000);
}
