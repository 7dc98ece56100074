//! Headers as lines.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::Code;

/// The most bytes of headers that a guest may send.
pub const MAX_HEADERS_LENGTH: usize = 64 << 10;
/// The most headers that a guest may send.
const MAX_HEADERS: usize = 256;

/// What a guest does not decide about. The host and the length are those of the request itself; the others are about
/// one connection, and connections are the client's.
const NOT_THE_GUESTS: [&str; 13] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Reads a guest's headers: lines of a name, a colon and a value. A line without a colon is left out, as Bacalhau does
/// it, and what is not the guest's is too.
///
/// # Errors
/// [`Code::BadInput`] for a name or a value that no header can have, and for too many headers.
pub(super) fn read(bytes: &[u8]) -> Result<HeaderMap, Code> {
    if bytes.len() > MAX_HEADERS_LENGTH {
        return Err(Code::BadInput);
    }
    let mut headers = HeaderMap::new();
    let lines = bytes.split(|&byte| byte == b'\n');
    for line in lines.map(<[u8]>::trim_ascii) {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        let name = HeaderName::from_bytes(name).map_err(|_| Code::BadInput)?;
        let value = HeaderValue::from_bytes(value).map_err(|_| Code::BadInput)?;
        if headers.len() >= MAX_HEADERS {
            return Err(Code::BadInput);
        }
        headers.append(name, value);
    }
    // What `Connection` lists is about one connection too.
    let listed = headers.get_all(header::CONNECTION).iter();
    let listed: Vec<HeaderName> = listed
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .collect();
    for name in listed {
        headers.remove(name);
    }
    for name in NOT_THE_GUESTS {
        headers.remove(name);
    }
    Ok(headers)
}

/// The answer's headers as lines, with their names in the manner of Go (`Content-Type`), no more than `room` bytes of
/// them. There is no end of a line after the last one.
pub(super) fn write(headers: &HeaderMap, room: usize) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, value) in headers {
        if lines.len() >= room {
            break;
        }
        if name == header::TRANSFER_ENCODING || name == header::TRAILER {
            continue;
        }
        if !lines.is_empty() {
            lines.push(b'\n');
        }
        let mut first = true;
        for byte in name.as_str().bytes() {
            lines.push(if first { byte.to_ascii_uppercase() } else { byte });
            first = byte == b'-';
        }
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
    }
    lines.truncate(room);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let mut names: Vec<String> = read(text.as_bytes()).unwrap().keys().map(ToString::to_string).collect();
        names.sort();
        names
    }

    #[test]
    fn headers_are_lines_and_lines_without_a_colon_are_none() {
        let headers = read(b"A: 1\r\n b :2\n\nnothing\nA:  3:4  \nEmpty:\n").unwrap();
        let of = |name: &str| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(of("a"), ["1", "3:4"]);
        assert_eq!(
            (of("b"), of("empty")),
            (vec![HeaderValue::from_static("2")], vec![HeaderValue::from_static("")])
        );
        assert_eq!(headers.len(), 4);
    }

    #[test]
    fn what_could_be_another_header_is_none() {
        for bad in
            ["A: 1\rB: 2", "A\0: 1", "A: \0", "A B: 1", ": 1", "A: \x7f", "Ä: 1", "A\r: 1\rB: 2\n", "(: 1"]
        {
            assert_eq!(read(bad.as_bytes()), Err(Code::BadInput), "{bad:?}");
        }
        assert!(read("A: ä\tb".as_bytes()).is_ok(), "bytes that are no ASCII are allowed in values");
        let many = |count: usize| "A: 1\n".repeat(count);
        assert!(read(many(MAX_HEADERS).as_bytes()).is_ok());
        assert_eq!(read(many(MAX_HEADERS + 1).as_bytes()), Err(Code::BadInput));
        assert_eq!(read(&vec![b'\n'; MAX_HEADERS_LENGTH + 1]), Err(Code::BadInput));
    }

    #[test]
    fn what_is_about_the_connection_is_not_the_guests() {
        let text = "Host: other\nContent-Length: 7\nTransfer-Encoding: chunked\nTE: trailers\nUpgrade: h2c\n\
            Keep-Alive: 1\nProxy-Authorization: x\nExpect: 100-continue\nConnection: close, X-Hop\nX-Hop: 1\nX-Own: 2\n\
            User-Agent: mine\nAccept-Encoding: gzip";
        assert_eq!(names(text), ["accept-encoding", "user-agent", "x-own"]);
    }

    #[test]
    fn answers_headers_are_cut_where_there_is_no_more_room() {
        let mut headers = HeaderMap::new();
        headers.append("content-type", HeaderValue::from_static("text/plain"));
        headers.append("x-a", HeaderValue::from_bytes(b"\xff").unwrap());
        headers.append("transfer-encoding", HeaderValue::from_static("chunked"));
        let whole = b"Content-Type: text/plain\nX-A: \xff";
        assert_eq!(write(&headers, 1_000), whole);
        assert_eq!(write(&headers, 10), whole[..10]);
        assert_eq!(write(&headers, 0), b"");
    }
}
