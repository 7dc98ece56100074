//! Answers requests. Every request has an instance of its own: nothing that is kept here is there for the next one.

use std::io::{self, Write};

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Function;

wasip2::http::proxy::export!(Function);

impl Guest for Function {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let name = path.strip_prefix("/hello/").unwrap_or("world");
        if let Err(error) = answer(out, &format!("Hello, {name}!\n")) {
            eprintln!("the answer can't be sent: {error}");
        }
    }
}

/// Sends a text.
fn answer(out: ResponseOutparam, text: &str) -> io::Result<()> {
    let headers = Fields::new();
    let kind = b"text/plain; charset=utf-8".to_vec();
    headers.append("content-type", &kind).map_err(io::Error::other)?;
    let response = OutgoingResponse::new(headers);
    let body = response.body().map_err(|()| io::Error::other("the response has no body"))?;
    ResponseOutparam::set(out, Ok(response));
    let mut stream = body.write().map_err(|()| io::Error::other("the body has no stream"))?;
    stream.write_all(text.as_bytes())?;
    Write::flush(&mut stream)?;
    drop(stream);
    OutgoingBody::finish(body, None).map_err(io::Error::other)
}
