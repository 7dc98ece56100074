//! `http_request` itself.

use std::future::Future;

use bytes::Bytes;
use http::Method;

use super::headers;
use super::{Call, Code};
use crate::fs::preview1::Memory;
use crate::net::{Answer, Client, Error, Request, place};

/// The most bytes of a body, whether it is sent or received.
pub const MAX_BODY: usize = 100 << 20;
/// What may always be received.
const MIN_BODY: usize = 64 << 10;

/// Sends requests.
pub trait Sender: Sync {
    /// Sends a request, and gives the answer.
    ///
    /// # Errors
    /// There is none.
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Error>> + Send;
}

impl Sender for Client {
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Error>> + Send {
        Client::send(self, request)
    }
}

/// `http_request`: sends a request that lies in the guest's memory, and writes the answer there.
pub async fn http_request(sender: &impl Sender, memory: &mut [u8], call: &Call) -> Code {
    match answered(sender, memory, call).await {
        Ok(()) => Code::Ok,
        Err(code) => code,
    }
}

async fn answered(sender: &impl Sender, memory: &mut [u8], call: &Call) -> Result<(), Code> {
    let size = memory.len();
    let mut memory = Memory::new(memory);
    let room = call.room(&memory)?;
    let request = Request { keep: room.body as usize, most: most(size) as u64, ..request(&memory, call)? };
    let answer = sender.send(request).await.map_err(|error| Code::from(&error))?;
    let lines = headers::write(&answer.headers, room.headers as usize);
    let body = answer.body.get(..room.body as usize).unwrap_or(&answer.body);
    call.write(&mut memory, answer.status, &lines, body)
}

/// The request, without what is said about its answer.
fn request(memory: &Memory<'_>, call: &Call) -> Result<Request, Code> {
    let url = memory.text(call.url, call.url_length).map_err(|_| Code::InvalidUrl)?;
    let url = place::parse(url).map_err(|error| Code::from(&error))?;
    let input = |start: u32, length: u32| {
        if start == 0 || length == 0 {
            Ok(&[][..])
        } else {
            memory.bytes(start, length).map_err(|_| Code::BadInput)
        }
    };
    let headers = headers::read(input(call.headers, call.headers_length)?)?;
    let body = input(call.body, call.body_length)?;
    if body.len() > MAX_BODY {
        return Err(Code::BadInput);
    }
    let method = method(call.method);
    Ok(Request { method, url, headers, body: Bytes::copy_from_slice(body), keep: 0, most: 0 })
}

fn method(number: u32) -> Method {
    match number {
        1 => Method::POST,
        2 => Method::PUT,
        3 => Method::DELETE,
        4 => Method::HEAD,
        5 => Method::OPTIONS,
        6 => Method::PATCH,
        _ => Method::GET,
    }
}

/// The most bytes of an answer's body, for a guest with so much memory.
fn most(memory: usize) -> usize {
    (memory / 5).saturating_mul(4).clamp(MIN_BODY, MAX_BODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_of_the_memory_may_be_received() {
        assert_eq!((most(0), most(65_536), most(1 << 20)), (65_536, 65_536, 838_860));
        assert_eq!((most(1 << 32), most(usize::MAX)), (MAX_BODY, MAX_BODY));
    }

    #[test]
    fn any_other_method_is_get() {
        let names: Vec<String> = (0..9).map(|number| method(number).to_string()).collect();
        assert_eq!(names, ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "GET", "GET"]);
    }
}
