//! Redirects, each decided about as if the guest had asked for it.

use dayfly_host_api::net::{Error, Refusal};
use http::Method;

use crate::support::policy::{Listed, denied};
use crate::support::server::{Server, ok, redirect};
use crate::support::{client, get, request};

#[tokio::test]
async fn a_chain_ends_where_it_leads_to_what_is_forbidden() {
    for (location, what) in [
        ("http://10.0.0.1/", "10.0.0.1"),
        ("//169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://[fd00::1]:80/", "fd00::1"),
        ("http://0x0a000001/", "10.0.0.1"),
        ("http://167772161/", "10.0.0.1"),
        ("http://１０.０.０.１/", "10.0.0.1"),
        ("http://127.0.0.1@10.0.0.1/", "10.0.0.1"),
        ("http:\\\\forbidden.test\\", "forbidden.test"),
        ("http://FORBIDDEN.test/", "forbidden.test"),
    ] {
        let server = Server::start(move |head| match head.split(' ').nth(1) {
            Some("/0") => redirect(302, "1"),
            Some("/1") => redirect(307, "/2"),
            _ => redirect(301, location),
        })
        .await;
        let client = client(Listed { forbidden: vec!["forbidden.test"], ..Listed::default() });
        let failed = client.send(get(&server.url("/0"))).await;
        assert!(matches!(&failed, Err(Error::Denied(why)) if *why == denied(what)), "{location}: {failed:?}");
        assert_eq!(client.refusals(), [Refusal { denied: denied(what), count: 1 }]);
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn ten_are_followed_and_the_eleventh_is_an_error() {
    let server = Server::start(|head| {
        let number: u32 = head.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
        if number == 0 { ok("there") } else { redirect(302, &format!("/{}", number - 1)) }
    })
    .await;
    let client = client(Listed::default());
    assert_eq!(client.send(get(&server.url("/10"))).await.unwrap().body, b"there");
    let failed = client.send(get(&server.url("/11"))).await;
    assert!(matches!(failed, Err(Error::Http(_))), "{failed:?}");
    assert_eq!(server.seen().len(), 22);
}

#[tokio::test]
async fn a_circle_is_an_error() {
    let server = Server::start(|_| redirect(307, "/again")).await;
    assert!(client(Listed::default()).send(get(&server.url("/"))).await.is_err());
    assert_eq!(server.seen().len(), 11);
}

#[tokio::test]
async fn a_body_follows_where_the_method_stays_and_secrets_stay_with_their_host() {
    let other = Server::start(|_| ok("other")).await;
    let to = other.url("/x");
    let server = Server::start(move |head| match head.split(' ').nth(1) {
        Some("/own") => redirect(307, "/here"),
        Some("/other") => redirect(308, &to),
        Some("/get") => redirect(303, "/here"),
        _ => ok("here"),
    })
    .await;
    let client = client(Listed::default());
    let send = async |path: &str| {
        let mut request = request(Method::POST, &server.url(path));
        request.body = b"secret body".to_vec().into();
        for name in ["authorization", "cookie", "x-own"] {
            request.headers.insert(name, "value".parse().unwrap());
        }
        client.send(request).await.unwrap().body
    };
    assert_eq!(send("/own").await, b"here");
    let last = server.seen().pop().unwrap();
    assert!(last.starts_with("POST /here") && last.ends_with("secret body"), "{last}");
    assert!(last.contains("authorization: value"), "{last}");
    assert_eq!(send("/other").await, b"other");
    let last = other.seen().pop().unwrap();
    assert!(last.starts_with("POST /x") && last.contains("x-own: value"), "{last}");
    assert!(!last.contains("authorization") && !last.contains("cookie"), "{last}");
    assert_eq!(send("/get").await, b"here");
    let last = server.seen().pop().unwrap();
    assert!(last.starts_with("GET /here") && last.ends_with("\r\n\r\n"), "{last}");
}

#[tokio::test]
async fn a_user_in_the_address_is_authorization() {
    let server = Server::start(|_| ok("")).await;
    let url = server.url("/").replace("http://", "http://Aladdin:open%20sesame@");
    client(Listed::default()).send(get(&url)).await.unwrap();
    let seen = server.seen().remove(0);
    assert!(seen.contains("authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{seen}");
    assert!(seen.starts_with("GET / HTTP/1.1\r\n") && !seen.contains("Aladdin"), "{seen}");
}
