//! A request with all of its body, for an answer with all of its own.

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, USER_AGENT};
use http_body_util::{BodyExt as _, Full};
use url::Url;

use super::exchange::Shared;
use super::pool::Body;
use super::timeouts::Timeouts;
use crate::net::{Answer, Error, answer, credentials, place, redirect};

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// Of whom: one that [`parse`](place::parse) takes.
    pub url: Url,
    /// The guest's own headers.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// The bytes of the answer's body that are of interest; the rest is read and dropped.
    pub keep: usize,
    /// The bytes that the answer's body may have.
    pub most: u64,
}

/// Sends a request and those that it is redirected to.
pub(super) async fn exchange(shared: &Shared, mut request: Request) -> Result<Answer, Error> {
    for _ in 0..=redirect::MOST {
        credentials::of_url(&request.url, &mut request.headers);
        let answer = shared.answer(&request.url, message(&request)?, &Timeouts::default()).await?;
        let (head, body) = answer.into_parts();
        if !redirect::follow(&mut request, head.status, &head.headers)? {
            return answer::read(head, body, &request).await;
        }
    }
    Err(Error::Http(format!("the server redirects more than {} times", redirect::MOST)))
}

/// What is sent: the guest's headers, and those that it does not decide about.
fn message(request: &Request) -> Result<http::Request<Body>, Error> {
    let body = Full::new(request.body.clone()).map_err(|never| match never {}).boxed_unsync();
    let mut message = http::Request::new(body);
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = place::uri(&request.url)?;
    let headers = message.headers_mut();
    headers.clone_from(&request.headers);
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(concat!("dayfly/", env!("CARGO_PKG_VERSION"))));
    // Servers may insist on a length where a body is expected.
    let expected = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if expected || !request.body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    Ok(message)
}
