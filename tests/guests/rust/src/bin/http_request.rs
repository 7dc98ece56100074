//! Sends a request with Bacalhau's host function and shows the answer. The variables `HTTP_METHOD`, `HTTP_URL`,
//! `HTTP_HEADERS` and `HTTP_BODY` say which one; `HTTP_TIMES` how often, `HTTP_ROOM` how many bytes of an answer's body it
//! has room for. Exits with 1 where there is no answer.

use std::env;

#[link(wasm_import_module = "wasi:http/requests")]
extern "C" {
    fn http_request(
        method: u32,
        url: *const u8,
        url_length: usize,
        headers: *const u8,
        headers_length: usize,
        body: *const u8,
        body_length: usize,
        answer_headers: *mut u8,
        answer_headers_length: *mut u32,
        answer_body: *mut u8,
        answer_body_length: *mut u32,
        status: *mut u32,
    ) -> u32;
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];

/// An answer: its status, its headers and its body.
struct Answer {
    status: u32,
    headers: String,
    body: String,
}

fn main() {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let number = |name: &str, default| variable(name).parse().unwrap_or(default);
    let (method, url) = (variable("HTTP_METHOD"), variable("HTTP_URL"));
    let method = if method.is_empty() { "GET".to_owned() } else { method };
    println!("Making {method} request to {url}");
    let mut last = None;
    for _ in 0..number("HTTP_TIMES", 1) {
        let answer = request(
            &method,
            &url,
            &variable("HTTP_HEADERS"),
            &variable("HTTP_BODY"),
            number("HTTP_ROOM", 65_536),
        );
        match answer {
            Ok(answer) => last = Some(answer),
            Err(code) => {
                println!("Error making request: {}", name(code));
                std::process::exit(1);
            }
        }
    }
    if let Some(Answer { status, headers, body }) = last {
        println!("Status Code: {status}\nHeaders:\n{headers}\nBody:\n{body}");
    }
}

fn request(method: &str, url: &str, headers: &str, body: &str, room: usize) -> Result<Answer, u32> {
    let method = METHODS.iter().position(|name| *name == method).unwrap_or(99);
    let (mut answer_headers, mut answer_body) = (vec![0; 4_096], vec![0; room.max(1)]);
    let (mut headers_length, mut body_length, mut status) = (4_096, room as u32, 0);
    // SAFETY: every pointer is to something of ours, and as long as is said.
    let code = unsafe {
        http_request(
            method as u32,
            url.as_ptr(),
            url.len(),
            headers.as_ptr(),
            headers.len(),
            body.as_ptr(),
            body.len(),
            answer_headers.as_mut_ptr(),
            &mut headers_length,
            answer_body.as_mut_ptr(),
            &mut body_length,
            &mut status,
        )
    };
    if code != 0 {
        return Err(code);
    }
    let text = |bytes: &[u8], length: u32| String::from_utf8_lossy(&bytes[..length as usize]).into_owned();
    Ok(Answer {
        status,
        headers: text(&answer_headers, headers_length),
        body: text(&answer_body, body_length),
    })
}

fn name(code: u32) -> String {
    let name = match code {
        1 => "invalid URL",
        2 => "network error",
        3 => "request timeout",
        4 => "host not allowed",
        5 => "response too large",
        6 => "bad input",
        7 => "memory error",
        code => return format!("unknown error {code}"),
    };
    name.to_owned()
}
