//! Where a guest may go, by the name or the address that it asked for.

use std::net::IpAddr;

use super::ports::Ports;

/// What a guest may reach by the host that it named, on whatever port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lookup {
    /// The host as the guest means it, in its one form. A route may lead from it to another target.
    pub host: String,
    /// What has to be resolved, or connected.
    pub target: Target,
    /// Which ports may be reached there.
    pub(super) ports: Ports,
    /// A route of the job leads there.
    pub(super) routed: bool,
}

/// What a guest may reach, before anything is resolved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// The host.
    pub lookup: Lookup,
    /// The port.
    pub port: u16,
}

/// What has to be resolved, or connected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// A name: ASCII, in lower case, with no dot at its end.
    Name(String),
    /// An address, never one of version 4 that is written as one of version 6.
    Address(IpAddr),
}

impl Destination {
    /// What has to be resolved, or connected.
    pub fn target(&self) -> &Target {
        &self.lookup.target
    }
}
