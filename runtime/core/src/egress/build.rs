//! What a job and its host say, as one policy.

use std::fmt;

use dayfly_spec::Source;
use dayfly_spec::model::{Located, Network, NetworkKind, Route as RouteOfJob, Task};

use super::host::{Host, shown};
use super::pattern::Pattern;
use super::plan::Said;
use super::ports::Ports;
use super::words::Words;
use super::{AllowedHost, Egress, Reach, Route, Rule};
use crate::{Error, HostPolicy, place};

impl Egress {
    /// The policy for a task's guests. `file` is the text that the job was read from, for messages.
    ///
    /// # Errors
    /// The job names a host that can't be one.
    pub fn of(task: &Task, policy: &HostPolicy, file: Option<&Source>) -> Result<Egress, Error> {
        let network = &task.network;
        let (mut kind, mut said) = kind(network, policy);
        let counts = counts(kind);
        let shut = policy.closes_network();
        let ports = ports(network);
        let allowed = policy.allowed_hosts();
        let mut rules: Vec<_> = allowed.iter().map(|allowed| of_host(allowed, &ports)).collect();
        let domains = domains(network, &ports, file)?;
        if counts {
            rules.extend(domains);
        }
        // Also where nothing else is open: it leaves no machine.
        if let Some(loopback) = network.loopback.as_ref().filter(|loopback| loopback.value && !shut) {
            let (pattern, said) = (Pattern::Loopback, Said::by_job(&loopback.origin));
            rules.push(Rule { pattern, ports: ports.clone(), said });
        }
        let routes = routes(network, file)?;
        if !counts && !allowed.is_empty() {
            (kind, said) = (NetworkKind::Http, Said::by_flag("--allow-host"));
        }
        Ok(Egress {
            reach: match kind {
                NetworkKind::Bridge | NetworkKind::Full => Reach::Public,
                NetworkKind::None if rules.is_empty() => Reach::Nothing,
                _ => Reach::Listed,
            },
            kind,
            said,
            rules,
            ports,
            ipv6: network.ipv6.as_ref().map(|ipv6| ipv6.value),
            resolvers: match counts {
                true => network.dns.iter().map(|server| server.value.to_canonical()).collect(),
                false => Vec::new(),
            },
            routes: if counts { routes } else { Vec::new() },
            words: Words::of(task, shut, file),
        })
    }
}

/// Whether what a job says of its network counts: in one that is closed, only loopback may be open.
pub(super) fn counts(kind: NetworkKind) -> bool {
    matches!(kind, NetworkKind::Http | NetworkKind::Bridge | NetworkKind::Full)
}

/// How much of the network is open: what the host says, else what the job does; never [`NetworkKind::Default`].
pub(super) fn kind(network: &Network, policy: &HostPolicy) -> (NetworkKind, Said) {
    let job = network.kind.as_ref().map(|kind| (kind.value, Said::by_job(&kind.origin)));
    let flag = policy.network_kind().map(|kind| (kind, Said::by_flag("--network")));
    let default = policy.default_network_kind().map(|kind| (kind, Said::by_nobody()));
    let mut kinds = [flag, job, default].into_iter().flatten();
    kinds.find(|(kind, _)| *kind != NetworkKind::Default).unwrap_or((NetworkKind::None, Said::by_nobody()))
}

pub(super) fn ports(network: &Network) -> Ports {
    match network.egress.ports.as_slice() {
        [] => Ports::All,
        ports => Ports::Only(ports.iter().map(|port| port.value).collect()),
    }
}

fn of_host(allowed: &AllowedHost, ports: &Ports) -> Rule {
    Rule {
        pattern: allowed.pattern.clone(),
        ports: allowed.port.map_or_else(|| ports.clone(), |port| Ports::Only([port].into())),
        said: Said::by_flag("--allow-host"),
    }
}

fn domains(network: &Network, ports: &Ports, file: Option<&Source>) -> Result<Vec<Rule>, Error> {
    let rule = |domain: &Located<String>| {
        let pattern = Pattern::parse(&domain.value).map_err(|error| invalid(domain, error, file))?;
        Ok(Rule { pattern, ports: ports.clone(), said: Said::by_job(&domain.origin) })
    };
    network.domains.iter().map(rule).collect()
}

fn routes(network: &Network, file: Option<&Source>) -> Result<Vec<Route>, Error> {
    let route = |RouteOfJob { name, target }: &RouteOfJob| {
        Ok(Route {
            pattern: Pattern::parse(&name.value).map_err(|error| invalid(name, error, file))?,
            target: Host::parse(target.value.trim()).map_err(|error| invalid(target, error, file))?,
            change: name.origin.change.to_string(),
        })
    };
    network.routes.iter().map(route).collect()
}

fn invalid(text: &Located<String>, error: impl fmt::Display, file: Option<&Source>) -> Error {
    let (place, field) = (place::prefix(file, &text.origin), text.origin.quoted());
    Error::Invalid(format!("{place}`{}` in {field} names no host: {error}", shown(&text.value)))
}
