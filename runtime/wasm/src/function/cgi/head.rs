//! The head of an answer on standard output.

use http::header::{CONTENT_LENGTH, LOCATION};
use http::response::{Builder, Parts};
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// The most bytes of a head.
pub(super) const MOST: usize = 64 << 10;

/// Where a head ends, and the body begins: after the first empty line. Lines end with a line feed, with or without a
/// carriage return before.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(at);
        }
    }
    None
}

/// A head that is whole.
///
/// # Errors
/// Why it is none.
pub(super) fn parse(head: &[u8]) -> Result<Parts, String> {
    let (mut answer, mut status, mut fields) = (Response::builder(), None, 0);
    for line in head.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let show = || String::from_utf8_lossy(&line[..line.len().min(100)]).escape_debug().to_string();
        let colon = line.iter().position(|&byte| byte == b':');
        let colon = colon.ok_or_else(|| format!("`{}` in its head is no `name: value`", show()))?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        fields += 1;
        if name.eq_ignore_ascii_case(b"status") {
            let code = value.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
            let code = StatusCode::from_bytes(code).ok().filter(|code| code.as_u16() >= 200);
            status = Some(code.ok_or_else(|| format!("`{}` is no status of an answer", show()))?);
            continue;
        }
        let (name, value) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value));
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(format!("`{}` is no header field", show()));
        };
        if !is_between(&name) {
            answer = answer.header(name, value);
        }
    }
    if fields == 0 {
        return Err("its head is empty: there is neither a `Content-Type`, nor a `Location`, nor a `Status`"
            .to_owned());
    }
    finished(answer, status)
}

fn finished(answer: Builder, status: Option<StatusCode>) -> Result<Parts, String> {
    let elsewhere = answer.headers_ref().is_some_and(|headers| headers.contains_key(LOCATION));
    let otherwise = if elsewhere { StatusCode::FOUND } else { StatusCode::OK };
    let answer = answer.status(status.unwrap_or(otherwise)).body(());
    let (parts, ()) = answer.map_err(|error| format!("its head is no good: {error}"))?.into_parts();
    let mut lengths = parts.headers.get_all(CONTENT_LENGTH).iter();
    let is_length = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| {
            !value.is_empty()
                && value.bytes().all(|byte| byte.is_ascii_digit())
                && value.parse::<u64>().is_ok()
        })
    };
    match (lengths.next(), lengths.next()) {
        (_, Some(_)) => Err("there are several `Content-Length` in its head".to_owned()),
        (Some(length), None) if !is_length(length) => Err("its `Content-Length` is no number".to_owned()),
        _ => Ok(parts),
    }
}

/// Whether a field is about the connection, of which a guest has none.
fn is_between(name: &HeaderName) -> bool {
    use http::header::{CONNECTION, TRAILER, TRANSFER_ENCODING, UPGRADE};
    [CONNECTION, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(head: &str) -> Result<(u16, Vec<String>), String> {
        let parts = parse(head.as_bytes())?;
        let fields = parts.headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap()));
        Ok((parts.status.as_u16(), fields.collect()))
    }

    #[test]
    fn a_head_is_fields_and_a_status() {
        let fields = |fields: &[&str]| fields.iter().map(|&field| field.to_owned()).collect::<Vec<_>>();
        assert_eq!(parsed("Content-Type: text/plain\n\n"), Ok((200, fields(&["content-type=text/plain"]))));
        let head = "status: 404 Not Found\r\nX-A:  b \r\nx-a: c\r\nConnection: close\r\n\r\n";
        assert_eq!(parsed(head), Ok((404, fields(&["x-a=b", "x-a=c"]))));
        assert_eq!(parsed("Location: /there\n\n").unwrap().0, 302);
        assert_eq!(parsed("Status: 201\nLocation: /there\n\n").unwrap().0, 201);
    }

    #[test]
    fn what_is_no_head_says_why() {
        for (head, why) in [
            ("\n", "empty"),
            ("<html>\n\n", "`<html>`"),
            ("Status: 99\n\n", "no status"),
            ("Status: 101\n\n", "no status"),
            ("a b: c\n\n", "no header field"),
            ("a: b\u{1}c\n\n", "no header field"),
            ("Content-Length: 1\nContent-Length: 1\n\n", "several"),
            ("Content-Length: +1\n\n", "no number"),
        ] {
            assert!(parsed(head).unwrap_err().contains(why), "{head:?}: {:?}", parsed(head));
        }
    }

    #[test]
    fn a_head_ends_with_the_first_empty_line() {
        assert_eq!(end(b"a: b\n\nc"), Some(6));
        assert_eq!(end(b"a: b\r\n\r\nc"), Some(8));
        assert_eq!(end(b"\nc"), Some(1));
        assert_eq!(end(b"a: b\n\r"), None);
        assert_eq!(end(b"a: b\nc\n"), None);
    }
}
