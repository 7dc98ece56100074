//! The policy as a plan says it.

use super::*;
use crate::plan::{LimitOrigin, NetworkPlan};

fn hosts(plan: &NetworkPlan) -> Vec<(&str, &[u16], LimitOrigin, &str)> {
    plan.hosts
        .iter()
        .map(|host| (host.host.as_str(), host.ports.as_slice(), host.origin, host.change.as_str()))
        .collect()
}

#[test]
fn a_list_is_planned_with_who_says_each() {
    let job = "{Type: http, Domains: [API.example.com, '*.b.example', .c.example, 10.1.2.3/8], AllowLoopback: true, \
               DNS: [8.8.8.8], Policies: {Egress: {Ports: ['443', '80']}}, Routes: [{Match: a.b, Target: C.d.}]}";
    let plan = with(job, allowing(&["extra.example:22"])).plan();
    assert_eq!((plan.kind.as_str(), plan.origin), ("http", LimitOrigin::Job));
    assert_eq!(plan.change, "Tasks[0].Network.Type");
    let ports = &[80, 443][..];
    assert_eq!(
        hosts(&plan),
        [
            ("extra.example", &[22][..], LimitOrigin::Flag, "--allow-host"),
            ("api.example.com", ports, LimitOrigin::Job, "Tasks[0].Network.Domains[0]"),
            ("*.b.example", ports, LimitOrigin::Job, "Tasks[0].Network.Domains[1]"),
            (".c.example", ports, LimitOrigin::Job, "Tasks[0].Network.Domains[2]"),
            ("10.0.0.0/8", ports, LimitOrigin::Job, "Tasks[0].Network.Domains[3]"),
            ("localhost", ports, LimitOrigin::Job, "Tasks[0].Network.AllowLoopback"),
        ]
    );
    assert_eq!((plan.ports.as_slice(), plan.ipv6), (ports, false));
    assert_eq!(plan.resolvers, ["8.8.8.8".parse::<std::net::IpAddr>().unwrap()]);
    let route = &plan.routes[0];
    assert_eq!((route.host.as_str(), route.target.as_str()), ("a.b", "c.d"));
    assert_eq!(route.change, "Tasks[0].Network.Routes[0].Match");
    assert_eq!(plan.refused.len(), 3, "{:?}", plan.refused);
}

#[test]
fn a_plan_says_who_opens_or_closes_the_network() {
    let full = HostPolicy::default().network(NetworkKind::Full);
    for (plan, kind, origin, change) in [
        (egress("").plan(), "none", LimitOrigin::Default, "`Network.Type`, --network or --allow-host"),
        (egress("{Type: none}").plan(), "none", LimitOrigin::Job, "Tasks[0].Network.Type"),
        (egress("{Type: host}").plan(), "full", LimitOrigin::Job, "Tasks[0].Network.Type"),
        (with("{Type: none}", full).plan(), "full", LimitOrigin::Flag, "--network"),
        (with("{Type: full}", closed()).plan(), "none", LimitOrigin::Flag, "--network"),
        (with("", allowing(&["a.b"])).plan(), "http", LimitOrigin::Flag, "--allow-host"),
    ] {
        assert_eq!((plan.kind.as_str(), plan.origin, plan.change.as_str()), (kind, origin, change));
    }
    assert_eq!(egress("").plan().refused, ["everything"]);
    let full = egress("{Type: full, EnableIPv6: true}").plan();
    assert!(full.ipv6 && full.refused.len() == 1 && full.hosts.is_empty(), "{full:?}");
}
