//! What a task may reach.

use crate::convert::members::{Members, number, text};
use crate::model::{Data, Egress, Located, Network, PortMapping, Route};

pub(super) fn network(network: &Network) -> Members {
    let Network { kind, domains, ipv6, dns, egress, loopback, routes, ports } = network;
    let switch = |switch: &Option<Located<bool>>| switch.as_ref().map(|switch| Data::Bool(switch.value));
    let mut fields = Members::default();
    fields.put_some("Type", kind.as_ref().map(|kind| text(kind.value.name())));
    fields.put_list("Domains", domains.iter().map(|domain| text(&domain.value)).collect());
    fields.put_list("Ports", ports.iter().map(port).collect());
    fields.put_some("EnableIPv6", switch(ipv6));
    fields.put_list("DNS", dns.iter().map(|address| text(address.value.to_string())).collect());
    fields.put_object("Policies", policies(egress));
    fields.put_some("AllowLoopback", switch(loopback));
    fields.put_list("Routes", routes.iter().map(route).collect());
    fields
}

fn policies(egress: &Egress) -> Members {
    // The rest stands among the free data, as it was written.
    let Egress { ports, sent: _, rate: _ } = egress;
    let mut inner = Members::default();
    inner.put_list("Ports", ports.iter().map(|port| text(port.value.to_string())).collect());
    let mut policies = Members::default();
    policies.put_object("Egress", inner);
    policies
}

fn port(mapping: &PortMapping) -> Data {
    let PortMapping { name, host, guest, address } = mapping;
    let mut fields = Members::default();
    fields.put("Name", text(&name.value));
    fields.put_some("Static", host.as_ref().map(|port| number(port.value)));
    fields.put_some("Target", guest.as_ref().map(|port| number(port.value)));
    fields.put_some("HostNetwork", address.as_ref().map(|address| text(address.value.to_string())));
    fields.into_data()
}

fn route(route: &Route) -> Data {
    let Route { name, target } = route;
    let mut fields = Members::default();
    fields.put("Match", text(&name.value));
    fields.put("Target", text(&target.value));
    fields.into_data()
}
