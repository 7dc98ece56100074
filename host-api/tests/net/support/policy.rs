//! A policy that is a list.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use dayfly_host_api::net::{Denied, Destination, Policy, Target};

/// A host and its addresses.
pub(crate) type Known = (String, Vec<IpAddr>);

/// Lets all hosts be reached but those that are listed, and all addresses of this machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed {
    pub(crate) forbidden: Vec<&'static str>,
    pub(crate) routes: HashMap<&'static str, IpAddr>,
    pub(crate) ipv6: bool,
    /// There is no network.
    pub(crate) closed: bool,
    /// Ports of this machine that sockets may not be connected to.
    pub(crate) ports: Vec<u16>,
    /// What was resolved.
    pub(crate) resolved: Arc<Mutex<Vec<Known>>>,
}

pub(crate) fn denied(what: &str) -> Denied {
    Denied { what: format!("not {what}"), remedy: Some(format!("a line with {what}")) }
}

impl Policy for Listed {
    fn destination(&self, host: &str, port: u16) -> Result<Destination, Denied> {
        if self.forbidden.contains(&host) {
            return Err(denied(host));
        }
        let target = match (self.routes.get(host), host.trim_matches(['[', ']']).parse()) {
            (Some(&address), _) | (None, Ok(address)) => Target::Address(address),
            (None, Err(_)) => Target::Name(host.to_owned()),
        };
        let destination = Destination { host: host.to_owned(), port, target };
        if let Target::Address(address) = destination.target {
            self.address(&destination, address)?;
        }
        Ok(destination)
    }

    fn address(&self, _: &Destination, address: IpAddr) -> Result<(), Denied> {
        if address.is_loopback() { Ok(()) } else { Err(denied(&address.to_string())) }
    }

    fn resolved(&self, destination: &Destination, addresses: &[IpAddr]) {
        self.resolved.lock().unwrap().push((destination.host.clone(), addresses.to_vec()));
    }

    fn ipv6(&self) -> bool {
        self.ipv6
    }

    fn sockets(&self) -> Result<(), Denied> {
        if self.closed { Err(denied("any network")) } else { Ok(()) }
    }

    fn lookup(&self, host: &str) -> Result<Target, Denied> {
        self.destination(host, 1).map(|destination| destination.target)
    }

    fn found(&self, host: &str, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, Denied> {
        let destination = self.destination(host, 1)?;
        let given: Vec<IpAddr> = addresses
            .iter()
            .copied()
            .filter(|&address| self.address(&destination, address).is_ok())
            .collect();
        match addresses.first() {
            Some(first) if given.is_empty() => return Err(denied(&first.to_string())),
            _ => {}
        }
        self.resolved(&destination, &given);
        Ok(given)
    }

    fn socket(&self, address: SocketAddr) -> Result<(), Denied> {
        if address.ip().is_loopback() && !self.ports.contains(&address.port()) {
            Ok(())
        } else {
            Err(denied(&address.to_string()))
        }
    }

    fn hears(&self, from: SocketAddr) -> bool {
        self.socket(from).is_ok()
    }

    fn bind(&self, address: SocketAddr) -> Result<(), Denied> {
        if address.ip().is_loopback() || address.port() == 0 {
            Ok(())
        } else {
            Err(denied(&address.to_string()))
        }
    }

    fn listen(&self, address: SocketAddr) -> Result<(), Denied> {
        if address.ip().is_loopback() { Ok(()) } else { Err(denied(&address.to_string())) }
    }
}
