//! Decisions: each rule with a job that says it.

mod addresses;
mod bypass;
mod idle;
mod local;
mod model;
mod names;
mod planned;
mod refusals;
mod sockets;
mod types;

use dayfly_spec::model::{Job, NetworkKind};
use dayfly_spec::{Options, Source};

use super::{Egress, Target};
use crate::{Error, HostPolicy};

/// The policy of a job whose task has this network, in the flow style of YAML.
fn egress(network: &str) -> Egress {
    with(network, HostPolicy::default())
}

fn with(network: &str, policy: HostPolicy) -> Egress {
    try_with(network, policy).unwrap()
}

fn try_with(network: &str, policy: HostPolicy) -> Result<Egress, Error> {
    let network = if network.is_empty() { String::new() } else { format!("\n    Network: {network}") };
    let text = format!("Tasks:\n  - Name: main\n    Engine: {{Type: noop}}{network}\n");
    let file = Source::new("job.yaml", text);
    let parsed = dayfly_spec::read(&file, &Options::default());
    let job = parsed.job.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    Egress::of(&job.tasks[0], &policy, Some(&file))
}

/// A job that only a program could make: no reading would let it through.
fn of_model(change: impl FnOnce(&mut dayfly_spec::model::Network)) -> Result<Egress, Error> {
    let mut job = Job::parse("Tasks: [{Name: main, Engine: {Type: noop}}]").unwrap();
    change(&mut job.tasks[0].network);
    Egress::of(&job.tasks[0], &HostPolicy::default(), None)
}

fn allowing(hosts: &[&str]) -> HostPolicy {
    hosts.iter().fold(HostPolicy::default(), |policy, host| policy.allow_host(host.parse().unwrap()))
}

fn closed() -> HostPolicy {
    HostPolicy::default().network(NetworkKind::None)
}

/// Whether a guest may go there, as far as that is known before anything is resolved.
fn goes(egress: &Egress, host: &str, port: u16) -> bool {
    egress.destination(host, port).is_ok()
}

/// Whether a guest may go to a name that leads to an address.
fn leads(egress: &Egress, host: &str, address: &str, port: u16) -> bool {
    let destination = egress.destination(host, port);
    destination.is_ok_and(|destination| egress.address(&destination, address.parse().unwrap()).is_ok())
}

fn target(egress: &Egress, host: &str) -> Target {
    egress.destination(host, 443).unwrap().lookup.target
}

fn name(name: &str) -> Target {
    Target::Name(name.to_owned())
}

fn address(address: &str) -> Target {
    Target::Address(address.parse().unwrap())
}
