//! Following redirects, as Go's client does it.

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, LOCATION, PROXY_AUTHORIZATION};
use http::{Method, StatusCode};

use super::{Error, Request, place};

/// The most redirects that are followed.
pub(super) const MOST: usize = 10;

/// What is for one host alone.
const SECRET: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// Makes a request the one that an answer leads to; gives whether it leads anywhere.
///
/// # Errors
/// It leads to what is no URL of HTTP.
pub(super) fn follow(request: &mut Request, status: StatusCode, answer: &HeaderMap) -> Result<bool, Error> {
    let rewrites = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => true,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
        _ => return Ok(false),
    };
    let Some(location) = answer.get(LOCATION).filter(|location| !location.is_empty()) else {
        return Ok(false);
    };
    let url = place::redirected(&request.url, location.as_bytes())
        .map_err(|error| Error::Http(format!("the server redirects to nowhere: {error}")))?;
    if rewrites && !matches!(request.method, Method::GET | Method::HEAD) {
        request.method = Method::GET;
    }
    if rewrites {
        request.body = Bytes::new();
        let described: Vec<HeaderName> =
            request.headers.keys().filter(|name| name.as_str().starts_with("content-")).cloned().collect();
        for name in described {
            request.headers.remove(name);
        }
    }
    if !place::is_same(&request.url, &url) {
        for name in SECRET {
            request.headers.remove(name);
        }
    }
    request.url = url;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn request(method: Method) -> Request {
        let mut headers = HeaderMap::new();
        for name in ["authorization", "cookie", "content-type", "x-own"] {
            headers.insert(name, HeaderValue::from_static("1"));
        }
        let url = place::parse("http://a.test/x/y").unwrap();
        Request { method, url, headers, body: Bytes::from_static(b"body"), keep: 0, most: 0 }
    }

    fn to(location: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))])
    }

    #[test]
    fn methods_are_rewritten_as_go_does() {
        for (status, from, method, body) in [
            (301, Method::POST, Method::GET, 0),
            (302, Method::PUT, Method::GET, 0),
            (303, Method::DELETE, Method::GET, 0),
            (301, Method::HEAD, Method::HEAD, 0),
            (307, Method::POST, Method::POST, 4),
            (308, Method::PATCH, Method::PATCH, 4),
        ] {
            let mut request = request(from);
            let status = StatusCode::from_u16(status).unwrap();
            assert!(follow(&mut request, status, &to("z")).unwrap());
            assert_eq!((request.method, request.body.len()), (method, body), "{status}");
            assert_eq!(request.url.as_str(), "http://a.test/x/z");
            assert_eq!(request.headers.contains_key("content-type"), body > 0);
            assert!(request.headers.contains_key("authorization") && request.headers.contains_key("x-own"));
        }
    }

    #[test]
    fn secrets_do_not_follow_to_another_host() {
        let mut request = request(Method::GET);
        assert!(follow(&mut request, StatusCode::FOUND, &to("http://b.test/")).unwrap());
        assert!(!request.headers.contains_key("authorization") && !request.headers.contains_key("cookie"));
        assert!(request.headers.contains_key("x-own"));
        // Nor back again.
        assert!(follow(&mut request, StatusCode::FOUND, &to("http://a.test/")).unwrap());
        assert!(!request.headers.contains_key("authorization"));
    }

    #[test]
    fn what_is_no_redirect_is_an_answer() {
        let mut request = request(Method::GET);
        for status in [200, 300, 304, 305, 404] {
            assert!(
                !follow(&mut request, StatusCode::from_u16(status).unwrap(), &to("http://b.test/")).unwrap()
            );
        }
        assert!(!follow(&mut request, StatusCode::FOUND, &HeaderMap::new()).unwrap());
        for nowhere in ["ftp://b.test/", "file:///etc/passwd", "http://", "http://[/"] {
            assert!(follow(&mut request, StatusCode::FOUND, &to(nowhere)).is_err(), "{nowhere}");
        }
        assert_eq!(request.url.as_str(), "http://a.test/x/y");
    }
}
