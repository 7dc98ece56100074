//! What of the network a guest may reach. All decisions are made here, and nothing is sent or received.
//!
//! ```text
//! host as the guest wrote it ─▶ destination: its one form, listed or not, routed, on that port
//!                     resolve ─▶ address: each one before it is connected; private ranges, version 6
//!     a socket's own address ─▶ socket: named, or what an allowed name led to
//!  where it is bound, listens ─▶ bind, listen: addresses of this machine that are named
//! ```
//!
//! * [`Egress`] is what a job and its host allow; one for all executions of a task, and never changed.
//! * [`Resolved`] is what one execution looked up.
//! * [`Destination`] and [`Lookup`] are what was allowed; [`Denied`] is what was not, and what would allow it.
//! * [`AllowedHost`] is what whoever runs the job adds.
//!
//! `docs/network.md` says it for users.

mod allowed;
mod build;
mod denied;
mod destination;
mod host;
mod idle;
mod local;
mod pattern;
mod plan;
mod ports;
mod range;
mod resolved;
mod words;

use std::net::{IpAddr, SocketAddr};

use dayfly_spec::model::{Network, NetworkKind};

pub use allowed::AllowedHost;
pub use denied::Denied;
pub use destination::{Destination, Lookup, Target};
pub use resolved::Resolved;

pub(crate) use host::is_localhost;
pub(crate) use idle::{ALL_OPEN, idle, idle_hosts};

use host::Host;
use pattern::Pattern;
use plan::Said;
use ports::Ports;
use range::Range;
use words::Words;

use crate::HostPolicy;

/// What of the network a task's guests may reach, by what its job says and what the host allows.
#[derive(Debug)]
pub struct Egress {
    reach: Reach,
    kind: NetworkKind,
    said: Said,
    rules: Vec<Rule>,
    /// What may be reached where no rule has a port of its own.
    ports: Ports,
    ipv6: Option<bool>,
    resolvers: Vec<IpAddr>,
    routes: Vec<Route>,
    words: Words,
}

/// How much is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reach {
    /// Nothing.
    Nothing,
    /// What a rule or a route names.
    Listed,
    /// All that is public, and what a rule or a route names.
    Public,
}

/// Something that may be reached.
#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    ports: Ports,
    said: Said,
}

/// A host that leads elsewhere. The job that says so means both of them.
#[derive(Debug)]
struct Route {
    pattern: Pattern,
    target: Host,
    /// What in the job says so.
    change: String,
}

impl Egress {
    /// The policy of guests that have no network, for who starts them without a job.
    pub fn none() -> Egress {
        Egress {
            reach: Reach::Nothing,
            kind: NetworkKind::None,
            said: Said::by_nobody(),
            rules: Vec::new(),
            ports: Ports::All,
            ipv6: None,
            resolvers: Vec::new(),
            routes: Vec::new(),
            words: Words::of_none(),
        }
    }

    /// Whether guests have a network at all. Where they don't, they get no function that would reach it, and
    /// [`Egress::closed`] says why.
    pub fn is_open(&self) -> bool {
        self.reach != Reach::Nothing
    }

    /// Why guests have no network, and what would give them one.
    pub fn closed(&self) -> Denied {
        self.words.closed()
    }

    /// What is open, in the word of job files: `none`, `http`, `full`.
    pub fn kind(&self) -> NetworkKind {
        self.kind
    }

    /// Whether an address may be reached only where it is named itself, whatever name leads to it.
    pub fn has_to_be_named(address: IpAddr) -> bool {
        Range::of(address.to_canonical()).is_some()
    }

    /// The resolvers of the job's choice; the machine's own where there are none.
    pub fn resolvers(&self) -> &[IpAddr] {
        &self.resolvers
    }

    /// Whether a name's addresses of version 6 are of any use.
    pub fn ipv6(&self) -> bool {
        self.ipv6.unwrap_or(false)
    }

    /// Decides about a host and a port as a guest names them, before anything is resolved.
    ///
    /// `host` is what stands between `//` and the port in a web address, brackets and all.
    ///
    /// # Errors
    /// The guest may not go there.
    pub fn destination(&self, host: &str, port: u16) -> Result<Destination, Denied> {
        let lookup = self.lookup(host)?;
        if port == 0 {
            return Err(Denied::no_port(&lookup.host));
        }
        if !lookup.ports.allow(port) {
            return Err(self.words.port(&lookup.host, port, &lookup.ports));
        }
        Ok(Destination { lookup, port })
    }

    /// Decides about a host alone: whether a guest may ask where it is.
    ///
    /// # Errors
    /// The guest may not reach it on any port.
    pub fn lookup(&self, host: &str) -> Result<Lookup, Denied> {
        if !self.is_open() {
            return Err(self.closed());
        }
        let asked = Host::parse(host).map_err(|error| Denied::bad_host(host, error))?;
        let route = self.routes.iter().find(|route| route.pattern.covers(&asked));
        let mut ports = self.granted(&asked);
        if route.is_some() || (self.reach == Reach::Public && is_public(&asked)) {
            ports.add(&self.ports);
        }
        if ports.is_none() {
            return Err(self.words.host(&asked));
        }
        let (name, routed) = (asked.to_string(), route.is_some());
        let target = match route.map_or(asked, |route| route.target.clone()) {
            host if host.is_localhost() => Target::Address(Host::LOCALHOST),
            Host::Name(name) => Target::Name(name),
            Host::Address(address) => Target::Address(address),
        };
        if let Target::Address(address) = target {
            let named = routed || !self.granted(&Host::Address(address)).is_none();
            self.admit(&name, address, named)?;
        }
        Ok(Lookup { host: name, target, ports, routed })
    }

    /// Decides about an address that a destination was resolved to, before it is connected.
    ///
    /// # Errors
    /// No guest may be led there.
    pub fn address(&self, destination: &Destination, address: IpAddr) -> Result<(), Denied> {
        self.led(&destination.lookup, address, |ports| ports.allow(destination.port))
    }

    /// Decides about an address that a name was looked up to by a guest which says no port: whether it may be reached
    /// on any.
    ///
    /// # Errors
    /// No guest may be led there.
    pub fn found(&self, lookup: &Lookup, address: IpAddr) -> Result<(), Denied> {
        self.led(lookup, address, |ports| !ports.is_none())
    }

    fn led(
        &self,
        lookup: &Lookup,
        address: IpAddr,
        allow: impl FnOnce(&Ports) -> bool,
    ) -> Result<(), Denied> {
        let address = address.to_canonical();
        let routed = match lookup.target {
            Target::Address(own) if own != address => {
                return Err(self.words.host(&Host::Address(address)));
            }
            Target::Address(_) => lookup.routed,
            Target::Name(_) => false,
        };
        let named = routed || allow(&self.granted(&Host::Address(address)));
        self.admit(&lookup.host, address, named)
    }

    /// Decides about an address and a port that a guest connects a socket to, or sends to, without a name.
    ///
    /// # Errors
    /// The guest may not go there.
    pub fn socket(&self, resolved: &Resolved, address: SocketAddr) -> Result<(), Denied> {
        if !self.is_open() {
            return Err(self.closed());
        }
        let (ip, port) = (address.ip().to_canonical(), address.port());
        Egress::without_zone(address)?;
        let host = Host::Address(ip);
        let named = self.granted(&host);
        let mut ports = named.clone();
        let mut routed = false;
        if let Some(known) = resolved.ports(ip) {
            ports.add(known);
            routed = self.routes.iter().any(|route| route.target == host);
        }
        if self.reach == Reach::Public && is_public(&host) {
            ports.add(&self.ports);
        }
        if ports.is_none() {
            return Err(self.words.host(&host));
        }
        if !ports.allow(port) {
            return Err(self.words.port(&host.to_string(), port, &ports));
        }
        self.admit_version(ip, routed || named.allow(port))
    }

    /// An address names no interface of this machine.
    fn without_zone(address: SocketAddr) -> Result<(), Denied> {
        match address {
            SocketAddr::V6(own) if own.scope_id() != 0 => {
                Err(Denied::bad_host(&address.to_string(), host::NoHost::Zone))
            }
            _ => Ok(()),
        }
    }

    /// The ports at a host that rules name.
    fn granted(&self, host: &Host) -> Ports {
        let mut ports = Ports::NONE;
        self.rules.iter().filter(|rule| rule.pattern.covers(host)).for_each(|rule| ports.add(&rule.ports));
        ports
    }

    /// Decides about an address that a host is, or leads to.
    fn admit(&self, host: &str, address: IpAddr, named: bool) -> Result<(), Denied> {
        self.admit_version(address, named)?;
        match Range::of(address) {
            Some(range) if !named => Err(self.words.range(host, address, range)),
            _ => Ok(()),
        }
    }

    /// Naming an address of version 6 is asking for it, unless the job says otherwise.
    fn admit_version(&self, address: IpAddr, named: bool) -> Result<(), Denied> {
        if address.is_ipv4() || self.ipv6.unwrap_or(named) {
            return Ok(());
        }
        Err(self.words.version(address))
    }
}

/// Whether what a job says of its network counts, rather than what its host opens alone.
pub(crate) fn is_the_jobs(network: &Network, policy: &HostPolicy) -> bool {
    build::counts(build::kind(network, policy).0)
}

/// Whether an entry of a list of hosts stands for this one, which is in its one form.
pub(crate) fn is_covered(host: &str, entry: &str) -> bool {
    match (Pattern::parse(entry), Host::parse(host)) {
        (Ok(pattern), Ok(host)) => pattern.covers(&host),
        _ => false,
    }
}

/// Whether nothing about the host itself makes it somebody's own.
fn is_public(host: &Host) -> bool {
    match host {
        Host::Name(_) => !host.is_localhost(),
        Host::Address(address) => Range::of(*address).is_none(),
    }
}

#[cfg(test)]
mod tests;
