//! What the measured functions share: the request's body as a whole, and an answer with a body.

use wasip2::http::types::{Fields, IncomingBody, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::StreamError;

/// Answers with what `write` gives, piece by piece.
pub fn answer(answered: ResponseOutparam, content_type: &str, mut write: impl FnMut(&mut dyn FnMut(&[u8]))) {
    let fields = Fields::from_list(&[("content-type".to_owned(), content_type.as_bytes().to_vec())]);
    let answer = OutgoingResponse::new(fields.expect("a field that may be set"));
    let body = answer.body().expect("the first body");
    ResponseOutparam::set(answered, Ok(answer));
    let output = body.write().expect("the first stream");
    write(&mut |piece| {
        for piece in piece.chunks(4096) {
            output.blocking_write_and_flush(piece).expect("somebody reads it");
        }
    });
    drop(output);
    OutgoingBody::finish(body, None).expect("the whole body");
}

/// All of a body.
#[allow(dead_code, reason = "not all functions read one")]
pub fn all(body: IncomingBody) -> Vec<u8> {
    let input = body.stream().expect("the first stream");
    let mut all = Vec::new();
    loop {
        match input.blocking_read(64 << 10) {
            Ok(piece) => all.extend_from_slice(&piece),
            Err(StreamError::Closed) => return all,
            Err(error) => panic!("{error:?}"),
        }
    }
}
