//! Connections with TLS, to a server whose authority is the tests' own.

use std::sync::{Arc, Mutex};
use std::{env, process};

use dayfly_host_api::net::{Client, Error, Tls, TlsError};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::get;
use crate::support::server::{Server, ok};
use crate::support::tls::{acceptor, own, settings};

/// A server for `secure.test` and 127.0.0.1, and what names its clients asked for.
async fn server(protocols: &[&str]) -> (u16, Arc<Mutex<Vec<Option<String>>>>) {
    let acceptor = acceptor(protocols);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let names = Arc::new(Mutex::new(Vec::new()));
    let plain = Server::start(|_| ok("secure")).await;
    let heard = names.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, heard, plain) = (acceptor.clone(), heard.clone(), plain.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                heard.lock().unwrap().push(stream.get_ref().1.server_name().map(str::to_owned));
                if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
                    return plain.serve(stream, |_| ok("secure")).await;
                }
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    let host = request.uri().authority().unwrap().to_string();
                    let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                    body.send_data(format!("two: {host}").into(), true).unwrap();
                }
            });
        }
    });
    (port, names)
}

fn trusting(tls: Tls) -> Client {
    Client::new(settings(tls))
}

#[tokio::test]
async fn a_server_is_trusted_by_its_name() {
    let (port, names) = server(&["http/1.1"]).await;
    let client = trusting(own());
    let send = async |host: &str| client.send(get(&format!("https://{host}:{port}/"))).await;
    assert_eq!(send("secure.test").await.unwrap().body, b"secure");
    assert_eq!(send("127.0.0.1").await.unwrap().body, b"secure");
    // An address is no name that a server is told.
    assert_eq!(*names.lock().unwrap(), [Some("secure.test".to_owned()), None]);
    let failed = send("other.test").await;
    assert!(matches!(failed, Err(Error::Tls(TlsError::Certificate(_)))), "{failed:?}");
}

#[tokio::test]
async fn whom_nobody_vouches_for_is_not_trusted() {
    let (port, _) = server(&[]).await;
    for tls in [Tls::trusting([]), Tls::default()] {
        let failed = trusting(tls).send(get(&format!("https://secure.test:{port}/"))).await;
        assert!(matches!(failed, Err(Error::Tls(TlsError::Certificate(_)))), "{failed:?}");
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_does() {
    let (port, names) = server(&["h2", "http/1.1"]).await;
    let client = trusting(own());
    for _ in 0..3 {
        let answer = client.send(get(&format!("https://secure.test:{port}/"))).await.unwrap();
        assert_eq!(answer.body, format!("two: secure.test:{port}").into_bytes());
    }
    assert_eq!(names.lock().unwrap().len(), 1, "one connection");
}

#[tokio::test]
async fn a_server_without_tls_is_no_secure_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        }
    });
    let failed = trusting(own()).send(get(&format!("https://{place}/"))).await;
    assert!(matches!(failed, Err(Error::Tls(TlsError::Other(_)))), "{failed:?}");
}

#[tokio::test]
async fn a_server_that_refuses_says_why() {
    // It speaks nothing that is HTTP.
    let (port, _) = server(&["gopher"]).await;
    let failed = trusting(own()).send(get(&format!("https://secure.test:{port}/"))).await;
    let Err(Error::Tls(TlsError::Alert { number, name, .. })) = &failed else { panic!("{failed:?}") };
    assert_eq!((*number, *name), (120, Some("NoApplicationProtocol")));
}

/// Of this machine's authorities; run by the test below with a variable that names them.
#[tokio::test]
#[ignore = "started by another test"]
async fn authorities_of_this_machine() {
    let (port, _) = server(&[]).await;
    let sent = trusting(Tls::default()).send(get(&format!("https://secure.test:{port}/"))).await;
    match env::var("DAYFLY_TEST_EXPECT").as_deref() {
        Ok("trusted") => assert_eq!(sent.unwrap().body, b"secure"),
        _ => assert!(
            matches!(&sent, Err(Error::Tls(why)) if why.to_string().contains("SSL_CERT_FILE")),
            "{sent:?}"
        ),
    }
}

#[test]
fn the_systems_variable_names_who_is_trusted() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/net/tls/authority.pem");
    for (file, expect) in [(file, "trusted"), ("/no/such/file", "refused")] {
        let mut test = process::Command::new(env::current_exe().unwrap());
        test.args(["--exact", "tls::authorities_of_this_machine", "--ignored"]);
        test.env_remove("SSL_CERT_DIR");
        let done = test.env("SSL_CERT_FILE", file).env("DAYFLY_TEST_EXPECT", expect).output().unwrap();
        assert!(done.status.success(), "{expect}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
