//! Networks: ports, domains, and what has no effect.

use dayfly_spec::model::PortMapping;

use crate::common::{codes, job, job_with_warnings, one_task, parse, places};
use crate::{DOCKER, says, task};

#[test]
fn a_containers_ports_are_those_of_its_network() {
    let ports = |ports: &str, network: &str| {
        let engine = DOCKER.replace("\"ubuntu\"", &format!("\"ubuntu\", \"Ports\": {ports}"));
        one_task(&engine, &format!(", \"Network\": {network}"))
    };
    let found = ports(
        r#"[80, "8080:81", "127.0.0.1:9090:82/tcp", "[::1]::83", {"Name": "web", "Target": 84}]"#,
        "{}",
    );
    let mapped = job(&found).tasks.remove(0).network.ports;
    let shape = |port: &PortMapping| {
        let value = |port: &Option<dayfly_spec::model::Located<u16>>| port.as_ref().map(|port| port.value);
        let address = port.address.as_ref().map(|address| address.value.to_string());
        (port.name.value.clone(), value(&port.host), value(&port.guest), address)
    };
    let expected = [
        ("80", None, Some(80), None),
        ("81", Some(8080), Some(81), None),
        ("82", Some(9090), Some(82), Some("127.0.0.1")),
        ("83", None, Some(83), Some("::1")),
        ("web", None, Some(84), None),
    ];
    let expected = expected
        .map(|(name, host, guest, address)| (name.to_owned(), host, guest, address.map(str::to_owned)));
    assert_eq!(mapped.iter().map(shape).collect::<Vec<_>>(), expected);
    assert_eq!(mapped[0].name.origin.change, "Tasks[0].Engine.Params.Ports[0]");

    assert!(codes(ports("[80]", r#"{"Type": "bridge"}"#)).is_empty());
    assert_eq!(codes(ports("[80]", r#"{"Type": "none"}"#)), ["E0215"]);
    assert_eq!(codes(ports(r#"["80", "81:80"]"#, "{}")), ["E0211"]);
    assert_eq!(codes(ports(r#"["80", "8081:80"]"#, "{}")), ["E0205"]);
    let same = r#"{"Type": "bridge", "Ports": [{"Name": "web", "Static": 8080}]}"#;
    assert_eq!(codes(ports(r#"["8080:80"]"#, same)), ["E0205"]);
    for (wrong, place) in [("x:80", "x"), ("80/udp", "udp"), ("1.2.3:8080:80", "1.2.3"), ("8080:", "")] {
        let text = ports(&format!("[\"{wrong}\"]"), "{}");
        assert_eq!(places(&text, "E0211"), [place], "{wrong}");
    }
}

#[test]
fn ports_of_a_network_have_bacalhaus_words() {
    let ports =
        |kind: &str, ports: &str| task(&format!(r#""Network": {{"Type": "{kind}", "Ports": [{ports}]}}"#));
    for (text, said) in [
        (ports("bridge", "{}"), "port mapping name is required"),
        (
            ports("bridge", r#"{"Name": "a", "Static": 80}"#),
            "static port 80 is in privileged port range (1-1023)",
        ),
        (
            ports("bridge", r#"{"Name": "a", "Static": 70000}"#),
            "static port 70000 is above maximum valid port 65535",
        ),
        (ports("bridge", r#"{"Name": "a", "Target": -1}"#), "invalid target port -1"),
        (ports("host", r#"{"Name": "a", "Target": 80}"#), "target ports cannot be set for Host network mode"),
        (ports("bridge", r#"{"Name": "a", "HostNetwork": "here"}"#), "invalid host network IP address: here"),
        (ports("bridge", r#"{"Name": "a"}, {"Name": "a"}"#), "duplicate port mapping name \"a\""),
        (
            ports("bridge", r#"{"Name": "a", "Static": 2000}, {"Name": "b", "Static": 2000}"#),
            "duplicate port mapping static port 2000",
        ),
        (ports("http", r#"{"Name": "a"}"#), "ports can only be set for Host or Bridge network modes"),
    ] {
        assert!(says(&text).iter().any(|found| found == said), "{said}: {:?}", says(&text));
    }
    assert!(codes(ports("host", r#"{"Name": "a", "Static": 0, "Target": 0}"#)).is_empty());
}

#[test]
fn a_network_that_lets_nothing_out_leaves_fields_without_effect() {
    let network = |fields: &str| task(&format!("\"Network\": {{{fields}}}"));
    assert!(codes(network(r#""Type": "none", "AllowLoopback": true"#)).is_empty());
    assert_eq!(codes(network(r#""Type": "none", "EnableIPv6": true, "DNS": ["8.8.8.8"]"#)), ["W0313"; 2]);
    assert_eq!(codes(network(r#""Policies": {"Egress": {"Ports": ["80"]}}"#)), ["W0313"]);
    // Without a type it is told once, and not at all where the type that is missing is an error.
    assert_eq!(codes(network(r#""EnableIPv6": true, "DNS": ["8.8.8.8"]"#)), ["W0313"]);
    assert_eq!(codes(network(r#""EnableIPv6": true, "Domains": ["a.com"]"#)), ["E0215"]);
    assert_eq!(codes(network(r#""EnableIPv6": true, "Domains": []"#)), ["W0313"]);
    assert!(codes(network(r#""Type": "full", "EnableIPv6": true, "DNS": ["8.8.8.8"]"#)).is_empty());
    assert_eq!(codes(network(r#""Type": "http""#)), ["W0313"]);
    assert!(codes(network(r#""Type": "http", "AllowLoopback": true"#)).is_empty());
    let policies = r#""AllowLoopback": true, "Policies": {"Egress": {"Ports": ["80"]}}"#;
    assert!(codes(network(policies)).is_empty(), "they hold for what stays here");
    assert!(codes(network(&format!(r#""Type": "none", {policies}"#))).is_empty());
    assert_eq!(codes(network(r#""Type": "htp", "DNS": ["8.8.8.8"]"#)), ["E0107"]);
}

#[test]
fn what_bacalhau_would_take_is_not_said_to_be_refused_by_it() {
    let network = |domain: &str| task(&format!(r#""Network": {{"Type": "http", "Domains": ["{domain}"]}}"#));
    for (domain, host, around) in [
        ("http://y.com/z", "y.com", "\"http://y.com/z\""),
        ("*.Example.com:443", "*.example.com", ":443"),
        ("https://bücher.example", "xn--bcher-kva.example", "https://"),
        ("[::1]:80", "::1", ":80"),
    ] {
        let text = network(domain);
        assert_eq!((codes(text.clone()), places(&text, "W0313")), (vec!["W0313"], vec![around.to_owned()]));
        assert_eq!(job_with_warnings(&text).tasks[0].network.domains[0].value, host);
        let found = parse(text).diagnostics.remove(0);
        let ports = found.help.unwrap().contains("`Policies.Egress.Ports`");
        assert_eq!((found.note, ports), (None, around.starts_with(':')), "{domain}");
    }
    for wrong in ["*x.com", "x.com:no"] {
        let found = parse(network(wrong)).diagnostics.remove(0);
        assert_eq!((found.code.name(), &found.note), ("E0210", &None), "{wrong}");
    }
    assert_eq!(says(&network("localhost")), ["invalid domain \"localhost\""]);
}

#[test]
fn the_address_of_a_docker_port_is_looked_at_first() {
    let ports = |ports: &str| {
        one_task(
            &format!(r#"{{"Type": "docker", "Params": {{"Image": "x", "Ports": ["{ports}"]}}}}"#),
            r#", "Network": {"Type": "bridge"}"#,
        )
    };
    assert_eq!(places(&ports("80:80:80:80"), "E0211"), ["80:80"]);
    assert_eq!(places(&ports("127.0.0.1:80:80"), "E0211"), ["80"]);
    assert!(codes(ports("127.0.0.1:8080:80")).is_empty());
}

#[test]
fn values_of_the_wrong_kind_are_told_with_what_would_be_right() {
    for (text, help) in [
        (task(r#""Network": {"Type": "http", "Domains": "a.com"}"#), "put it into a list"),
        (task(r#""Network": "http""#), "the fields of the network are `Type`, `Domains`"),
        (task(r#""Publisher": "ipfs""#), "the fields of a publisher are `Type`, `Params`"),
    ] {
        let found = parse(text).diagnostics.remove(0);
        assert_eq!(found.code.name(), "E0105");
        assert!(found.help.as_ref().unwrap().starts_with(help), "{found:?}");
    }
}

#[test]
fn the_ends_of_routes_are_hosts() {
    let route = |name: &str, target: &str| {
        task(&format!(
            r#""Network": {{"Type": "http", "Routes": [{{"Match": "{name}", "Target": "{target}"}}]}}"#
        ))
    };
    for (name, target) in [
        ("service.local", "internal.svc.cluster"),
        ("*.service.local", "localhost"),
        (".service.local", "10.0.0.5"),
        ("db", "db_1.internal"),
        ("DB.", "C.d."),
        ("10.0.0.0/8", "::1"),
        ("Bücher.example", "a.b"),
    ] {
        assert_eq!(codes(route(name, target)), Vec::<&str>::new(), "{name} {target}");
    }
    for (name, target, place) in [
        ("a b", "c.d", "a b"),
        ("*", "c.d", "*"),
        ("a.b", "*.example.com", "*.example.com"),
        ("a.b", ".example.com", ".example.com"),
        ("a.b", "10.0.0.0/8", "10.0.0.0/8"),
        ("a.b", "", "\"\""),
        ("a.b", "1.2.3", "1.2.3"),
    ] {
        assert_eq!(places(&route(name, target), "E0210"), [place], "{name} {target}");
    }
    assert_eq!(codes(route("http://service.local/x", "c.d")), ["W0313"], "only the host counts");
}
