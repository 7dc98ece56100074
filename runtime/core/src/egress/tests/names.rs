//! Names, ports and routes.

use super::*;

#[test]
fn names_are_decided_in_their_one_form() {
    let egress = egress("{Type: http, Domains: [Example.com, '*.Wild.org', .dot.net]}");
    for (host, expected) in [
        ("example.com", true),
        ("EXAMPLE.COM.", true),
        ("ex%61mple.com", true),
        ("www.example.com", false),
        ("wild.org", false),
        ("a.b.wild.org", true),
        ("dot.net", true),
        ("a.dot.net", true),
        ("adot.net", false),
        ("93.184.216.34", false),
    ] {
        assert_eq!(goes(&egress, host, 443), expected, "{host}");
    }
    let destination = egress.destination("EXAMPLE.com.", 443).unwrap();
    assert_eq!((destination.lookup.host.as_str(), destination.port), ("example.com", 443));
    assert_eq!(destination.target(), &name("example.com"));
}

#[test]
fn the_policys_ports_hold_for_what_has_none_of_its_own() {
    let network = "{Type: http, Domains: [example.com], AllowLoopback: true, Policies: {Egress: {Ports: ['80', '443']}}}";
    let egress = with(network, allowing(&["other.com", "odd.com:8080", "example.com:22"]));
    for (host, port, expected) in [
        ("example.com", 80, true),
        ("example.com", 443, true),
        ("example.com", 8080, false),
        ("example.com", 22, true),
        ("example.com", 0, false),
        ("other.com", 443, true),
        ("other.com", 8080, false),
        ("odd.com", 8080, true),
        ("odd.com", 443, false),
        ("localhost", 80, true),
        ("localhost", 8080, false),
    ] {
        assert_eq!(goes(&egress, host, port), expected, "{host}:{port}");
    }
    let full = super::egress("{Type: full, Policies: {Egress: {Ports: ['53']}}}");
    assert!(goes(&full, "example.com", 53) && !goes(&full, "example.com", 443));
}

#[test]
fn routes_lead_elsewhere() {
    let routes = "Routes: [{Match: service.local, Target: internal.svc.cluster}, {Match: '*.v6.local', Target: '::1'}, \
                  {Match: own.local, Target: localhost}, {Match: box.local, Target: 10.0.0.5}, \
                  {Match: internal.svc.cluster, Target: nowhere.else}]";
    let egress = egress(&format!("{{Type: http, Domains: ['*.service.local'], {routes}}}"));
    // The example of the document: the route itself means its name.
    assert_eq!(target(&egress, "service.local"), name("internal.svc.cluster"));
    assert_eq!(egress.destination("Service.Local", 1).unwrap().lookup.host, "service.local");
    assert_eq!(target(&egress, "a.service.local"), name("a.service.local"));
    // A target is not asked about again: no chains, no circles.
    assert_eq!(target(&egress, "internal.svc.cluster"), name("nowhere.else"));
    assert_eq!(target(&egress, "own.local"), address("127.0.0.1"));
    assert_eq!(target(&egress, "box.local"), address("10.0.0.5"));
    assert_eq!(target(&egress, "a.v6.local"), address("::1"));
    assert!(leads(&egress, "box.local", "10.0.0.5", 80) && !leads(&egress, "box.local", "10.0.0.6", 80));
    // What a route leads to may be reached by its name alone.
    assert!(!goes(&egress, "10.0.0.5", 80) && !goes(&egress, "localhost", 80));
    assert!(!goes(&egress, "nowhere.else", 80));
    // A name that leads to a private address is not one that names it.
    assert!(
        !leads(&egress, "service.local", "10.0.0.5", 80) && leads(&egress, "service.local", "8.8.8.8", 80)
    );
}

#[test]
fn routes_open_no_network() {
    for kind in ["", "Type: none, ", "Type: default, ", "Type: none, AllowLoopback: true, "] {
        let egress = egress(&format!("{{{kind}Routes: [{{Match: a.example, Target: b.example}}]}}"));
        assert!(!goes(&egress, "a.example", 80) && !goes(&egress, "b.example", 80), "{kind}");
    }
    let full = super::egress("{Type: full, Routes: [{Match: a.example, Target: b.example}]}");
    assert_eq!(target(&full, "a.example"), name("b.example"));
}

#[test]
fn routes_obey_the_policys_ports() {
    let egress = egress(
        "{Type: http, Routes: [{Match: a.example, Target: b.example}], Policies: {Egress: {Ports: ['443']}}}",
    );
    assert!(goes(&egress, "a.example", 443) && !goes(&egress, "a.example", 80));
}

#[test]
fn resolvers_are_the_jobs() {
    assert!(egress("{Type: full}").resolvers().is_empty());
    let own = egress("{Type: full, DNS: [8.8.8.8, '::ffff:9.9.9.9', 10.0.0.2]}");
    let addresses: Vec<_> = own.resolvers().iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["8.8.8.8", "9.9.9.9", "10.0.0.2"]);
}
