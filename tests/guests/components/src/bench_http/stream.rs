//! A function that answers with a megabyte, in pieces.

mod answer;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

const PIECE: [u8; 4096] = [b'.'; 4096];
const PIECES: usize = 256;

wasip2::http::proxy::export!(Function);

struct Function;

impl Guest for Function {
    fn handle(_: IncomingRequest, answered: ResponseOutparam) {
        answer::answer(answered, "application/octet-stream", |write| (0..PIECES).for_each(|_| write(&PIECE)));
    }
}
