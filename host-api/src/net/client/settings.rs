//! What a client needs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::net::{Policy, SendLimits, Servers, Tls};

/// How long a request of the host function may take, from its beginning to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// What a client needs.
#[derive(Clone)]
pub struct Settings {
    /// Decides where the guest may connect to.
    pub policy: Arc<dyn Policy>,
    /// Who is asked for addresses.
    pub servers: Servers,
    /// Whom it trusts.
    pub tls: Arc<Tls>,
    /// What it may send.
    pub limits: SendLimits,
    /// The open files that this guest shares with others, where they are counted: each connection takes one.
    pub handles: Option<Arc<Semaphore>>,
    /// How long a request may take whose answer is wanted as a whole.
    pub timeout: Duration,
}

impl Settings {
    /// A client for a policy: this machine's resolvers, this machine's authorities, nothing but time limited.
    pub fn new(policy: Arc<dyn Policy>) -> Settings {
        Settings {
            policy,
            servers: Servers::System,
            tls: Arc::default(),
            limits: SendLimits::default(),
            handles: None,
            timeout: TIMEOUT,
        }
    }
}
