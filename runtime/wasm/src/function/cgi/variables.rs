//! A request in the environment, by the names of RFC 3875.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderName, Version};

use crate::function::call::Around;

/// Header fields that are not told: those that have a variable of their own, what is between the client and the server, and
/// `Proxy`, whose variable other programs take for a setting. Nor are those with `_` in their names, which would be taken for
/// others with `-`.
const NOT_TOLD: &[HeaderName] =
    &[CONTENT_LENGTH, CONTENT_TYPE, CONNECTION, AUTHORIZATION, PROXY_AUTHORIZATION];
const PROXY: &str = "proxy";
/// What those begin with that the server makes, and clients can't: names of a route's parts may have `_`.
const OWN: &str = "dayfly-path-";

/// The variables of a request. `SCRIPT_NAME` is the part of its path that is the function's own place, and `PATH_INFO` what
/// is behind that: all of it where nobody says by which route it came.
pub(crate) fn variables(request: &Parts, function: &str) -> Vec<(String, String)> {
    let (uri, headers) = (&request.uri, &request.headers);
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let authority = uri.authority().map(|authority| authority.as_str()).or_else(|| text(HOST));
    let is_tls = uri.scheme_str() == Some("https");
    let (host, port) = host_and_port(authority.unwrap_or("localhost"), is_tls);
    let around = request.extensions.get::<Around>();
    let route = around.and_then(|around| around.route.as_ref());
    let (place, rest) =
        route.and_then(|route| uri.path().split_at_checked(route.place)).unwrap_or_else(|| ("", uri.path()));
    let (script, path) = (percent_decoded(place), percent_decoded(rest));
    let protocol = match request.version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/1.1",
    };
    let mut variables: Vec<(String, String)> = [
        ("GATEWAY_INTERFACE", "CGI/1.1"),
        ("SERVER_SOFTWARE", concat!("dayfly/", env!("CARGO_PKG_VERSION"))),
        ("SERVER_PROTOCOL", protocol),
        ("SERVER_NAME", host),
        ("SERVER_PORT", port),
        ("REQUEST_METHOD", request.method.as_str()),
        ("SCRIPT_NAME", script.as_str()),
        ("PATH_INFO", path.as_str()),
        ("QUERY_STRING", uri.query().unwrap_or_default()),
        ("CONTENT_LENGTH", text(CONTENT_LENGTH).unwrap_or_default()),
        ("CONTENT_TYPE", text(CONTENT_TYPE).unwrap_or_default()),
        // What WAGI has besides.
        ("X_MATCHED_ROUTE", route.map_or(function, |route| &route.pattern)),
        ("X_RAW_PATH_INFO", rest),
    ]
    .map(|(name, value)| (name.to_owned(), without_null(value)))
    .into();
    if let Some(client) = around.and_then(|around| around.client) {
        variables.push(("REMOTE_ADDR".to_owned(), client.to_string()));
        variables.push(("REMOTE_HOST".to_owned(), client.to_string()));
    }
    if is_tls {
        variables.push(("HTTPS".to_owned(), "on".to_owned()));
    }
    let is_told = |name: &&HeaderName| {
        let text = name.as_str();
        !NOT_TOLD.contains(name) && text != PROXY && (text.starts_with(OWN) || !text.contains('_'))
    };
    for name in headers.keys().filter(is_told) {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        // Cookies are the one field that is put together otherwise.
        let between = if name.as_str() == "cookie" { "; " } else { ", " };
        let value = values.collect::<Vec<_>>().join(between);
        let name = format!("HTTP_{}", name.as_str().to_ascii_uppercase().replace('-', "_"));
        variables.push((name, without_null(&value)));
    }
    variables
}

/// A host without its port, and the port, which is the scheme's where none is named.
fn host_and_port(authority: &str, is_tls: bool) -> (&str, &str) {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, port)
        }
        _ => (authority, if is_tls { "443" } else { "80" }),
    }
}

fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) if byte == b'%' => {
                decoded.push(value);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A variable ends at its first null.
fn without_null(value: &str) -> String {
    value.split('\0').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::function::Call;

    fn of(request: Request<()>) -> impl Fn(&str) -> Option<String> {
        let variables = variables(&request.into_parts().0, "hello");
        move |name| variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn a_request_is_in_the_environment() {
        let request = Request::builder()
            .method("POST")
            .uri("/a%20b/%zz/%00x?c=d%20e")
            .header("host", "example.org:8080")
            .header("content-type", "text/plain")
            .header("content-length", "7")
            // Others take `_` for `-`: who says it first, or alone, does not matter.
            .header("x_own", "3")
            .header("x_forged", "4")
            .header("x-own", "1")
            .header("x-own", "2")
            .header("cookie", "a=1")
            .header("cookie", "b=2")
            .header("proxy", "http://evil.example")
            .header("authorization", "secret");
        let variable = of(request.body(()).unwrap());
        for (name, value) in [
            ("REQUEST_METHOD", "POST"),
            ("PATH_INFO", "/a b/%zz/"),
            ("X_RAW_PATH_INFO", "/a%20b/%zz/%00x"),
            ("QUERY_STRING", "c=d%20e"),
            ("SERVER_NAME", "example.org"),
            ("SERVER_PORT", "8080"),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
            ("CONTENT_TYPE", "text/plain"),
            ("CONTENT_LENGTH", "7"),
            ("HTTP_HOST", "example.org:8080"),
            ("HTTP_X_OWN", "1, 2"),
            ("HTTP_COOKIE", "a=1; b=2"),
            ("SCRIPT_NAME", ""),
        ] {
            assert_eq!(variable(name).as_deref(), Some(value), "{name}");
        }
        for name in ["HTTP_PROXY", "HTTP_AUTHORIZATION", "HTTP_CONTENT_TYPE", "HTTP_X_FORGED", "HTTPS"] {
            assert_eq!(variable(name), None, "{name}");
        }
    }

    #[test]
    fn the_place_of_a_function_is_not_what_it_is_asked_for() {
        let table = [
            ("/a/{rest...}", 2, "/a", "/b%20c", "/b c"),
            ("/{rest...}", 0, "", "/a/b%20c", "/a/b c"),
            ("/a/b c", 8, "/a/b c", "", ""),
        ];
        for (pattern, place, script, raw, info) in table {
            let mut request = Request::get("/a/b%20c").body(()).unwrap();
            let around = Call::default().route(pattern.into(), place).client([10, 0, 0, 1].into()).around;
            request.extensions_mut().insert(around);
            let variable = of(request);
            for (name, value) in [
                ("SCRIPT_NAME", script),
                ("PATH_INFO", info),
                ("X_RAW_PATH_INFO", raw),
                ("X_MATCHED_ROUTE", pattern),
                ("REMOTE_ADDR", "10.0.0.1"),
            ] {
                assert_eq!(variable(name).as_deref(), Some(value), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn hosts_are_of_any_form() {
        assert_eq!(host_and_port("[::1]:81", false), ("[::1]", "81"));
        assert_eq!(host_and_port("[::1]", false), ("[::1]", "80"));
        assert_eq!(host_and_port("u@h", true), ("h", "443"));
        assert_eq!(host_and_port("h:", true), ("h:", "443"));
    }
}
