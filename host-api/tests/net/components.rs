//! Requests of components: what wasmtime's crate calls, and the codes that it gets.

use std::future::Future;
use std::net::TcpListener;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use bytes::Bytes;
use dayfly_host_api::net::http::Hooks;
use dayfly_host_api::net::{Client, Denied, SendLimits, Servers, Settings, Tls};
use http::Response;
use http_body_util::{BodyExt as _, Full};
use tokio::io::AsyncWriteExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::support::body::written;
use crate::support::dns::{Dns, Found};
use crate::support::policy::Listed;
use crate::support::raw::{listen, read_until};
use crate::support::server::{Server, Then, answer, ok};
use crate::support::tls::{acceptor, own, two};
use crate::support::{LONG, SHORT, settings, tls};

type Rest = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
type Opened = Result<(Response<WasiBody>, Rest), Error>;

/// What wasmtime's crate gets.
fn sent(
    client: Client,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> impl Future<Output = Opened> + Send {
    let mut hooks = Hooks::new(Some(Arc::new(client)));
    let opened = Box::into_pin(hooks.send_request(request, options, Box::new(async { Ok(()) })));
    async { opened.await.map(|(answer, rest)| (answer, Box::into_pin(rest))) }
}

fn bare(url: &str) -> http::Request<WasiBody> {
    let body = Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync();
    http::Request::builder().uri(url).body(body).unwrap()
}

fn post(url: &str) -> http::Request<WasiBody> {
    let mut request = bare(url);
    *request.method_mut() = http::Method::POST;
    request
}

/// A code in the words that wasmtime's crate has for it.
fn code<T>(sent: Result<T, Error>) -> String {
    format!("{:?}", sent.err().unwrap())
}

/// With short times for everything.
fn short() -> Option<RequestOptions> {
    let time = Some(SHORT);
    Some(RequestOptions { connect_timeout: time, first_byte_timeout: time, between_bytes_timeout: time })
}

#[tokio::test]
async fn an_answer_comes_with_its_body() {
    let server = Server::start(|_| ok("hi")).await;
    let (answer, rest) =
        sent(Client::new(settings(Listed::default())), bare(&server.url("/")), None).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hi");
    rest.await.unwrap();
}

#[tokio::test]
async fn without_a_network_everything_is_denied() {
    let mut hooks = Hooks::new(None);
    let opened = hooks.send_request(bare("http://a.test/"), None, Box::new(async { Ok(()) }));
    assert_eq!(code(Box::into_pin(opened).await.map(drop)), "HttpRequestDenied");
}

#[tokio::test]
async fn what_can_not_be_connected_has_its_code() {
    let dns = Dns::start(|name, _, _| match name {
        "silent.test" => Found::Silence,
        "private.test" => Found::V4(vec![[10, 0, 0, 1].into()]),
        "empty.test" => Found::V4(vec![]),
        _ => Found::NoSuchName,
    })
    .await;
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hangs = listen(|mut stream| async move { drop(read_until(&mut stream, "never").await) }).await;
    for (url, expected) in [
        ("http://forbidden.test/".to_owned(), "HttpRequestDenied"),
        ("http://private.test/".to_owned(), "HttpRequestDenied"),
        ("http://none.test/".to_owned(), "DnsError { rcode: Some(\"NXDOMAIN\"), info_code: None }"),
        ("http://empty.test/".to_owned(), "DnsError { rcode: Some(\"NODATA\"), info_code: None }"),
        (format!("http://{free}/"), "ConnectionRefused"),
        (format!("https://{hangs}/"), "ConnectionTimeout"),
        ("http://silent.test/".to_owned(), "ConnectionTimeout"),
        ("gopher://a.test/".to_owned(), "HttpRequestUriInvalid"),
        ("/path".to_owned(), "HttpRequestUriInvalid"),
    ] {
        let policy = Listed { forbidden: vec!["forbidden.test"], ..Listed::default() };
        let settings = Settings { servers: Servers::These(vec![dns.address]), ..settings(policy) };
        assert_eq!(code(sent(Client::new(settings), bare(&url), short()).await), expected, "{url}");
    }
}

#[tokio::test]
async fn what_tls_says_has_its_code() {
    let secure = |protocols: &'static [&str]| {
        let acceptor = acceptor(protocols);
        listen(move |stream| {
            let acceptor = acceptor.clone();
            async move { drop(acceptor.accept(stream).await) }
        })
    };
    let plain = listen(|mut stream| async move {
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        read_until(&mut stream, "never").await;
    })
    .await
    .port();
    let (good, strange) = (secure(&[]).await.port(), secure(&["gopher"]).await.port());
    for (tls, url, expected) in [
        (own(), format!("https://other.test:{good}/"), "TlsCertificateError"),
        (Tls::trusting([]), format!("https://secure.test:{good}/"), "TlsCertificateError"),
        (
            own(),
            format!("https://secure.test:{strange}/"),
            "TlsAlertReceived { alert_id: Some(120), alert_message: Some(\"NoApplicationProtocol\") }",
        ),
        (own(), format!("https://secure.test:{plain}/"), "TlsProtocolError"),
        // Accepted, and closed at once.
        (own(), format!("https://secure.test:{good}/"), "ConnectionTerminated"),
    ] {
        assert_eq!(code(sent(Client::new(tls::settings(tls)), bare(&url), None).await), expected, "{url}");
    }
}

#[tokio::test]
async fn answers_that_are_none_have_their_codes() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    for (text, then, expected) in [
        ("", Then::Close, "ConnectionTerminated"),
        ("HTTP/1.1 200 OK\r\nConten", Then::Close, "ConnectionTerminated"),
        ("SSH-2.0-OpenSSH_9.2\r\n", Then::Close, "HttpProtocolError"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Then::Close, "HttpProtocolError"),
        (&*long, Then::Hang, "HttpResponseHeaderSectionSize(None)"),
        ("", Then::Hang, "ConnectionReadTimeout"),
    ] {
        let reply = text.to_owned();
        let server = Server::start(move |_| answer(&reply, then)).await;
        let sent = sent(Client::new(settings(Listed::default())), bare(&server.url("/")), short()).await;
        assert_eq!(code(sent), expected, "{text:.40}");
    }
    for (text, then, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", Then::Close, "HttpResponseIncomplete"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", Then::Hang, "ConnectionReadTimeout"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Then::Hang, "HttpProtocolError"),
    ] {
        let server = Server::start(move |_| answer(text, then)).await;
        let sent = sent(Client::new(settings(Listed::default())), bare(&server.url("/")), short()).await;
        assert_eq!(code(sent.unwrap().0.into_body().collect().await), expected, "{text:?}");
    }
}

#[tokio::test]
async fn bodies_that_fail_have_their_codes() {
    let server = Server::start(|_| answer("", Then::Hang)).await;
    let (writer, body) = written();
    let mut request = post(&server.url("/")).map(|_| body.map_err(|_| Error::LoopDetected).boxed_unsync());
    request.headers_mut().insert("content-length", 11.into());
    let (sent_short, ()) =
        tokio::join!(sent(Client::new(settings(Listed::default())), request, None), async {
            writer.data("short").await;
            drop(writer);
        });
    assert_eq!(code(sent_short), "HttpRequestBodySize(Some(5))");

    // The guest's own reason is its own.
    let (writer, body) = written();
    let request = post(&server.url("/")).map(|_| body.map_err(|_| Error::LoopDetected).boxed_unsync());
    let (given_up, ()) = tokio::join!(sent(Client::new(settings(Listed::default())), request, None), async {
        writer.0.send(Err(std::io::Error::other("given up"))).await.unwrap();
    });
    assert_eq!(code(given_up), "LoopDetected");
}

#[tokio::test]
async fn what_may_not_be_sent_any_more_is_denied() {
    let server = Server::start(|_| ok("")).await;
    let secure =
        two(|_, mut respond| async move { drop(respond.send_response(Response::new(()), true)) }).await;
    let denied = Denied { what: "no more".to_owned(), remedy: None };
    for (url, total) in [(server.url("/"), 10), (format!("{secure}/"), 100), (format!("{secure}/"), 700)] {
        let limits = SendLimits { total: Some((total, denied.clone())), rate: None };
        let client = Client::new(Settings { limits, ..tls::settings(own()) });
        let body = Full::new(Bytes::from(vec![b'x'; 1_000])).map_err(|never| match never {}).boxed_unsync();
        let sent = sent(client, bare(&url).map(|_| body), None).await;
        assert_eq!(code(sent), "HttpRequestDenied", "{url} {total}");
    }
}

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The guest's stack is small, and what it waits for is looked at there. TLS runs elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_needs_little_stack() {
    let secure = two(|_, mut respond| async move {
        let mut answer = respond.send_response(Response::new(()), false).unwrap();
        answer.send_data(vec![b'x'; 1 << 20].into(), true).unwrap();
    })
    .await;
    let runtime = tokio::runtime::Handle::current();
    let waits = move || {
        let _runtime = runtime.enter();
        let request = bare(&format!("{secure}/"));
        let mut whole = pin!(async {
            let (answer, rest) = sent(Client::new(tls::settings(own())), request, None).await.unwrap();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            rest.await.unwrap();
            body.len()
        });
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            match whole.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(length) => break length,
                Poll::Pending => thread::park_timeout(Duration::from_millis(100)),
            }
        }
    };
    let thread = thread::Builder::new().stack_size(128 << 10).spawn(waits).unwrap();
    let length = tokio::task::spawn_blocking(|| thread.join().unwrap());
    assert_eq!(tokio::time::timeout(LONG, length).await.unwrap().unwrap(), 1 << 20);
}

#[tokio::test]
async fn what_needs_no_body_is_sent_without_waiting_for_its_end() {
    let server = Server::start(|_| ok("hi")).await;
    for method in [http::Method::GET, http::Method::HEAD] {
        let (_writer, body) = written();
        let mut request =
            bare(&server.url("/")).map(|_| body.map_err(|_| Error::LoopDetected).boxed_unsync());
        *request.method_mut() = method;
        let (_, rest) = sent(Client::new(settings(Listed::default())), request, None).await.unwrap();
        rest.await.unwrap();
    }
    assert!(server.seen().iter().all(|seen| !seen.contains("transfer-encoding")));
}

/// The crate looks once at what is to be said of a request before it takes the answer: what was not sent must not take the
/// answer's place.
#[tokio::test]
async fn an_answer_is_not_lost_when_not_all_was_sent() {
    let place = listen(|mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        let text = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(text.as_bytes()).await.unwrap();
    })
    .await;
    let (_writer, body) = written();
    let request =
        post(&format!("http://{place}/")).map(|_| body.map_err(|_| Error::LoopDetected).boxed_unsync());
    let (answer, mut rest) = sent(Client::new(settings(Listed::default())), request, None).await.unwrap();
    assert_eq!(answer.status(), 413);
    tokio::time::sleep(SHORT).await;
    assert!(rest.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(code(rest.await), "ConnectionTerminated");
}
