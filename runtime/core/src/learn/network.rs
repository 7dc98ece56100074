//! The hosts and ports that were reached.

use std::collections::BTreeSet;

use dayfly_spec::model::{Located, Network, NetworkKind, Route};

use super::origin;
use crate::{HostPolicy, Observed, egress};

/// Leaves a network open for what was reached through it.
pub(super) fn narrow(network: &mut Network, used: &Observed, policy: &HostPolicy) {
    // Ports of the host lead to the guest, whatever it reaches itself.
    let ports = std::mem::take(&mut network.ports);
    if used.destinations.is_empty() {
        *network = Network { ports, ..Network::default() };
        return;
    }
    let hosts: BTreeSet<&str> = used.destinations.iter().map(|(host, _)| host.as_str()).collect();
    let reached: BTreeSet<u16> = used.destinations.iter().map(|&(_, port)| port).collect();
    if !egress::is_the_jobs(network, policy) {
        // The host opened what there was, and these had no part in it.
        network.routes = Vec::new();
        network.dns = Vec::new();
    }
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

#[cfg(test)]
mod tests {
    use dayfly_spec::model::Job;

    use super::*;

    #[test]
    fn routes_and_resolvers_that_did_not_count_do_not_count_afterwards() {
        let job = Job::parse(
            "Tasks: [{Name: main, Engine: {Type: wasm, Params: {EntryModule: main.wat}}, Network: {Type: http, DNS: \
             [10.0.0.1], Routes: [{Match: api.example.com, Target: other.example.com}]}}]",
        )
        .unwrap();
        let destinations = [("api.example.com".to_owned(), 80)].into();
        let used = Observed { destinations, ..Observed::default() };
        let learned = |policy: &HostPolicy| {
            let mut network = job.tasks[0].network.clone();
            narrow(&mut network, &used, policy);
            (network.domains.len(), network.routes.len(), network.dns.len())
        };
        assert_eq!(learned(&HostPolicy::default()), (0, 1, 1));
        let closed = HostPolicy::default().network(NetworkKind::None);
        assert_eq!(learned(&closed.allow_host("api.example.com".parse().unwrap())), (1, 0, 0));
    }
}
