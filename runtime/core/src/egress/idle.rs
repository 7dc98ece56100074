//! What of a job's network has no effect, given what else it and its host say.

use dayfly_spec::model::{Egress as Leaving, Network, NetworkKind, Origin};

use super::build::{counts, kind};
use super::pattern::Pattern;
use crate::HostPolicy;

/// What of a network has no effect, and why. One for each field: what holds for the first of a list holds for all
/// of it.
pub(crate) fn idle<'a>(network: &'a Network, policy: &HostPolicy) -> Vec<(&'a Origin, &'static str)> {
    let Network { kind: _, domains, ipv6, dns, egress, loopback, routes, ports } = network;
    let Leaving { ports: leaving, sent, rate } = egress;
    let (kind, shut) = (kind(network, policy).0, policy.closes_network());
    let why =
        if shut { "--network none closes the network" } else { "nothing leaves a network of type `none`" };
    let mut idle = Vec::new();
    if !counts(kind) {
        idle.extend(domains.first().map(|domain| (&domain.origin, why)));
        idle.extend(dns.first().map(|server| (&server.origin, why)));
        idle.extend(routes.first().map(|route| (&route.name.origin, why)));
        if policy.allowed_hosts().is_empty() {
            let own = loopback.as_ref().is_some_and(|loopback| loopback.value && !shut);
            idle.extend(ipv6.as_ref().filter(|ipv6| ipv6.value).map(|ipv6| (&ipv6.origin, why)));
            if !own {
                idle.extend(leaving.first().map(|port| (&port.origin, why)));
                idle.extend([sent, rate].into_iter().flatten().map(|limit| (&limit.origin, why)));
            }
        }
    } else if kind != NetworkKind::Http {
        let named =
            |text: &str| matches!(Pattern::parse(text), Ok(Pattern::Addresses(_) | Pattern::Loopback));
        let open = domains.iter().find(|domain| !named(&domain.value));
        idle.extend(open.map(|domain| (&domain.origin, "every public host is open anyway")));
    }
    if let Some(loopback) = loopback.as_ref().filter(|loopback| loopback.value && shut) {
        idle.push((&loopback.origin, why));
    }
    idle.extend(ports.iter().map(|port| (&port.name.origin, "no guest listens on ports yet")));
    idle
}
