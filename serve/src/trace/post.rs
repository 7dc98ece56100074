//! Sending to a collector: a POST over HTTP/1.1, each over a connection of its own.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time;
use tokio_rustls::TlsConnector;

/// The most bytes of an answer that are read.
const ANSWER: usize = 64 << 10;

/// Where spans are sent, and with what.
pub(super) struct Post {
    host: String,
    port: u16,
    /// None where the collector speaks no TLS.
    tls: Option<Arc<ClientConfig>>,
    endpoint: Uri,
    fields: HeaderMap,
    timeout: Duration,
}

/// What was sent is not taken.
pub(super) struct Refused {
    /// It might be when it is sent once more.
    pub(super) again: bool,
    pub(super) why: String,
}

/// What a collector answers that took what was sent, or some of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    #[serde(default)]
    partial_success: PartialSuccess,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PartialSuccess {
    /// A number, in digits or as one.
    rejected_spans: serde_json::Value,
    error_message: String,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Failure = Box<dyn StdError + Send + Sync>;

impl Post {
    /// # Errors
    /// The endpoint is no URL of HTTP with a host.
    pub(super) fn new(endpoint: &Uri, mut fields: HeaderMap, timeout: Duration) -> Result<Post, String> {
        let (authority, secure) = match (endpoint.authority(), endpoint.scheme_str()) {
            (Some(authority), Some("http")) => (authority, false),
            (Some(authority), Some("https")) => (authority, true),
            _ => return Err("it is no URL that begins with http:// or https://".to_owned()),
        };
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err("it has no host, or a user".to_owned());
        }
        let host = HeaderValue::from_str(authority.as_str()).map_err(|error| error.to_string())?;
        fields.insert(HOST, host);
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        fields.insert(USER_AGENT, HeaderValue::from_static(concat!("dayfly/", env!("CARGO_PKG_VERSION"))));
        Ok(Post {
            // An address of IPv6 stands in brackets there, and nowhere else.
            host: authority.host().trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            tls: if secure { Some(trust()?) } else { None },
            endpoint: endpoint.clone(),
            fields,
            timeout,
        })
    }

    pub(super) fn endpoint(&self) -> &Uri {
        &self.endpoint
    }

    /// Sends this. Gives how many spans were not taken of it, and why, where some were not.
    ///
    /// # Errors
    /// Nothing of it was taken.
    pub(super) async fn send(&self, body: Bytes) -> Result<Option<(u64, String)>, Refused> {
        let again = |why: String| Refused { again: true, why };
        let sent = time::timeout(self.timeout, self.exchange(body)).await;
        let sent = sent.map_err(|_| again(format!("it took longer than {:?}", self.timeout)))?;
        let (status, answer) = sent.map_err(|error| again(reason(&*error)))?;
        if !status.is_success() {
            // Those that the protocol names.
            let again = matches!(status.as_u16(), 429 | 502 | 503 | 504);
            return Err(Refused { again, why: format!("it answers {status}") });
        }
        let taken: Option<Taken> = serde_json::from_slice(&answer).ok();
        Ok(taken.and_then(|taken| {
            let PartialSuccess { rejected_spans: rejected, error_message } = taken.partial_success;
            let rejected = rejected.as_u64().or_else(|| rejected.as_str()?.parse().ok()).unwrap_or(0);
            (rejected > 0).then_some((rejected, error_message))
        }))
    }

    async fn exchange(&self, body: Bytes) -> Result<(StatusCode, Bytes), Failure> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(self.connect().await?)).await?;
        let path = self.endpoint.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::post(path).body(Full::new(body))?;
        *request.headers_mut() = self.fields.clone();
        let asking = async move {
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER).collect().await?.to_bytes();
            Ok((status, body))
        };
        // The connection may end before the answer was read to its end: it is there by then.
        let (answer, _) = tokio::join!(asking, connection);
        answer
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, Failure> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(self.host.clone())?;
        Ok(Box::new(TlsConnector::from(tls.clone()).connect(name, stream).await?))
    }
}

/// This machine's authorities, or Mozilla's where it has none.
fn trust() -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// What an error says, and what is behind it.
fn reason(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let more = behind.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = behind.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    #[tokio::test]
    async fn who_is_not_to_be_trusted_is_sent_nothing() {
        let certificate =
            CertificateDer::from_pem_slice(include_bytes!("../../tests/serve/tls/one.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../tests/serve/tls/one.key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://{}/v1/traces", listener.local_addr().unwrap()).parse().unwrap();
        let accepting = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            TlsAcceptor::from(Arc::new(config)).accept(stream).await.is_err()
        });
        let post = Post::new(&endpoint, HeaderMap::new(), Duration::from_secs(30)).unwrap();
        let Err(refused) = post.send(Bytes::from_static(b"{}")).await else { panic!("it is trusted") };
        assert!(refused.again && refused.why.contains("certificate"), "{}", refused.why);
        assert!(accepting.await.unwrap());
    }
}
