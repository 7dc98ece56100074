//! What a job and its host say, as one policy.

use std::fmt;

use dayfly_spec::Source;
use dayfly_spec::model::{Located, Network, NetworkKind, Route as RouteOfJob, Task};

use super::host::{Host, shown};
use super::pattern::Pattern;
use super::ports::Ports;
use super::words::Words;
use super::{Egress, Reach, Route, Rule};
use crate::{Error, HostPolicy, place};

impl Egress {
    /// The policy for a task's guests. `file` is the text that the job was read from, for messages.
    ///
    /// # Errors
    /// The job names a host that can't be one.
    pub fn of(task: &Task, policy: &HostPolicy, file: Option<&Source>) -> Result<Egress, Error> {
        let network = &task.network;
        let mut kind = kind(network, policy);
        // A host that closes the network closes what the job would open in it.
        let shut = policy.closes_network();
        let open = matches!(kind, NetworkKind::Http | NetworkKind::Bridge | NetworkKind::Full);
        let ports = ports(network);
        let mut rules: Vec<_> = policy
            .allowed_hosts()
            .iter()
            .map(|allowed| Rule {
                pattern: allowed.pattern.clone(),
                ports: allowed.port.map_or_else(|| ports.clone(), |port| Ports::Only([port].into())),
            })
            .collect();
        let named = patterns(network, file)?.into_iter().filter(|_| open);
        rules.extend(named.map(|pattern| Rule { pattern, ports: ports.clone() }));
        // Also where nothing else is open: it leaves no machine.
        if network.loopback.as_ref().is_some_and(|loopback| loopback.value) && !shut {
            rules.push(Rule { pattern: Pattern::Loopback, ports: ports.clone() });
        }
        let routes = routes(network, file)?;
        if !open && !policy.allowed_hosts().is_empty() {
            kind = NetworkKind::Http;
        }
        Ok(Egress {
            reach: match kind {
                NetworkKind::Bridge | NetworkKind::Full => Reach::Public,
                NetworkKind::None if rules.is_empty() => Reach::Nothing,
                _ => Reach::Listed,
            },
            kind,
            rules,
            ports,
            ipv6: network.ipv6.as_ref().map(|ipv6| ipv6.value),
            resolvers: match open {
                true => network.dns.iter().map(|server| server.value.to_canonical()).collect(),
                false => Vec::new(),
            },
            routes: if open { routes } else { Vec::new() },
            words: Words::of(task, shut, file),
        })
    }
}

/// How much of the network is open: what the host says, else what the job does; never [`NetworkKind::Default`].
fn kind(network: &Network, policy: &HostPolicy) -> NetworkKind {
    let asked = network.kind.as_ref().map(|kind| kind.value);
    let said = |kind: &NetworkKind| *kind != NetworkKind::Default;
    let kinds = [policy.network_kind(), asked, policy.default_network_kind()];
    kinds.into_iter().flatten().find(said).unwrap_or(NetworkKind::None)
}

fn ports(network: &Network) -> Ports {
    match network.egress.ports.as_slice() {
        [] => Ports::All,
        ports => Ports::Only(ports.iter().map(|port| port.value).collect()),
    }
}

fn patterns(network: &Network, file: Option<&Source>) -> Result<Vec<Pattern>, Error> {
    let pattern = |domain: &Located<String>| {
        Pattern::parse(&domain.value).map_err(|error| invalid(domain, error, file))
    };
    network.domains.iter().map(pattern).collect()
}

fn routes(network: &Network, file: Option<&Source>) -> Result<Vec<Route>, Error> {
    let route = |RouteOfJob { name, target }: &RouteOfJob| {
        Ok(Route {
            pattern: Pattern::parse(&name.value).map_err(|error| invalid(name, error, file))?,
            target: Host::parse(target.value.trim()).map_err(|error| invalid(target, error, file))?,
        })
    };
    network.routes.iter().map(route).collect()
}

fn invalid(text: &Located<String>, error: impl fmt::Display, file: Option<&Source>) -> Error {
    let (place, field) = (place::prefix(file, &text.origin), text.origin.quoted());
    Error::Invalid(format!("{place}`{}` in {field} names no host: {error}", shown(&text.value)))
}
