//! What of a job's network has no effect, given what else it and its host say.

use dayfly_spec::model::{Egress as Leaving, Network, NetworkKind, Origin};

use super::AllowedHost;
use super::build::{counts, kind, ports};
use super::pattern::Pattern;
use crate::HostPolicy;

/// Why a name that is public has no effect.
pub(crate) const ALL_OPEN: &str = "every public host is open anyway";

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
        idle.extend(open.map(|domain| (&domain.origin, ALL_OPEN)));
    }
    if let Some(loopback) = loopback.as_ref().filter(|loopback| loopback.value && shut) {
        idle.push((&loopback.origin, why));
    }
    idle.extend(ports.iter().map(|port| (&port.name.origin, "no guest listens on ports yet")));
    idle
}

/// Hosts that whoever runs the job lets its guests reach, and that all of them reach anyway ([`ALL_OPEN`]).
pub(crate) fn idle_hosts<'a>(networks: &[&Network], policy: &'a HostPolicy) -> Vec<&'a AllowedHost> {
    let open = |host: &AllowedHost, network: &Network| {
        let public = !matches!(host.pattern, Pattern::Addresses(_) | Pattern::Loopback);
        let full = matches!(kind(network, policy).0, NetworkKind::Bridge | NetworkKind::Full);
        public && full && host.port.is_none_or(|port| ports(network).allow(port))
    };
    let idle = |host: &&AllowedHost| networks.iter().all(|network| open(host, network));
    policy.allowed_hosts().iter().filter(|_| !networks.is_empty()).filter(idle).collect()
}
