//! Bodies of requests that a test writes while they are sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dayfly_host_api::net::Incoming;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A body that is written while it is sent.
pub(crate) struct Written(Receiver<io::Result<Frame<Bytes>>>);

/// Its other end: a few bytes are taken ahead, no more.
pub(crate) struct Writer(pub(crate) Sender<io::Result<Frame<Bytes>>>);

pub(crate) fn written() -> (Writer, Written) {
    let (sender, receiver) = channel(1);
    (Writer(sender), Written(receiver))
}

impl Writer {
    pub(crate) async fn data(&self, data: impl Into<Bytes>) {
        self.0.send(Ok(Frame::data(data.into()))).await.unwrap();
    }

    pub(crate) async fn trailers(&self, trailers: HeaderMap) {
        self.0.send(Ok(Frame::trailers(trailers))).await.unwrap();
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(cx)
    }
}

/// The next piece of an answer, as text.
pub(crate) async fn piece(answer: &mut Incoming) -> String {
    let frame = answer.frame().await.unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}

/// The rest of an answer, as text, and its trailers.
pub(crate) async fn rest(answer: Incoming) -> (String, Option<HeaderMap>) {
    let whole = answer.collect().await.unwrap();
    let trailers = whole.trailers().cloned();
    (String::from_utf8(whole.to_bytes().to_vec()).unwrap(), trailers)
}
