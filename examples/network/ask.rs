//! Asks each URL that it is given for its page, with the function that Bacalhau has for that.

use std::env;
use std::process::ExitCode;

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

const GET: u32 = 0;
const ROOM: u32 = 64 << 10;

fn main() -> ExitCode {
    let mut failed = false;
    for url in env::args().skip(1) {
        match get(&url) {
            Ok((status, body)) => println!("{url}: status {status}, {} bytes", body.len()),
            Err(why) => {
                println!("{url}: {why}");
                failed = true;
            }
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The status and the body of a page, or why there is none.
fn get(url: &str) -> Result<(u32, Vec<u8>), &'static str> {
    let (mut headers, mut body) = (vec![0; ROOM as usize], vec![0; ROOM as usize]);
    let (mut headers_length, mut body_length, mut status) = (ROOM, ROOM, 0);
    // SAFETY: every pointer leads to as many bytes as the length beside it says, or to a number of its own.
    let code = unsafe {
        http_request(
            GET,
            url.as_ptr(),
            url.len(),
            std::ptr::null(),
            0,
            std::ptr::null(),
            0,
            headers.as_mut_ptr(),
            &mut headers_length,
            body.as_mut_ptr(),
            &mut body_length,
            &mut status,
        )
    };
    body.truncate(body_length as usize);
    match code {
        0 => Ok((status, body)),
        1 => Err("not a URL"),
        3 => Err("no answer in time"),
        4 => Err("host not allowed"),
        5 => Err("the answer is too large"),
        _ => Err("no answer"),
    }
}
