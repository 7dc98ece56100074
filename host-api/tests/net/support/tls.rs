//! Servers with TLS, whose authority is the tests' own.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use dayfly_host_api::net::{Settings, Tls};
use h2::RecvStream;
use h2::server::SendResponse;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::policy::Listed;
use super::raw::listen;

const AUTHORITY: &[u8] = include_bytes!("../tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../tls/server.pem");
const KEY: &[u8] = include_bytes!("../tls/server.key.pem");

/// What accepts connections for `secure.test` and 127.0.0.1.
pub(crate) fn acceptor(protocols: &[&str]) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let mut config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// The tests' own authority.
pub(crate) fn own() -> Tls {
    Tls::trusting([CertificateDer::from_pem_slice(AUTHORITY).unwrap().to_vec()])
}

/// What finds `secure.test` and `other.test` here, and trusts these.
pub(crate) fn settings(tls: Tls) -> Settings {
    let routes = ["secure.test", "other.test"].map(|name| (name, [127, 0, 0, 1].into())).into();
    Settings { tls: Arc::new(tls), ..super::settings(Listed { routes, ..Listed::default() }) }
}

/// Starts a server of HTTP/2; gives where it is, for a client with [`settings`].
pub(crate) async fn two<F>(
    serve: impl Fn(http::Request<RecvStream>, SendResponse<Bytes>) -> F + Clone + Send + Sync + 'static,
) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let acceptor = acceptor(&["h2"]);
    let address = listen(move |stream| {
        let (acceptor, serve) = (acceptor.clone(), serve.clone());
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let Ok(mut connection) = h2::server::handshake(stream).await else { return };
            while let Some(Ok((request, respond))) = connection.accept().await {
                tokio::spawn(serve(request, respond));
            }
        }
    })
    .await;
    format!("https://secure.test:{}", address.port())
}
