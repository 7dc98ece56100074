//! What the head of a request must be like.
//!
//! A request that two programs read differently lets one client speak in the name of another. What hyper lets through
//! though it can be read in two ways is refused here.

use http::header::{HOST, TRANSFER_ENCODING};
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Method, Request, StatusCode, Uri, Version};

use crate::Bounds;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Wrong {
    pub(crate) status: StatusCode,
    pub(crate) why: &'static str,
}

const fn wrong(status: StatusCode, why: &'static str) -> Wrong {
    Wrong { status, why }
}

const fn bad(why: &'static str) -> Wrong {
    wrong(StatusCode::BAD_REQUEST, why)
}

/// Checks the head of a request.
pub(crate) fn check<B>(request: &Request<B>, bounds: &Bounds) -> Result<(), Wrong> {
    sizes(request, bounds)?;
    target(request)?;
    coding(request)?;
    host(request)
}

/// Has the target of a request that came over TLS say so. That it is plain HTTP otherwise goes without saying.
pub(crate) fn name_scheme<B>(request: &mut Request<B>) {
    let target = request.uri();
    if target.scheme().is_some() || !target.path().starts_with('/') {
        return;
    }
    let mut parts = target.clone().into_parts();
    parts.scheme = Some(Scheme::HTTPS);
    parts.authority = request.headers().get(HOST).and_then(authority);
    // Without a host there is no such target: that was a request of HTTP/1.0.
    if let Ok(target) = Uri::from_parts(parts) {
        *request.uri_mut() = target;
    }
}

fn sizes<B>(request: &Request<B>, bounds: &Bounds) -> Result<(), Wrong> {
    let target = request.uri();
    let length = target.authority().map_or(0, |authority| authority.as_str().len())
        + target.path_and_query().map_or(0, |path| path.as_str().len());
    if length > bounds.target_bytes {
        return Err(wrong(StatusCode::URI_TOO_LONG, "the target of the request is too long"));
    }
    let fields = request.headers();
    if fields.len() > bounds.fields {
        let why = "the request has too many header fields";
        return Err(wrong(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, why));
    }
    // The bytes of HTTP/1 were counted as they came; those of HTTP/2 were packed.
    let bytes = || fields.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>();
    if request.version() == Version::HTTP_2 && bytes() + length > bounds.head_bytes {
        let why = "the head of the request is too large";
        return Err(wrong(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, why));
    }
    Ok(())
}

/// The forms of a target: `/path`, `http://host/path`, and `*` for OPTIONS.
fn target<B>(request: &Request<B>) -> Result<(), Wrong> {
    let target = request.uri();
    if request.method() == Method::CONNECT {
        return Err(wrong(StatusCode::NOT_IMPLEMENTED, "this server is no proxy"));
    }
    if target.scheme_str().is_some_and(|scheme| scheme != "http" && scheme != "https") {
        return Err(bad("the target of the request is neither http nor https"));
    }
    match target.path() {
        "*" if request.method() == Method::OPTIONS => Ok(()),
        path if path.starts_with('/') => Ok(()),
        // `http://host?query` has no path, and means the root.
        "" if target.scheme().is_some() => Ok(()),
        _ => Err(bad("the target of the request is no path")),
    }
}

/// The length of a body is said in one way: by `chunked`, or by a length.
fn coding<B>(request: &Request<B>) -> Result<(), Wrong> {
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else { return Ok(()) };
    if codings.next().is_some() {
        return Err(bad("the request has several transfer-encodings"));
    }
    if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Err(wrong(StatusCode::NOT_IMPLEMENTED, "the only transfer-encoding is chunked"));
    }
    Ok(())
}

/// One host, which the target and the field `Host` agree on.
fn host<B>(request: &Request<B>) -> Result<(), Wrong> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(bad("the request has several Host fields"));
    }
    let named = request.uri().authority();
    if named.is_some_and(|named| named.as_str().contains('@')) {
        return Err(bad("the target of the request has a user in it"));
    }
    match (host, named) {
        (None, None) if request.version() < Version::HTTP_11 => Ok(()),
        (None, Some(_)) if request.version() != Version::HTTP_11 => Ok(()),
        (None, _) => Err(bad("the request has no Host")),
        (Some(host), named) => {
            let host = authority(host).ok_or(bad("the Host of the request is no host"))?;
            let same = named.is_none_or(|named| alike(&host, named, request.uri().scheme_str()));
            same.then_some(()).ok_or(bad("the Host of the request is not that of its target"))
        }
    }
}

fn authority(host: &HeaderValue) -> Option<Authority> {
    // `Authority` is read as part of a URL, so that a user may stand in it, and nothing at all after a colon.
    let authority = Authority::try_from(host.as_bytes()).ok()?;
    let port = authority.port().map_or(0, |port| port.as_str().len() + 1);
    let whole = authority.host().len() + port == host.len();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~[]:%!$&'()*+,;=".contains(&byte);
    (whole && !authority.host().is_empty() && host.as_bytes().iter().copied().all(word)).then_some(authority)
}

fn alike(one: &Authority, other: &Authority, scheme: Option<&str>) -> bool {
    let usual = if scheme == Some("https") { 443 } else { 80 };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(usual);
    one.host().eq_ignore_ascii_case(other.host()) && port(one) == port(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target, a version, and fields.
    type Case<'a> = (&'a str, Version, &'a [(&'a str, &'a str)]);

    fn of(target: &str, version: Version, fields: &[(&str, &str)]) -> Result<(), Wrong> {
        let mut request = Request::builder().method("GET").uri(target).version(version);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap(), &Bounds::default())
    }

    #[test]
    fn hosts_are_one() {
        let good: [Case; 9] = [
            ("/", Version::HTTP_11, &[("host", "a")]),
            ("/", Version::HTTP_11, &[("host", "a:80")]),
            ("/", Version::HTTP_11, &[("host", "[::1]:8080")]),
            ("/", Version::HTTP_10, &[]),
            ("http://a/", Version::HTTP_11, &[("host", "A:80")]),
            ("https://a:443/", Version::HTTP_2, &[("host", "a")]),
            ("http://a/", Version::HTTP_2, &[]),
            ("http://a/", Version::HTTP_10, &[]),
            ("http://a?q", Version::HTTP_11, &[("host", "a")]),
        ];
        for (target, version, fields) in good {
            assert_eq!(of(target, version, fields), Ok(()), "{target} {version:?} {fields:?}");
        }
        let refused: [Case; 14] = [
            ("/", Version::HTTP_11, &[]),
            ("/", Version::HTTP_2, &[]),
            ("http://a/", Version::HTTP_11, &[]),
            ("/", Version::HTTP_11, &[("host", "")]),
            ("/", Version::HTTP_11, &[("host", "a"), ("host", "a")]),
            ("/", Version::HTTP_11, &[("host", "a, b")]),
            ("/", Version::HTTP_11, &[("host", "a/b")]),
            ("/", Version::HTTP_11, &[("host", "u@a")]),
            ("/", Version::HTTP_11, &[("host", "a:x")]),
            ("/", Version::HTTP_11, &[("host", "a:70000")]),
            ("http://a/", Version::HTTP_11, &[("host", "b")]),
            ("http://a/", Version::HTTP_2, &[("host", "a:81")]),
            ("http://u@a/", Version::HTTP_11, &[("host", "a")]),
            ("ftp://a/", Version::HTTP_11, &[("host", "a")]),
        ];
        for (target, version, fields) in refused {
            let found = of(target, version, fields).map_err(|wrong| wrong.status);
            assert_eq!(found, Err(StatusCode::BAD_REQUEST), "{target} {version:?} {fields:?}");
        }
    }

    #[test]
    fn bodies_are_chunked_or_have_a_length() {
        let of = |codings: &[&str]| {
            let mut fields = vec![("host", "a")];
            fields.extend(codings.iter().map(|coding| ("transfer-encoding", *coding)));
            of("/", Version::HTTP_11, &fields).map_err(|wrong| wrong.status.as_u16())
        };
        assert_eq!(of(&["Chunked"]), Ok(()));
        assert_eq!(of(&["gzip, chunked"]), Err(501));
        assert_eq!(of(&["identity"]), Err(501));
        assert_eq!(of(&["chunked", "chunked"]), Err(400));
    }

    #[test]
    fn targets_over_tls_are_whole() {
        for (said, host, meant) in [
            ("/a?b", "c:8443", "https://c:8443/a?b"),
            ("http://c/a", "c", "http://c/a"),
            ("*", "c", "*"),
            ("/a", "", "/a"),
        ] {
            let mut request = Request::get(said).header("host", host).body(()).unwrap();
            name_scheme(&mut request);
            assert_eq!(request.uri(), meant, "{said} of {host}");
        }
    }

    #[test]
    fn sizes_are_bounded() {
        let bounds = Bounds::default();
        let status = |found: Result<(), Wrong>| found.map_err(|wrong| wrong.status.as_u16());
        let path = format!("/{}", "a".repeat(bounds.target_bytes));
        assert_eq!(status(of(&path, Version::HTTP_11, &[("host", "a")])), Err(414));
        let many = vec![("x", "y"); bounds.fields + 1];
        assert_eq!(status(of("/", Version::HTTP_11, &many)), Err(431));
        let large = "x".repeat(bounds.head_bytes);
        assert_eq!(status(of("http://a/", Version::HTTP_2, &[("x", &large)])), Err(431));
    }
}
