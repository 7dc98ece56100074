//! A handler whose answers are known.

use std::error::Error;
use std::future::pending;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use dayfly_core::{Ending, OutputStream, Refusal, Usage};
use dayfly_serve::{Exchange, Fate, Handler, RequestBody};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use tokio::sync::Semaphore;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// What handlers have seen, on all threads.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Requests that were begun.
    pub(crate) begun: AtomicUsize,
    /// Requests that are not over.
    pub(crate) running: AtomicUsize,
    /// The most of them at a time.
    pub(crate) most: AtomicUsize,
    /// How many `/wait` may go on.
    pub(crate) gate: Semaphore,
}

impl Default for Seen {
    fn default() -> Self {
        let count = || AtomicUsize::new(0);
        Self { begun: count(), running: count(), most: count(), gate: Semaphore::new(0) }
    }
}

impl Seen {
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

struct Here(Arc<Seen>);

impl Here {
    fn enter(seen: &Arc<Seen>) -> Self {
        seen.begun.fetch_add(1, Ordering::SeqCst);
        let running = seen.running.fetch_add(1, Ordering::SeqCst) + 1;
        seen.most.fetch_max(running, Ordering::SeqCst);
        Self(seen.clone())
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers what its path says.
#[derive(Clone)]
pub(crate) struct Known(pub(crate) Arc<Seen>);

/// Of `/endless`, and of `/half`, which fails after its first part.
pub(crate) struct Parts {
    left: usize,
    fails: bool,
    // Until the body is dropped.
    _here: Here,
    exchange: Rc<Exchange>,
}

impl Handler for Known {
    type Body = Answered;

    async fn handle(&self, request: Request<RequestBody>, exchange: Rc<Exchange>) -> Response<Answered> {
        let here = Here::enter(&self.0);
        let path = request.uri().path().to_owned();
        exchange.set_function(&Arc::from(path.trim_start_matches('/')));
        match path.as_str() {
            "/echo" => {
                Response::new(Answered::Text(request.into_body().map_err(Failure::from).boxed_unsync()))
            }
            "/length" => match request.into_body().collect().await {
                Ok(body) => text(body.to_bytes().len().to_string()),
                Err(error) => {
                    let mut answer = text(error.to_string());
                    *answer.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                    answer
                }
            },
            "/never" => pending().await,
            "/wait" => {
                self.0.gate.acquire().await.unwrap().forget();
                text("waited")
            }
            "/heard" => {
                let all = "before\nafter\n";
                if exchange.hears(Instant::now()) {
                    exchange.hear(OutputStream::Stderr, 7, b"before\n");
                }
                self.0.gate.acquire().await.unwrap().forget();
                exchange.add_output(OutputStream::Stderr, all.len() as u64, all.into());
                text("heard")
            }
            "/panic" => panic!("as told"),
            "/secure" => text(format!("{} {}", exchange.is_secure(), request.uri())),
            "/fate" => {
                let refusal = Refusal { what: "a \"host\"\n".to_owned(), remedy: None, count: 2 };
                let usage = Usage { cpu_ns: 7_000, peak_memory_bytes: 65536, ..Usage::default() };
                let ending = Ending::Trapped("unreachable".to_owned());
                exchange.set_fate(Fate { ending, usage, refusals: vec![refusal] });
                text("fate")
            }
            "/context" => {
                exchange.set_route(&Arc::from("/{word}"));
                let said = |name| request.headers().get_all(name).iter().map(|value| value.to_str().unwrap());
                let said: Vec<&str> = said("traceparent").chain(said("tracestate")).collect();
                text(said.join(" "))
            }
            "/said" => {
                exchange.add_output(OutputStream::Stdout, 3, b"on\n".to_vec());
                exchange.add_output(OutputStream::Stderr, 1_000, b"it \"is\" so\r\n\x1b[31m\xff\n".to_vec());
                let ending = Ending::Trapped("unreachable".to_owned());
                exchange.set_fate(Fate { ending, usage: Usage::default(), refusals: Vec::new() });
                text("said")
            }
            "/endless" => parts(usize::MAX, false, here, exchange),
            "/overdue" => {
                exchange.set_deadline(Instant::now());
                parts(usize::MAX, false, here, exchange)
            }
            "/half" => parts(1, true, here, exchange),
            "/parts" => parts(3, false, here, exchange),
            _ => {
                exchange.settle();
                text("hello")
            }
        }
    }
}

pub(crate) fn text(text: impl Into<Bytes>) -> Response<Answered> {
    let body = Full::new(text.into()).map_err(|never| match never {}).boxed_unsync();
    Response::new(Answered::Text(body))
}

fn parts(left: usize, fails: bool, here: Here, exchange: Rc<Exchange>) -> Response<Answered> {
    Response::new(Answered::Parts(Parts { left, fails, _here: here, exchange }))
}

/// A body that stays on its thread.
pub(crate) enum Answered {
    Text(UnsyncBoxBody<Bytes, Failure>),
    Parts(Parts),
}

impl Body for Answered {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match self.get_mut() {
            Self::Text(body) => Pin::new(body).poll_frame(cx),
            Self::Parts(parts) => Poll::Ready(match parts.left {
                0 if parts.fails => Some(Err("the guest trapped".into())),
                0 => {
                    parts.end();
                    None
                }
                _ => {
                    parts.left -= 1;
                    Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 16 << 10]))))
                }
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Text(body) => body.is_end_stream(),
            Self::Parts(_) => false,
        }
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match self {
            Self::Text(body) => body.size_hint(),
            Self::Parts(_) => http_body::SizeHint::default(),
        }
    }
}

impl Parts {
    fn end(&self) {
        let ending = Ending::Exited(0);
        self.exchange.set_fate(Fate { ending, usage: Usage::default(), refusals: Vec::new() });
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        // As a guest's end is known when what it answered is gone.
        self.end();
    }
}
