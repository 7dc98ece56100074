//! Sockets, which name addresses and no hosts.

use std::net::{IpAddr, SocketAddr};

use super::super::Resolved;
use super::*;

fn connects(egress: &Egress, resolved: &Resolved, address: &str) -> bool {
    egress.socket(resolved, address.parse().unwrap()).is_ok()
}

/// What a guest knows that looked up a name.
fn looked_up(egress: &Egress, host: &str, addresses: &[&str]) -> Resolved {
    let mut resolved = Resolved::default();
    let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    resolved.record(&egress.lookup(host).unwrap(), &addresses);
    resolved
}

#[test]
fn an_address_is_reached_once_its_name_was_looked_up() {
    let egress = egress("{Type: http, Domains: [example.com], Policies: {Egress: {Ports: ['80', '443']}}}");
    let (none, known) =
        (Resolved::default(), looked_up(&egress, "example.com", &["93.184.216.34", "::ffff:8.8.8.8"]));
    assert!(!connects(&egress, &none, "93.184.216.34:443"));
    assert!(connects(&egress, &known, "93.184.216.34:443") && connects(&egress, &known, "8.8.8.8:80"));
    assert!(
        !connects(&egress, &known, "93.184.216.34:22") && !connects(&egress, &known, "93.184.216.35:443")
    );
    assert!(egress.lookup("example.org").is_err());
}

#[test]
fn what_a_name_led_to_is_no_way_to_what_is_private() {
    let own = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fe80::1", "64:ff9b::10.0.0.1"];
    for network in ["{Type: http, Domains: [a.example], EnableIPv6: true}", "{Type: full, EnableIPv6: true}"]
    {
        let egress = egress(network);
        let known = looked_up(&egress, "a.example", &own);
        for address in own {
            let address = SocketAddr::new(address.parse().unwrap(), 80);
            assert!(egress.socket(&known, address).is_err(), "{network} {address}");
        }
    }
}

#[test]
fn full_reaches_what_is_public_and_what_is_named() {
    let egress =
        with("{Type: full, Policies: {Egress: {Ports: ['53']}}}", allowing(&["10.0.0.5:5432", "localhost"]));
    let none = Resolved::default();
    for (address, expected) in [
        ("8.8.8.8:53", true),
        ("8.8.8.8:443", false),
        ("[::ffff:8.8.8.8]:53", true),
        ("10.0.0.5:5432", true),
        ("10.0.0.5:53", false),
        ("10.0.0.6:5432", false),
        ("127.0.0.1:53", true),
        ("127.0.0.1:80", false),
        ("[::1]:53", true),
        ("[2606:4700::1111]:53", false),
        ("0.0.0.0:53", false),
        ("255.255.255.255:53", false),
        ("224.0.0.1:53", false),
        ("[fe80::1%3]:53", false),
    ] {
        assert_eq!(connects(&egress, &none, address), expected, "{address}");
    }
}

#[test]
fn a_host_with_a_port_is_reached_on_that() {
    let egress = with("", allowing(&["a.example:22", "b.example"]));
    let mut known = looked_up(&egress, "a.example", &["93.184.216.34"]);
    assert!(connects(&egress, &known, "93.184.216.34:22") && !connects(&egress, &known, "93.184.216.34:80"));
    // Another name that leads there is allowed everywhere.
    known.record(&egress.lookup("b.example").unwrap(), &["93.184.216.34".parse().unwrap()]);
    assert!(connects(&egress, &known, "93.184.216.34:80"));
}

#[test]
fn a_route_to_an_address_names_it() {
    let egress =
        egress("{Type: http, Routes: [{Match: box.local, Target: 10.0.0.5}, {Match: a.b, Target: c.d}]}");
    let known = looked_up(&egress, "box.local", &["10.0.0.5", "10.0.0.6"]);
    assert!(connects(&egress, &known, "10.0.0.5:80") && !connects(&egress, &known, "10.0.0.6:80"));
    assert!(!connects(&egress, &looked_up(&egress, "a.b", &["10.0.0.5"]), "10.0.0.5:80"));
}

#[test]
fn without_a_network_there_is_no_socket() {
    let denied = egress("").socket(&Resolved::default(), "8.8.8.8:53".parse().unwrap()).unwrap_err();
    assert!(denied.what.starts_with("the guest has no network"), "{denied:?}");
}

#[test]
fn what_was_looked_up_is_forgotten_at_last() {
    let egress = egress("{Type: http, Domains: [example.com]}");
    let lookup = egress.lookup("example.com").unwrap();
    let mut resolved = Resolved::default();
    let first: IpAddr = "8.0.0.0".parse().unwrap();
    let address = |number: u32| IpAddr::from(std::net::Ipv4Addr::from(0x0800_0000 + number));
    let most = u32::try_from(Resolved::MOST).unwrap();
    for number in 0..most {
        resolved.record(&lookup, &[address(number), address(number)]);
    }
    assert!(egress.socket(&resolved, SocketAddr::new(first, 80)).is_ok());
    resolved.record(&lookup, &[address(most)]);
    assert!(egress.socket(&resolved, SocketAddr::new(first, 80)).is_err());
    assert!(egress.socket(&resolved, SocketAddr::new(address(most), 80)).is_ok());
    assert!(egress.socket(&resolved, SocketAddr::new(address(1), 80)).is_ok());
}
