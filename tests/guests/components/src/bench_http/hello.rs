//! A function that says hello, and nothing else.

mod answer;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

wasip2::http::proxy::export!(Function);

struct Function;

impl Guest for Function {
    fn handle(_: IncomingRequest, answered: ResponseOutparam) {
        answer::answer(answered, "text/plain", |write| write(b"Hello, world!\n"));
    }
}
