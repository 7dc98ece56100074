//! Requests that can't be.

use components::argument;
use wasip2::http::types::{ErrorCode, Fields, HeaderError, Method, Scheme};

use crate::ask::ask;

/// A name that stands for nothing.
pub fn dns_name() {
    let error = ask(Method::Get, &argument(1)).send().err().unwrap();
    println!("{error:?}");
}

/// Header fields that would change what a request is, or are none.
pub fn header() {
    let fields = Fields::new();
    for wrong in ["", "a b", "a\nb", "ä", "a:b"] {
        let error = fields.append(wrong, b"v");
        assert!(matches!(error, Err(HeaderError::InvalidSyntax)), "{wrong:?}: {error:?}");
    }
    for wrong in [&b"a\nb"[..], b"a\r\nhost: other", b"a\0"] {
        let error = fields.set("x-own", &[wrong.to_vec()]);
        assert!(matches!(error, Err(HeaderError::InvalidSyntax)), "{wrong:?}: {error:?}");
    }
    for forbidden in ["connection", "Keep-Alive", "transfer-encoding", "upgrade", "host"] {
        let error = fields.append(forbidden, b"v");
        assert!(matches!(error, Err(HeaderError::Forbidden)), "{forbidden}: {error:?}");
        let error = Fields::from_list(&[(forbidden.to_owned(), b"v".to_vec())]);
        assert!(matches!(error, Err(HeaderError::Forbidden)), "{forbidden}: {error:?}");
    }
    assert!(fields.entries().is_empty());
    let request = ask(Method::Get, "127.0.0.1").header("x-own", "1").request();
    let headers = request.headers();
    assert!(matches!(headers.set("x-own", &[]), Err(HeaderError::Immutable)));
    println!("refused");
}

/// A port that is none.
pub fn port() {
    let request = ask(Method::Get, "127.0.0.1").request();
    for wrong in ["127.0.0.1:99999", "127.0.0.1:port", "127.0.0.1:-1"] {
        if request.set_authority(Some(wrong)).is_ok() {
            let error = ask(Method::Get, wrong).send().err().unwrap();
            assert!(matches!(error, ErrorCode::HttpRequestUriInvalid), "{wrong}: {error:?}");
        }
    }
    println!("refused");
}

/// A server that speaks something else.
pub fn version() {
    let error = ask(Method::Get, &argument(1)).send().err().unwrap();
    println!("{error:?}");
}

/// Another protocol.
pub fn scheme() {
    let other = Scheme::Other("ftp".to_owned());
    let error = ask(Method::Get, &argument(1)).scheme(other).send().err().unwrap();
    println!("{error:?}");
}
