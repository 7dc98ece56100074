//! Where a request goes, from the URL that a guest wrote.

use http::Uri;
use http::uri::PathAndQuery;
use url::{Position, Url};

use super::Error;

/// The longest URL that a request may have, in bytes.
pub const MAX_URL: usize = 64 << 10;

/// Reads a URL: one of http or https that names a host. It is read as browsers do it, so that there is one way to
/// understand it, and what is decided about is what is connected to.
///
/// # Errors
/// It is none, or too long, or holds a control character, which browsers would leave out, or its host has a character
/// that no request can have.
pub fn parse(text: &str) -> Result<Url, Error> {
    let bad = |why: &str| Error::Url(why.to_owned());
    if text.len() > MAX_URL {
        return Err(bad("it is too long"));
    }
    if text.chars().any(char::is_control) {
        return Err(bad("it holds a control character"));
    }
    let url = Url::parse(text).map_err(|error| Error::Url(error.to_string()))?;
    checked(url)
}

/// Where a redirect leads.
///
/// # Errors
/// As [`parse`].
pub(super) fn redirected(from: &Url, location: &[u8]) -> Result<Url, Error> {
    let bad = |why: &str| Error::Url(why.to_owned());
    let text = std::str::from_utf8(location).map_err(|_| bad("a redirect to what is no text"))?;
    if text.len() > MAX_URL {
        return Err(bad("a redirect to what is too long"));
    }
    let url = from.join(text).map_err(|error| Error::Url(error.to_string()))?;
    checked(url)
}

fn checked(url: Url) -> Result<Url, Error> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::Url(format!("its scheme is `{}`", url.scheme().escape_debug())));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Error::Url("it names no host".to_owned()));
    }
    // Browsers take hosts that no request can name.
    uri(&url)?;
    Ok(url)
}

/// The host and the port of a URL.
pub(super) fn host(url: &Url) -> (&str, u16) {
    let port = url.port_or_known_default().unwrap_or(80);
    (url.host_str().unwrap_or_default(), port)
}

/// What is asked of the server: the URL without the user's name, the password and the fragment.
///
/// # Errors
/// It holds a character that no request can have.
pub(super) fn uri(url: &Url) -> Result<Uri, Error> {
    let (scheme, place) = (url.scheme(), &url[Position::BeforeHost..Position::AfterPort]);
    let path = &url[Position::BeforePath..Position::AfterQuery];
    format!("{scheme}://{place}{path}")
        .parse()
        .map_err(|error: http::uri::InvalidUri| Error::Url(error.to_string()))
}

/// The place that a URI names, without its path, which may be one that browsers would write otherwise.
///
/// # Errors
/// As [`parse`].
pub(super) fn of_uri(uri: &Uri) -> Result<Url, Error> {
    let scheme = uri.scheme_str().ok_or_else(|| Error::Url("it has no scheme".to_owned()))?;
    let authority = uri.authority().ok_or_else(|| Error::Url("it names no host".to_owned()))?;
    parse(&format!("{scheme}://{authority}"))
}

/// What is asked of the server at a place, where that is a path of one's own.
///
/// # Errors
/// As [`uri`].
pub(super) fn uri_with(url: &Url, path: Option<&PathAndQuery>) -> Result<Uri, Error> {
    let mut parts = uri(url)?.into_parts();
    if let Some(path) = path {
        parts.path_and_query = Some(path.clone());
    }
    Uri::from_parts(parts).map_err(|error| Error::Url(error.to_string()))
}

/// Whether what is secret may be sent on from one place to another: to the same host, and not to another port of it
/// unless that is where it answers with TLS.
pub(super) fn is_same(one: &Url, other: &Url) -> bool {
    let places = (host(one), host(other));
    let upgraded =
        one.scheme() == "http" && other.scheme() == "https" && places.0.1 == 80 && places.1.1 == 443;
    one.host_str() == other.host_str()
        && (upgraded || (one.scheme() == other.scheme() && places.0.1 == places.1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_of_http_and_name_a_host() {
        for good in
            ["http://example.com", "https://example.com:8443/a?b=c#d", "HTTP://[::1]/", "http://a b@c/"]
        {
            assert!(parse(good).is_ok(), "{good}");
        }
        let long = format!("http://example.com/{}", "x".repeat(MAX_URL));
        for bad in [
            "",
            "example.com",
            "//example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "http://",
            "http:///",
            "data:,x",
            "javascript:1",
            "http://exa\nmple.com",
            "http://example.com/\r\nHost: other",
            "http://a\0b/",
            "http://example.com:99999/",
            "http://exa mple.com/",
            "http://exa{mple.com/",
            "unix:/socket",
            &long,
        ] {
            assert!(matches!(parse(bad), Err(Error::Url(_))), "{bad}");
        }
    }

    #[test]
    fn what_is_asked_for_holds_no_user_and_no_fragment() {
        let uri = uri(&parse("http://user:secret@EXAMPLE.com:80/a b?c=ü#top").unwrap()).unwrap();
        assert_eq!(uri.to_string(), "http://example.com/a%20b?c=%C3%BC");
        assert_eq!(host(&parse("https://[::1]/").unwrap()), ("[::1]", 443));
    }

    #[test]
    fn a_path_of_ones_own_is_asked_for_as_it_is() {
        let asked = |text: &str| {
            let uri: Uri = text.parse().unwrap();
            uri_with(&of_uri(&uri)?, uri.path_and_query()).map(|uri| uri.to_string())
        };
        assert_eq!(asked("http://EXAMPLE.com:80/a/../b?c=%7e").unwrap(), "http://example.com/a/../b?c=%7e");
        assert_eq!(asked("https://user:secret@0x7f.1:8443/").unwrap(), "https://127.0.0.1:8443/");
        assert_eq!(asked("http://a?b").unwrap(), "http://a/?b");
        for bad in ["/a", "a.test", "ftp://a/", "http://a%2fb/", "http://user@/"] {
            assert!(bad.parse::<Uri>().is_err() || matches!(asked(bad), Err(Error::Url(_))), "{bad}");
        }
    }

    #[test]
    fn secrets_stay_with_their_host() {
        let same = |one: &str, other: &str| is_same(&parse(one).unwrap(), &parse(other).unwrap());
        assert!(same("http://a/x", "http://a/y") && same("http://a/", "https://a/"));
        assert!(!same("https://a/", "http://a/") && !same("http://a/", "http://b/"));
        assert!(!same("http://a/", "http://a:8080/") && !same("http://a:8080/", "https://a/"));
        assert!(!same("http://a.b/", "http://x.a.b/"));
    }
}
