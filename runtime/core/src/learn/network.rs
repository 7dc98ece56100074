//! The hosts and ports that were reached.

use std::collections::BTreeSet;

use dayfly_spec::model::{Located, Network, NetworkKind, Route};

use super::origin;
use crate::{Observed, egress};

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
    let routes = std::mem::take(&mut network.routes);
    network.routes = hosts.iter().filter_map(|host| way_to(host, &routes)).collect();
    let ways = &network.routes;
    // A route opens the host that it is for. Names of this machine have words of their own; its addresses are listed.
    let unrouted = || hosts.iter().filter(|host| !ways.iter().any(|way| way.name.value == **host));
    let listed = unrouted().filter(|host| !egress::is_localhost(host));
    network.domains = listed.map(|host| Located::new((*host).to_owned(), origin())).collect();
    let own = unrouted().any(|host| egress::is_localhost(host));
    network.loopback = own.then(|| Located::new(true, origin()));
    network.kind = Some(Located::new(NetworkKind::Http, origin()));
    network.egress.ports = reached.into_iter().map(|port| Located::new(port, origin())).collect();
    network.ports = ports;
}

/// The way that a host took by one of these routes, as a route for it alone.
fn way_to(host: &str, routes: &[Route]) -> Option<Route> {
    let route = routes.iter().find(|route| egress::is_covered(host, &route.name.value))?;
    Some(Route { name: Located::new(host.to_owned(), origin()), target: route.target.clone() })
}
