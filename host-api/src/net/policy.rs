//! What decides where a guest may connect to.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

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

    /// Whether the guest may have sockets at all. A policy that says nothing of sockets gives none.
    ///
    /// # Errors
    /// It may not.
    fn sockets(&self) -> Result<(), Denied> {
        Err(Denied::no_sockets())
    }

    /// Whom to ask for the addresses of a host that the guest looks up, by no port: as it stands in the guest's question.
    ///
    /// # Errors
    /// The guest may not reach it on any port.
    fn lookup(&self, _host: &str) -> Result<Target, Denied> {
        Err(Denied::no_sockets())
    }

    /// Told what a host was found to stand for: says which of these addresses the guest gets. From now on it may connect
    /// sockets to them, on the ports that it may reach of that host.
    ///
    /// # Errors
    /// It gets none of them.
    fn found(&self, _host: &str, _addresses: &[IpAddr]) -> Result<Vec<IpAddr>, Denied> {
        Err(Denied::no_sockets())
    }

    /// Whether a socket may be connected to an address, or send to it.
    ///
    /// # Errors
    /// It may not.
    fn socket(&self, _address: SocketAddr) -> Result<(), Denied> {
        Err(Denied::no_sockets())
    }

    /// Whether what comes from an address reaches a socket that is connected to none.
    fn hears(&self, _from: SocketAddr) -> bool {
        false
    }

    /// Whether a socket may be bound to an address of this machine.
    ///
    /// # Errors
    /// It may not.
    fn bind(&self, _address: SocketAddr) -> Result<(), Denied> {
        Err(Denied::no_sockets())
    }

    /// Whether a socket may take connections at an address of this machine.
    ///
    /// # Errors
    /// It may not.
    fn listen(&self, _address: SocketAddr) -> Result<(), Denied> {
        Err(Denied::no_sockets())
    }
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

impl Denied {
    fn no_sockets() -> Denied {
        Denied { what: "the guest may have no sockets".to_owned(), remedy: None }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
