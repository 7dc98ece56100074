//! The files of a certificate and its key.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::pki_types::pem::{Error, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;

/// More than any certificate has with those that vouch for it.
const LONGEST: u64 = 1 << 20;

/// The files of a certificate and its key.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What is seen of files without reading them: when each was changed, and its size; none where it can't be seen.
pub(super) type Stamp = [Option<(SystemTime, u64)>; 2];

impl Files {
    pub(super) fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| {
            let seen = fs::metadata(path).ok()?;
            Some((seen.modified().ok()?, seen.len()))
        })
    }

    pub(super) fn read(&self) -> Result<ServerConfig, TlsError> {
        let missing = |path: &Path, what, error: Error| {
            let why = match error {
                Error::NoItemsFound => "it has none at all".to_owned(),
                other => other.to_string(),
            };
            TlsError::Missing { path: path.to_owned(), what, why }
        };
        let no_certificate = |error| missing(&self.certificate, "certificate", error);
        let text = read(&self.certificate)?;
        let chain =
            CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>().map_err(no_certificate)?;
        if chain.is_empty() {
            return Err(no_certificate(Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .map_err(|error| missing(&self.key, "private key", error))?;
        let unusable = |why| {
            let (certificate, key) = (self.certificate.clone(), self.key.clone());
            TlsError::Unusable { certificate, key, why }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let mut config = config.with_no_client_auth().with_single_cert(chain, key).map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { path: path.to_owned(), source };
    let mut text = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(unreadable(io::Error::other("it has more than 1 MiB")));
    }
    Ok(text)
}
