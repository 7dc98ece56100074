//! From a request to its answer.

use std::rc::Rc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;

use crate::body::{AnswerBody, Fault};
use crate::head::{self, Wrong};
use crate::open::{HELD, Open};
use crate::thread::Thread;
use crate::usage::Telling;
use crate::{Handler, RequestBody};

/// Answers a request: with what its handler says, unless it is none that may be answered, or there is no room.
pub(crate) async fn answer<H: Handler>(
    mut request: Request<Incoming>,
    open: Open,
    thread: Rc<Thread>,
    handler: H,
) -> Response<AnswerBody<H::Body>> {
    let shared = &thread.shared;
    if let Some(traces) = &shared.traces {
        *open.exchange.span.borrow_mut() = traces.begin(request.headers_mut(), &thread.names);
    }
    if let Err(wrong) = head::check(&request, &shared.bounds) {
        shared.counters.refused_heads();
        return refusal(wrong, open);
    }
    let Some(admitted) = shared.admission.enter().await else {
        shared.counters.refused_requests();
        // Nobody tells when there is room for others.
        open.hold_back(shared.bounds.wait).await;
        return busy(open);
    };
    let telling = if shared.usage { Telling::of(&request) } else { Telling::Never };
    if open.exchange.is_secure() {
        head::name_scheme(&mut request);
    }
    let (head, body) = request.into_parts();
    let received =
        (!body.is_end_stream()).then(|| open.exchange.received.get_or_init(Default::default).clone());
    let body = RequestBody::new(body, shared.bounds.body_idle, received);
    let answer = handler.handle(Request::from_parts(head, body), open.exchange.clone()).await;
    if let Some(fault) = open.exchange.fault().filter(|_| answer.status().is_server_error()) {
        // What failed did so for want of the rest of the body.
        drop(answer);
        return faulty(fault, open);
    }
    if open.exchange.crowded.get() {
        shared.counters.refused_requests();
        // It makes room for others while it is held back.
        drop(admitted);
        open.hold_back(HELD).await;
        return AnswerBody::of(answer, open, None, telling);
    }
    AnswerBody::of(answer, open, Some(admitted), telling)
}

fn refusal<B: http_body::Body>(wrong: Wrong, open: Open) -> Response<AnswerBody<B>> {
    open.exchange.set_reason(wrong.why);
    let mut answer = plain(wrong.status, format!("{}\n", wrong.why));
    // What follows on such a connection may not be what it seems to be.
    close(&mut answer, &open);
    AnswerBody::own(answer, open)
}

fn faulty<B: http_body::Body>(fault: Fault, open: Open) -> Response<AnswerBody<B>> {
    let (status, why) = match fault {
        Fault::Late => (StatusCode::REQUEST_TIMEOUT, "the request's body paused for longer than it may"),
        Fault::Broken => (StatusCode::BAD_REQUEST, "the request's body can't be read"),
    };
    refusal(Wrong { status, why }, open)
}

fn busy<B: http_body::Body>(open: Open) -> Response<AnswerBody<B>> {
    open.exchange.set_reason("too many requests");
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, "too many requests; try again\n".to_owned());
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    AnswerBody::own(answer, open)
}

fn plain(status: StatusCode, text: String) -> Response<Bytes> {
    let mut answer = Response::new(text.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

fn close(answer: &mut Response<Bytes>, open: &Open) {
    // HTTP/2 has no such field: its requests don't follow each other in one stream of bytes.
    if open.exchange.version < Version::HTTP_2 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
}
