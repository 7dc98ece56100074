//! All rules together, against the same said again in a few plain lines.

use std::net::{IpAddr, Ipv4Addr};

use dayfly_spec::model::{Job, Located, Network, Origin};
use proptest::prelude::*;

use super::super::range::Range;
use super::*;

/// What a job and its host say.
#[derive(Clone, Debug)]
struct Said {
    kind: &'static str,
    domains: Vec<&'static str>,
    allowed: Vec<&'static str>,
    ports: Vec<u16>,
    loopback: bool,
    shut: bool,
}

const PATTERNS: &[&str] = &[
    "a.test",
    "b.test",
    "*.a.test",
    ".b.test",
    "*.test",
    "10.0.0.1",
    "10.0.0.0/24",
    "8.8.8.0/24",
    "8.8.8.8",
    "0.0.0.0/0",
    "127.0.0.1",
];
const NAMES: &[&str] =
    &["a.test", "x.a.test", "y.x.a.test", "b.test", "x.b.test", "c.test", "test", "localhost"];
const ADDRESSES: &[&str] =
    &["10.0.0.1", "10.0.0.2", "10.0.1.1", "8.8.8.8", "8.8.8.9", "9.9.9.9", "127.0.0.1", "127.0.0.2"];
const PORTS: &[u16] = &[80, 443, 8080];

fn said() -> impl Strategy<Value = Said> {
    let some = |most| prop::collection::vec(prop::sample::select(PATTERNS), 0..most);
    let kind = prop::sample::select(vec!["none", "http", "full"]);
    let ports = prop::sample::subsequence(PORTS, 0..3);
    (kind, some(4), some(3), ports, any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(kind, domains, allowed, ports, loopback, shut)| Said {
            kind,
            domains,
            allowed,
            ports,
            loopback,
            shut,
        },
    )
}

fn network(said: &Said) -> Network {
    let at = |change: &'static str| Origin::unwritten(change);
    let mut job = Job::parse(&format!(
        "Tasks: [{{Name: main, Engine: {{Type: noop}}, Network: {{Type: {}, AllowLoopback: {}}}}}]",
        said.kind, said.loopback
    ))
    .unwrap();
    let mut network = std::mem::take(&mut job.tasks[0].network);
    network.domains =
        said.domains.iter().map(|text| Located::new((*text).to_owned(), at("Domains"))).collect();
    network.egress.ports = said.ports.iter().map(|port| Located::new(*port, at("Ports"))).collect();
    network
}

fn policy(said: &Said) -> HostPolicy {
    let policy = allowing(&said.allowed);
    if said.shut { policy.network(NetworkKind::None) } else { policy }
}

/// Whether a text of [`PATTERNS`] means a host of [`NAMES`] or [`ADDRESSES`].
fn means(pattern: &str, host: &str) -> bool {
    let first = |text: &str| text.parse::<Ipv4Addr>().map(u32::from);
    match (pattern.split_once('/'), first(pattern), first(host)) {
        (Some((net, length)), _, Ok(host)) => {
            let shift = 32 - length.parse::<u32>().unwrap();
            u64::from(host) >> shift == u64::from(first(net).unwrap()) >> shift
        }
        (None, Ok(pattern), Ok(host)) => pattern == host,
        (None, Err(_), Err(_)) if host != "localhost" => {
            let below = |domain: &str| host.ends_with(&format!(".{domain}"));
            match (pattern.strip_prefix("*."), pattern.strip_prefix('.')) {
                (Some(domain), _) => below(domain),
                (_, Some(domain)) => domain == host || below(domain),
                _ => pattern == host,
            }
        }
        _ => false,
    }
}

/// Whether something that was said names the host.
fn named(said: &Said, host: &str) -> bool {
    let loopback = host == "localhost" || host.starts_with("127.");
    said.allowed.iter().any(|pattern| means(pattern, host))
        || (!said.shut && said.kind != "none" && said.domains.iter().any(|pattern| means(pattern, host)))
        || (!said.shut && said.loopback && loopback)
}

fn public(host: &str) -> bool {
    host != "localhost" && !host.starts_with("10.") && !host.starts_with("127.")
}

fn expected(said: &Said, host: &str, port: u16) -> bool {
    let full = !said.shut && said.kind == "full";
    let port = said.ports.is_empty() || said.ports.contains(&port);
    // This machine's name leads to 127.0.0.1, which may be named itself.
    port && (named(said, host) || (full && public(host)))
}

proptest! {
    #[test]
    fn every_destination_is_decided_as_the_model_says(
        said in said(), host in prop::sample::select([NAMES, ADDRESSES].concat()), port in prop::sample::select(PORTS),
        led in prop::sample::select(ADDRESSES),
    ) {
        let mut job = Job::parse("Tasks: [{Name: main, Engine: {Type: noop}}]").unwrap();
        job.tasks[0].network = network(&said);
        let egress = Egress::of(&job.tasks[0], &policy(&said), None).unwrap();
        let destination = egress.destination(host, port);
        prop_assert_eq!(destination.is_ok(), expected(&said, host, port), "{}:{}", host, port);
        if let Ok(destination) = destination && let Target::Name(_) = destination.target() {
            let address: IpAddr = led.parse().unwrap();
            prop_assert_eq!(Range::of(address).is_none(), public(led));
            let admitted = egress.address(&destination, address).is_ok();
            prop_assert_eq!(admitted, public(led) || named(&said, led), "{} leads to {}", host, led);
        }
        // A socket gets no further than its address by itself, nor less far.
        if let Ok(address) = host.parse::<IpAddr>() {
            let socket = egress.socket(&super::super::Resolved::default(), (address, port).into());
            prop_assert_eq!(socket.is_ok(), expected(&said, host, port));
        }
    }
}
