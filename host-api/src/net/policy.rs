//! What decides where a guest may connect to.

use std::fmt;
use std::net::IpAddr;

/// Decides where a guest may connect to. Whoever starts the guest has one; nothing here has an opinion of its own.
///
/// A connection is decided twice: by its name before anything is resolved, and by each address before it is connected.
pub trait Policy: Send + Sync {
    /// Where a request to `host` leads: the host as it stands in the guest's URL, an address of IPv6 in brackets.
    ///
    /// # Errors
    /// The guest may not reach it.
    fn destination(&self, host: &str, port: u16) -> Result<Destination, Denied>;

    /// Whether an address may be connected to, that a name stands for or that the guest wrote.
    ///
    /// # Errors
    /// The guest may not reach it.
    fn address(&self, destination: &Destination, address: IpAddr) -> Result<(), Denied>;

    /// Told before a connection is made: the addresses that its name stands for and that may be connected to.
    fn resolved(&self, destination: &Destination, addresses: &[IpAddr]);

    /// Whether addresses of IPv6 are asked for.
    fn ipv6(&self) -> bool;
}

/// Where a request leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// The host that the guest asked for.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whom to connect to; another one than the host where the policy leads elsewhere.
    pub target: Target,
}

/// Whom to connect to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// A name, in lower-case ASCII and without a dot at its end.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// Why a guest may not do something on the network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Denied {
    /// What it tried, and why it may not.
    pub what: String,
    /// What would allow it.
    pub remedy: Option<String>,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
