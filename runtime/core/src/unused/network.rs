//! What a task asks of a network that it does not get.

use dayfly_spec::model::{Egress, Engine, Network, NetworkKind, Origin, Task};

use super::Notes;
use super::noop::NOTHING;
use crate::egress;

/// What has no effect on a guest.
pub(super) fn of_guest(network: &Network, notes: &mut Notes<'_>) {
    for (origin, why) in egress::idle(network, notes.policy) {
        notes.add(origin, why);
    }
}

/// What whoever runs the job opens, and is open for all its guests.
pub(super) fn of_host(tasks: &[Task], notes: &mut Notes<'_>) {
    let guests = tasks.iter().filter(|task| matches!(task.engine, Engine::Wasm(_)));
    let networks: Vec<_> = guests.map(|task| &task.network).collect();
    for host in egress::idle_hosts(&networks, notes.policy) {
        notes.add(&Origin::unwritten(format!("--allow-host {host}")), egress::ALL_OPEN);
    }
}

/// What has no effect where no guest runs. One line a field: what holds for the first of a list holds for all of it.
pub(super) fn of_noop(network: &Network, notes: &mut Notes<'_>) {
    let Network { kind, domains, ipv6, dns, egress, loopback, routes, ports } = network;
    let Egress { ports: leaving, sent, rate } = egress;
    let open = |kind: NetworkKind| !matches!(kind, NetworkKind::None | NetworkKind::Default);
    let switches = [ipv6, loopback].into_iter().flatten().filter(|asked| asked.value);
    let limits = [sent, rate].into_iter().flatten();
    let origins = [
        kind.as_ref().filter(|kind| open(kind.value)).map(|kind| &kind.origin),
        domains.first().map(|domain| &domain.origin),
        dns.first().map(|server| &server.origin),
        leaving.first().map(|port| &port.origin),
        routes.first().map(|route| &route.name.origin),
        ports.first().map(|port| &port.name.origin),
    ];
    let origins = origins.into_iter().flatten();
    for origin in origins.chain(switches.map(|asked| &asked.origin)).chain(limits.map(|limit| &limit.origin))
    {
        notes.add(origin, NOTHING);
    }
}
