//! Sockets at addresses of this machine: what they are bound to, and where they take connections.

use std::net::SocketAddr;

use super::host::Host;
use super::ports::Ports;
use super::range::Range;
use super::{Denied, Egress, Rule};
use crate::plan::LimitOrigin;

impl Egress {
    /// Decides about an address of this machine that a guest binds a socket to. It may leave the choice to the system,
    /// as every socket does that is connected without being bound; any other address and port has to be named.
    ///
    /// # Errors
    /// Nothing names it.
    pub fn bind(&self, address: SocketAddr) -> Result<(), Denied> {
        let (ip, port) = (address.ip().to_canonical(), address.port());
        if self.is_open() && ip.is_unspecified() && port == 0 {
            return Ok(());
        }
        self.local(address, |ports| if port == 0 { !ports.is_none() } else { ports.allow(port) }, |_| true)
    }

    /// Decides about an address of this machine that a guest takes connections at. Within the machine that is no more
    /// than reaching what is there; what opens a port to others only the host grants, and no job by itself.
    ///
    /// # Errors
    /// Nobody who may says so.
    pub fn listen(&self, address: SocketAddr) -> Result<(), Denied> {
        let within = Range::of(address.ip().to_canonical()) == Some(Range::Loopback);
        let may = |rule: &Rule| within || rule.said.by == LimitOrigin::Flag;
        self.local(address, |ports| ports.allow(address.port()), may)
    }

    fn local(
        &self,
        address: SocketAddr,
        allow: impl FnOnce(&Ports) -> bool,
        may: impl Fn(&Rule) -> bool,
    ) -> Result<(), Denied> {
        if !self.is_open() {
            return Err(self.closed());
        }
        Egress::without_zone(address)?;
        let host = Host::address(address.ip());
        let mut ports = Ports::NONE;
        let naming = self.rules.iter().filter(|rule| may(rule) && rule.pattern.covers(&host));
        naming.for_each(|rule| ports.add(&rule.ports));
        if ports.is_none() {
            return Err(self.words.local(address));
        }
        if !allow(&ports) {
            return Err(self.words.port(&host.to_string(), address.port(), &ports));
        }
        self.admit_version(address.ip().to_canonical(), true)
    }
}
