//! Whom a guest's connections trust.

use std::sync::{Arc, OnceLock};
use std::{env, io};

use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use rustls::{AlertDescription, ClientConfig, RootCertStore};

use super::stream::HTTP2;

/// Sessions that an execution may take up again.
const SESSIONS: usize = 32;

/// The authorities that a guest's connections trust: this machine's, which are read when they are needed for the first
/// time and then kept. `SSL_CERT_FILE` and `SSL_CERT_DIR` name others. A machine without any gets Mozilla's.
#[derive(Debug, Default)]
pub struct Tls {
    own: Option<Vec<CertificateDer<'static>>>,
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

/// Why there is no secure connection.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The server's certificate is not to be trusted.
    #[error("{0}")]
    Certificate(String),
    /// The server refused.
    #[error("{why}")]
    Alert {
        /// The number of its reason.
        number: u8,
        /// The reason's name, where it has one.
        name: Option<&'static str>,
        /// The same in words.
        why: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl TlsError {
    /// What made a handshake fail.
    pub(super) fn of(error: &io::Error) -> TlsError {
        let why = error.to_string();
        match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
                TlsError::Certificate(why)
            }
            Some(&rustls::Error::AlertReceived(alert)) => {
                TlsError::Alert { number: alert.into(), name: AlertDescription::as_str(&alert), why }
            }
            _ => TlsError::Other(why),
        }
    }
}

impl Tls {
    /// Trusts these authorities alone; each is a certificate in DER.
    pub fn trusting(authorities: impl IntoIterator<Item = Vec<u8>>) -> Tls {
        let own = authorities.into_iter().map(CertificateDer::from).collect();
        Tls { own: Some(own), config: OnceLock::new() }
    }

    /// What an execution connects with. Sessions are its own: no server can tell by them which executions are of one
    /// machine.
    ///
    /// # Errors
    /// No authority could be read.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let config = self.config.get_or_init(|| self.make()).as_ref();
        let mut config = ClientConfig::clone(config.map_err(|why| TlsError::Other(why.clone()))?);
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(Arc::new(config))
    }

    fn make(&self) -> Result<Arc<ClientConfig>, String> {
        let mut roots = RootCertStore::empty();
        match &self.own {
            Some(own) => {
                roots.add_parsable_certificates(own.iter().cloned());
            }
            None => {
                let native = rustls_native_certs::load_native_certs();
                roots.add_parsable_certificates(native.certs);
                let named =
                    ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(|name| env::var_os(name).is_some());
                match named {
                    // Whoever names some does not want others in their place.
                    Some(name) if roots.is_empty() => {
                        let why =
                            native.errors.first().map_or_else(String::new, |error| format!(": {error}"));
                        return Err(format!("there are no certificates where {name} says{why}"));
                    }
                    None if roots.is_empty() => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
                    _ => {}
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| error.to_string())?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![HTTP2.to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
