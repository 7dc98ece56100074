//! The hosts and ports that were reached.

use std::collections::BTreeSet;

use dayfly_spec::model::{Located, Network, NetworkKind};

use super::origin;
use crate::Observed;

/// Leaves a network open for what was reached through it.
pub(super) fn narrow(network: &mut Network, used: &Observed) {
    // Ports of the host lead to the guest, whatever it reaches itself.
    let ports = std::mem::take(&mut network.ports);
    if used.destinations.is_empty() {
        *network = Network { ports, ..Network::default() };
        return;
    }
    let hosts: BTreeSet<&str> = used.destinations.iter().map(|(host, _)| host.as_str()).collect();
    let reached: BTreeSet<u16> = used.destinations.iter().map(|&(_, port)| port).collect();
    network.kind = Some(Located::new(NetworkKind::Http, origin()));
    network.domains = hosts.iter().map(|host| Located::new((*host).to_owned(), origin())).collect();
    network.egress.ports = reached.into_iter().map(|port| Located::new(port, origin())).collect();
    network.routes.retain(|route| hosts.contains(route.name.value.as_str()));
    // A host that is listed needs no more words; the list names loopback too where it was reached.
    network.loopback = None;
    network.ports = ports;
}
