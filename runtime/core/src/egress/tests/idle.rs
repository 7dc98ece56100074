//! What of a network has no effect, and is told.

use super::*;

/// The fields that are told to have no effect, without what all of them begin with, and why.
fn told(network: &str, policy: &HostPolicy) -> Vec<(String, &'static str)> {
    let text = format!("Tasks: [{{Name: main, Engine: {{Type: noop}}, Network: {network}}}]");
    let job = dayfly_spec::read(&Source::new("job.yaml", text), &Options::default()).job.unwrap();
    let mut told = Vec::new();
    for (origin, why) in super::super::idle(&job.tasks[0].network, policy) {
        told.push((origin.change.strip_prefix("Tasks[0].Network.").unwrap().to_owned(), why));
    }
    told
}

fn fields(network: &str, policy: &HostPolicy) -> Vec<String> {
    told(network, policy).into_iter().map(|(field, _)| field).collect()
}

const REST: &str = "EnableIPv6: true, DNS: [8.8.8.8], Policies: {Egress: {Ports: ['80']}}, Routes: [{Match: a.b, \
                    Target: c.d}]";

#[test]
fn everything_counts_in_an_open_network() {
    for kind in ["http, Domains: [example.com]", "full", "bridge"] {
        let network = format!("{{Type: {kind}, AllowLoopback: true, {REST}}}");
        assert_eq!(fields(&network, &HostPolicy::default()), Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn nothing_counts_in_a_closed_one_but_loopback() {
    let open = HostPolicy::default();
    let all = ["DNS[0]", "Routes[0].Match", "EnableIPv6", "Policies.Egress.Ports[0]"];
    assert_eq!(fields(&format!("{{Type: none, {REST}}}"), &open), all);
    assert_eq!(fields(&format!("{{{REST}}}"), &open), all);
    let loopback = format!("{{Type: none, AllowLoopback: true, {REST}}}");
    assert_eq!(fields(&loopback, &open), ["DNS[0]", "Routes[0].Match", "EnableIPv6"]);
    // A host that is allowed is resolved, over version 6 where the job says so, and reached on its ports.
    assert_eq!(fields(&format!("{{{REST}}}"), &allowing(&["a.example"])), ["DNS[0]", "Routes[0].Match"]);
    assert!(fields("{Type: none, AllowLoopback: false, EnableIPv6: false}", &open).is_empty());
}

#[test]
fn a_host_that_closes_the_network_is_named() {
    let network = format!("{{Type: http, Domains: [a.example, b.example], AllowLoopback: true, {REST}}}");
    let told = told(&network, &closed());
    assert!(told.iter().all(|(_, why)| *why == "--network none closes the network"), "{told:?}");
    let fields: Vec<_> = told.iter().map(|(field, _)| field.as_str()).collect();
    let expected = [
        "Domains[0]",
        "DNS[0]",
        "Routes[0].Match",
        "EnableIPv6",
        "Policies.Egress.Ports[0]",
        "AllowLoopback",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn names_are_no_grant_where_all_are_open() {
    let full = HostPolicy::default().network(NetworkKind::Full);
    assert_eq!(
        told("{Type: http, Domains: [10.0.0.5, example.com, b.example]}", &full),
        [("Domains[1]".to_owned(), "every public host is open anyway")]
    );
    assert!(told("{Type: http, Domains: [10.0.0.5]}", &full).is_empty());
}

#[test]
fn a_host_that_is_open_anyway_is_told() {
    let job = |network: &str| {
        Job::parse(&format!("Tasks: [{{Name: main, Engine: {{Type: noop}}, Network: {network}}}]")).unwrap()
    };
    let policy = allowing(&["a.example", "*.b.example:8080", "10.0.0.5", "localhost", "8.8.8.8"]);
    let idle = |networks: &[&str]| {
        let jobs: Vec<_> = networks.iter().map(|network| job(network)).collect();
        let networks: Vec<_> = jobs.iter().map(|job| &job.tasks[0].network).collect();
        let idle = super::super::idle_hosts(&networks, &policy);
        idle.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(idle(&["{Type: full}"]), ["a.example", "*.b.example:8080"]);
    assert_eq!(idle(&["{Type: full, Policies: {Egress: {Ports: ['80']}}}"]), ["a.example"]);
    assert!(idle(&["{Type: full}", "{Type: none}"]).is_empty() && idle(&[]).is_empty());
    assert!(idle(&["{Type: http, Domains: [a.example.com]}"]).is_empty());
}

#[test]
fn nobody_listens() {
    let told =
        told("{Type: bridge, Ports: [{Name: a, Target: 80}, {Name: b, Target: 81}]}", &HostPolicy::default());
    let why = "no guest listens on ports yet";
    assert_eq!(told, [("Ports[0].Name".to_owned(), why), ("Ports[1].Name".to_owned(), why)]);
}
