//! A function: says hello to who sends nothing, and sends everything else back, piece by piece. At a piece that begins with
//! `wait` it waits for a while, tells that on standard error, and waits for an hour.

use std::thread::sleep;
use std::time::Duration;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::StreamError;

wasip2::http::proxy::export!(Serve);

struct Serve;

impl Guest for Serve {
    fn handle(request: IncomingRequest, answered: ResponseOutparam) {
        let answer = OutgoingResponse::new(Fields::new());
        let body = answer.body().expect("the first body");
        ResponseOutparam::set(answered, Ok(answer));
        let output = body.write().expect("the first stream");
        let incoming = request.consume().expect("the first body");
        let input = incoming.stream().expect("the first stream");
        let mut is_empty = true;
        loop {
            match input.blocking_read(4096) {
                Ok(piece) => {
                    is_empty &= piece.is_empty();
                    if piece.starts_with(b"wait") {
                        sleep(Duration::from_millis(20));
                        eprintln!("waited");
                        sleep(Duration::from_secs(3600));
                    }
                    output.blocking_write_and_flush(&piece).expect("somebody reads it");
                }
                Err(StreamError::Closed) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
        if is_empty {
            output.blocking_write_and_flush(b"Hello, world!\n").expect("somebody reads it");
        }
        drop(output);
        OutgoingBody::finish(body, None).expect("the whole body");
    }
}
