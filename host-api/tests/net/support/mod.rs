//! What the tests share: servers, a policy that says what it was asked, and requests.

pub(crate) mod body;
pub(crate) mod dns;
pub(crate) mod policy;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dayfly_host_api::net::{Client, Policy, Request, Settings, place};
use http::{HeaderMap, Method};

/// Long enough for whatever is to happen, and what is waited for only where something is wrong.
pub(crate) const LONG: Duration = Duration::from_secs(20);
/// Long enough to be sure that nothing happens any more.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

pub(crate) fn settings(policy: impl Policy + 'static) -> Settings {
    Settings { timeout: LONG, ..Settings::new(Arc::new(policy)) }
}

pub(crate) fn client(policy: impl Policy + 'static) -> Client {
    Client::new(settings(policy))
}

pub(crate) fn request(method: Method, url: &str) -> Request {
    Request {
        method,
        url: place::parse(url).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        keep: 1 << 20,
        most: 1 << 20,
    }
}

pub(crate) fn get(url: &str) -> Request {
    request(Method::GET, url)
}
