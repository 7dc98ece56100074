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
        let name = decoded(path.strip_prefix("/hello/").unwrap_or("world"));
        if let Err(error) = answer(out, &format!("Hello, {name}!\n")) {
            eprintln!("the answer can't be sent: {error}");
        }
    }
}

/// A part of a path as text: `%C3%A9` stands for a byte each.
fn decoded(part: &str) -> String {
    let mut pieces = part.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&piece.as_bytes()[2..]);
            }
            None => bytes.extend([b"%", piece.as_bytes()].concat()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
