//! Clients that speak TLS.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dayfly_serve::{Bounds, Form, Server, Tls, TlsError};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Running, until};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/serve/tls").join(name)
}

/// The files of a certificate, which tests may change.
struct Pair {
    folder: tempfile::TempDir,
    heard: Arc<Mutex<Vec<Result<(), String>>>>,
}

impl Pair {
    fn of(name: &str) -> Self {
        let pair = Self { folder: tempfile::tempdir().unwrap(), heard: Arc::default() };
        pair.put(&format!("{name}.pem"), &format!("{name}.key.pem"));
        pair
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn put(&self, certificate: &str, key: &str) {
        fs::copy(fixture(certificate), self.certificate()).unwrap();
        fs::copy(fixture(key), self.key()).unwrap();
    }

    fn load(&self) -> Result<Tls, TlsError> {
        let heard = self.heard.clone();
        let report = move |told: Result<(), &TlsError>| {
            heard.lock().unwrap().push(told.map_err(ToString::to_string));
        };
        Tls::load(self.certificate(), self.key(), report)
    }

    fn serve(&self, bounds: Bounds) -> (Running, Tls) {
        let tls = self.load().unwrap();
        let builder = Server::builder().listen_tls("127.0.0.1:0".parse().unwrap(), tls.clone());
        (Running::of(builder.threads(NonZero::<usize>::MIN).bounds(bounds), Form::Text), tls)
    }
}

/// Connects to who shows the certificate of that name.
async fn connect(server: &Running, name: &str, protocol: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let certificate = fs::read(fixture(&format!("{name}.pem"))).unwrap();
    roots.add(CertificateDer::from_pem_slice(&certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let stream = TcpStream::connect(server.place()).await?;
    let name = ServerName::try_from(format!("{name}.test")).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn heard(mut stream: TlsStream<TcpStream>, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: one.test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.unwrap();
    heard
}

#[tokio::test]
async fn both_protocols_are_spoken() {
    let pair = Pair::of("one");
    let (server, _) = pair.serve(Bounds::default());
    let stream = connect(&server, "one", "http/1.1").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert!(heard(stream, "/secure").await.ends_with("\r\n\r\ntrue https://one.test/secure"));

    let stream = connect(&server, "one", "h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://one.test/secure").body(()).unwrap();
    let mut body = client.send_request(request, true).unwrap().0.await.unwrap().into_body();
    assert_eq!(body.data().await.unwrap().unwrap(), "true https://one.test/secure");
}

#[tokio::test]
async fn who_speaks_no_tls_is_not_served() {
    let pair = Pair::of("one");
    let bounds = Bounds { handshake: Duration::from_millis(50), ..Bounds::default() };
    let (server, _) = pair.serve(bounds);
    let mut client = server.client();
    let _ = client.try_say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    let heard = client.rest();
    assert!(!heard.contains("HTTP"), "{heard}");
    // Nor who takes long to.
    assert!(server.client().is_closed());
    let mut client = server.client();
    let _ = client.try_say([22, 3, 1]);
    assert!(client.is_closed());
    assert_eq!(server.seen.begun(), 0);
}

#[tokio::test]
async fn handshakes_are_counted() {
    let pair = Pair::of("one");
    let (server, _) = pair.serve(Bounds { handshakes: 1, ..Bounds::default() });
    let mut silent = server.client();
    silent.say([22, 3, 1]);
    // One thread takes them in the order in which they come.
    let mut other = server.client();
    assert!(other.is_closed());
    drop(silent);
    for _ in 0..1000 {
        if let Ok(stream) = connect(&server, "one", "http/1.1").await {
            assert!(heard(stream, "/").await.ends_with("hello"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    unreachable!("there is never room again");
}

#[tokio::test]
async fn a_new_pair_is_shown_and_a_bad_one_is_refused() {
    let pair = Pair::of("one");
    let (server, tls) = pair.serve(Bounds::default());
    pair.put("two.pem", "one.key.pem");
    let refused = tls.reload().unwrap_err();
    assert!(matches!(refused, TlsError::Unusable { .. }), "{refused}");
    connect(&server, "one", "http/1.1").await.unwrap();
    pair.put("two.pem", "two.key.pem");
    tls.reload().unwrap();
    connect(&server, "two", "http/1.1").await.unwrap();
    assert!(connect(&server, "one", "http/1.1").await.is_err());
}

#[tokio::test]
async fn files_that_change_are_read_without_being_told() {
    let pair = Pair::of("one");
    let (server, _tls) = pair.serve(Bounds::default());
    fs::write(pair.key(), "no key").unwrap();
    until("the bad pair is heard of", || pair.heard.lock().unwrap().iter().any(Result::is_err));
    let why = pair.heard.lock().unwrap()[0].clone().unwrap_err();
    assert!(why.ends_with("/key has no private key in PEM form: it has none at all"), "{why}");
    connect(&server, "one", "http/1.1").await.unwrap();
    pair.put("two.pem", "two.key.pem");
    until("the good pair is heard of", || pair.heard.lock().unwrap().iter().any(Result::is_ok));
    connect(&server, "two", "http/1.1").await.unwrap();
}

#[test]
fn what_can_not_be_shown_says_why() {
    let pair = Pair::of("one");
    fs::write(pair.certificate(), "").unwrap();
    assert!(matches!(pair.load(), Err(TlsError::Missing { what: "certificate", .. })));
    fs::write(pair.certificate(), vec![b'x'; 2 << 20]).unwrap();
    assert!(pair.load().unwrap_err().to_string().ends_with("more than 1 MiB"));
    fs::remove_file(pair.certificate()).unwrap();
    assert!(matches!(pair.load(), Err(TlsError::Unreadable { .. })));
}
