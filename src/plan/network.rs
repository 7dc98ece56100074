//! The network of a task, for people.

use std::fmt::Write as _;

use dayfly::plan::{HostPlan, LimitOrigin, NetworkPlan, TaskPlan};

use super::text::line;
use crate::lists::{Columns, MAX_LINES, rest, wrapped};
use crate::say::visible_line;
use crate::words::name;

/// What a guest would reach, who says so, and what is refused.
pub(super) fn network(text: &mut String, task: &TaskPlan) {
    let Some(network) = &task.egress else { return line(text, "network", &task.network) };
    line(text, "network", &format!("{}, {}", network.kind, said(network.origin, &network.change)));
    if network.hosts.is_empty() && network.kind == "none" {
        return;
    }
    hosts(text, &network.hosts);
    if !network.routes.is_empty() {
        let mut columns = Columns::default();
        for route in network.routes.iter().take(MAX_LINES) {
            columns.line([
                name(&route.host),
                format!("leads to {}", name(&route.target)),
                visible_line(&route.change),
            ]);
        }
        let _ = write!(text, "    routes\n{}", columns.text("      "));
        more(text, network.routes.len());
    }
    let _ = writeln!(text, "    {}", wrapped(&open(network), 6));
    let _ = writeln!(text, "    refused: {}", wrapped(&network.refused, 6));
}

fn hosts(text: &mut String, hosts: &[HostPlan]) {
    let mut columns = Columns::default();
    for host in hosts.iter().take(MAX_LINES) {
        columns.line([name(&host.host), ports(&host.ports), said(host.origin, &host.change)]);
    }
    text.push_str(&columns.text("    "));
    more(text, hosts.len());
}

/// What holds for all hosts.
fn open(network: &NetworkPlan) -> Vec<String> {
    let resolvers: Vec<String> = network.resolvers.iter().map(ToString::to_string).collect();
    let resolver = match resolvers.len() {
        0 => "resolver: the machine's own".to_owned(),
        1 => format!("resolver: {}", resolvers[0]),
        _ => format!("resolvers: {}", resolvers.join(", ")),
    };
    let mut open = vec![resolver];
    if network.kind != "http" && network.kind != "none" {
        open.push(format!("{} of public hosts", ports(&network.ports)));
    }
    open
}

fn more(text: &mut String, all: usize) {
    if let Some(rest) = rest(all as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
}

/// `all ports`, `port 80`, `ports 80, 443`
fn ports(ports: &[u16]) -> String {
    let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
    match numbers.len() {
        0 => "all ports".to_owned(),
        1 => format!("port {}", numbers[0]),
        _ => format!("ports {}", numbers.join(", ")),
    }
}

fn said(origin: LimitOrigin, change: &str) -> String {
    match origin {
        LimitOrigin::Default => format!("by default; {} changes it", visible_line(change)),
        _ => visible_line(change),
    }
}
