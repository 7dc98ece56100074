//! What operators ask a server: whether it lives, whether it takes requests, and what it counts.
//!
//! It is a server of its own, with one thread that no guest keeps busy.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;

use crate::shared::Shared;
use crate::{Bounds, Error, Exchange, Handler, RequestBody, Server, Stop, metrics};

/// Answers operators.
#[derive(Clone)]
struct Operator {
    /// Of the server that they ask about.
    shared: Arc<Shared>,
    stop: Stop,
}

/// Few ask, and what they ask is answered at once.
pub(crate) fn bounds() -> Bounds {
    Bounds { connections: 64, requests: 64, queue: 0, grace: Duration::from_secs(1), ..Bounds::default() }
}

/// Answers operators until told to stop by `stop`. `asked` is what the server that they ask about is told.
pub(crate) fn run(admin: Server, shared: &Arc<Shared>, asked: &Stop, stop: &Stop) -> Result<(), Error> {
    admin.run(|| Operator { shared: shared.clone(), stop: asked.clone() }, stop)
}

impl Handler for Operator {
    type Body = Full<Bytes>;

    async fn handle(&self, request: Request<RequestBody>, _: Rc<Exchange>) -> Response<Full<Bytes>> {
        let (status, text) = match request.uri().path() {
            "/healthz" => (StatusCode::OK, "healthy\n".to_owned()),
            "/readyz" if self.stop.is_asked() => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned()),
            "/readyz" => (StatusCode::OK, "ready\n".to_owned()),
            "/metrics" => (StatusCode::OK, metrics::print(&self.shared)),
            _ => (StatusCode::NOT_FOUND, "there are /healthz, /readyz and /metrics\n".to_owned()),
        };
        let asks = request.method() == Method::GET || request.method() == Method::HEAD;
        let (status, text) = match status {
            StatusCode::NOT_FOUND => (status, text),
            _ if asks => (status, text),
            _ => (StatusCode::METHOD_NOT_ALLOWED, "it can be read alone\n".to_owned()),
        };
        let mut answer = Response::new(Full::new(text.into()));
        *answer.status_mut() = status;
        let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        answer.headers_mut().insert(CONTENT_TYPE, kind);
        if status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        answer
    }
}
