//! What a task asks of a network that it does not get.

use dayfly_spec::model::{Egress, Network, NetworkKind};

use super::Notes;

pub(super) fn of_network(network: &Network, notes: &mut Notes<'_>) {
    const NONE: &str = "the guest gets no network";
    let Network { kind, domains, ipv6, dns, egress: Egress { ports: allowed }, loopback, routes, ports } =
        network;
    let open = |kind: &NetworkKind| !matches!(kind, NetworkKind::None | NetworkKind::Default);
    if let Some(kind) = kind.as_ref().filter(|kind| open(&kind.value)) {
        notes.add(&kind.origin, NONE);
    }
    // One line a field: what holds for the first of a list holds for all of it.
    if let Some(domain) = domains.first() {
        notes.add(&domain.origin, NONE);
    }
    if let Some(resolver) = dns.first() {
        notes.add(&resolver.origin, NONE);
    }
    if let Some(port) = allowed.first() {
        notes.add(&port.origin, NONE);
    }
    if let Some(route) = routes.first() {
        notes.add(&route.name.origin, NONE);
    }
    for asked in [ipv6, loopback].into_iter().flatten().filter(|asked| asked.value) {
        notes.add(&asked.origin, NONE);
    }
    for port in ports {
        notes.add(&port.name.origin, NONE);
    }
}
