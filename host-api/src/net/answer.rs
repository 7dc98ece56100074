//! Taking an answer in.

use bytes::Bytes;
use http::header::HeaderMap;
use http::response::Parts;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use super::{Error, Incoming, Request};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// As much of its body as was of interest.
    pub body: Vec<u8>,
}

/// Reads the body of an answer. What is not of interest is read and dropped, so that the connection can be used again;
/// no more is kept than that.
pub(super) async fn read(head: Parts, mut body: Incoming, request: &Request) -> Result<Answer, Error> {
    let most = request.most;
    if body.size_hint().lower() > most {
        return Err(Error::TooLarge(most));
    }
    let (mut kept, mut total) = (Vec::new(), 0_u64);
    while let Some(frame) = body.frame().await {
        // Trailers come to nobody.
        let data: Bytes = frame?.into_data().unwrap_or_default();
        total = total.saturating_add(data.len() as u64);
        if total > most {
            return Err(Error::TooLarge(most));
        }
        let room = request.keep.saturating_sub(kept.len());
        kept.extend_from_slice(&data[..data.len().min(room)]);
    }
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: kept })
}
