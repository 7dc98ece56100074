//! What a task may reach.

use std::net::IpAddr;

use super::Located;

/// What a task may reach. The default is nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Network {
    /// How much is open.
    pub kind: Option<Located<NetworkKind>>,
    /// Domains, addresses and address ranges that may be reached, for [`NetworkKind::Http`].
    pub domains: Vec<Located<String>>,
    /// Addresses of version 6 may be used.
    pub ipv6: Option<Located<bool>>,
    /// Resolvers of the job's choice.
    pub dns: Vec<Located<IpAddr>>,
    /// What may leave.
    pub egress: Egress,
    /// The guest may reach services on the loopback addresses of the machine that it runs on.
    pub loopback: Option<Located<bool>>,
    /// Names that lead elsewhere.
    pub routes: Vec<Route>,
    /// Ports of the host that lead to the guest.
    pub ports: Vec<PortMapping>,
}

/// How much of the network is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NetworkKind {
    /// Nothing.
    None,
    /// What the host grants to jobs that do not say.
    Default,
    /// HTTP and HTTPS to the listed domains.
    Http,
    /// Everything, through a network of the guest's own.
    Bridge,
    /// Everything, as the host itself.
    Full,
}

impl NetworkKind {
    /// The word for it in job files.
    pub fn name(self) -> &'static str {
        match self {
            NetworkKind::None => "none",
            NetworkKind::Default => "default",
            NetworkKind::Http => "http",
            NetworkKind::Bridge => "bridge",
            NetworkKind::Full => "full",
        }
    }
}

/// What may leave.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Egress {
    /// The ports that may be reached; all where empty.
    pub ports: Vec<Located<u16>>,
    /// The most that may be sent in all, in bytes.
    pub sent: Option<Located<u64>>,
    /// The most that may be sent in a second, in bytes.
    pub rate: Option<Located<u64>>,
}

/// A name that leads elsewhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Route {
    /// The name that the guest asks for.
    pub name: Located<String>,
    /// The name that is resolved instead.
    pub target: Located<String>,
}

/// A port of the host that leads to the guest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PortMapping {
    /// The mapping's name; variables are made from it.
    pub name: Located<String>,
    /// The port of the host; one is chosen where the job is silent.
    pub host: Option<Located<u16>>,
    /// The port inside the guest; the host's otherwise.
    pub guest: Option<Located<u16>>,
    /// The host's address it is bound to.
    pub address: Option<Located<IpAddr>>,
}
