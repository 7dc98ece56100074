//! TLS: the certificate that a server shows, which may change while it runs.

mod files;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustls::ServerConfig;

use files::{Files, Stamp};

/// A certificate with its key, from files that may change while a server shows it. Its clones are one.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    files: Files,
    config: RwLock<Arc<ServerConfig>>,
    seen: Mutex<Seen>,
    report: Report,
}

/// Who hears of each new pair.
type Report = Box<dyn Fn(Result<(), &TlsError>) + Send + Sync>;

/// What the files were like.
struct Seen {
    /// When they were last read.
    read: Stamp,
    /// When they were last looked at.
    looked: Stamp,
}

/// Why a certificate can't be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file can't be read.
    #[error("can't read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file has no certificate, or no key, where one should be.
    #[error("{} has no {what} in PEM form: {why}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        what: &'static str,
        /// What was found instead.
        why: String,
    },
    /// They can't be used, or not with each other.
    #[error("the certificate {} can't be shown with the key {}: {why}", certificate.display(), key.display())]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong with them.
        why: rustls::Error,
    },
}

impl Tls {
    /// Reads a certificate, with those that vouch for it, and its key, both in PEM form.
    ///
    /// `report` hears of each time that they are read anew because they changed: a pair that can't be used is not, and
    /// the one from before stays.
    ///
    /// # Errors
    ///
    /// They can't be read, or not be used.
    pub fn load(
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
        report: impl Fn(Result<(), &TlsError>) + Send + Sync + 'static,
    ) -> Result<Self, TlsError> {
        let files = Files { certificate: certificate.into(), key: key.into() };
        let read = files.stamp();
        let config = RwLock::new(Arc::new(files.read()?));
        let seen = Mutex::new(Seen { read, looked: read });
        Ok(Self(Arc::new(Inner { files, config, seen, report: Box::new(report) })))
    }

    /// Reads the files again; connections that come later see what they hold.
    ///
    /// # Errors
    ///
    /// They can't be read, or not be used. The pair from before stays.
    pub fn reload(&self) -> Result<(), TlsError> {
        let stamp = self.0.files.stamp();
        let config = self.0.files.read();
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).read = stamp;
        *self.0.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config?);
        Ok(())
    }

    /// Reads the files again if they have changed and are no longer changing, and reports what came of it.
    pub(crate) fn look(&self) {
        let now = self.0.files.stamp();
        let settled = {
            let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
            // A pair is two files, which nobody replaces at once: a pair between two looks alike is whole.
            let settled = seen.looked == now && seen.read != now;
            seen.looked = now;
            settled
        };
        if settled {
            (self.0.report)(self.reload().as_ref().copied());
        }
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.0.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether both are one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.0.files).finish()
    }
}
