//! A function that parses the JSON text that it is sent into a tree, and writes it again.

mod answer;

use guests::json;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

wasip2::http::proxy::export!(Function);

struct Function;

impl Guest for Function {
    fn handle(request: IncomingRequest, answered: ResponseOutparam) {
        let body = answer::all(request.consume().expect("the first body"));
        let value = json::read(std::str::from_utf8(&body).expect("a text"));
        let mut text = String::new();
        json::write(&value, &mut text);
        answer::answer(answered, "application/json", |write| write(text.as_bytes()));
    }
}
