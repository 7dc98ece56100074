//! Requests and answers as they come.

mod ends;
mod many;
mod pressure;
mod times;
mod ways;

use std::fmt::Debug;

use bytes::Bytes;
use dayfly_host_api::net::{Client, Error, Incoming, Sent, Timeouts};
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Body;

use crate::support::LONG;
use crate::support::raw::read_until;

/// Sends a request with a time for everything, so that a test that hangs fails.
async fn open<B>(client: &Client, request: Request<B>) -> Result<(Response<Incoming>, Sent), Error>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let timeouts = Timeouts { connect: Some(LONG), first_byte: Some(LONG), between_bytes: Some(LONG) };
    client.open(request, timeouts).await
}

/// A request without a body.
fn bare(method: Method, url: &str) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(url).body(Full::default()).unwrap()
}

/// A request with this one.
fn with<B>(url: &str, body: B) -> Request<B> {
    Request::builder().method(Method::POST).uri(url).body(body).unwrap()
}

fn failed(sent: Result<impl Debug, Error>) -> Error {
    sent.unwrap_err()
}

/// Reads a piece of a chunked body.
async fn chunk(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let length = read_until(stream, "\r\n").await;
    if length == "0\r\n" {
        return String::new();
    }
    read_until(stream, "\r\n").await.trim_end().to_owned()
}
