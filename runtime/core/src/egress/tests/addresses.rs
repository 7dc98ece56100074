//! Addresses that names lead to, and those that are named.

use super::*;

const OWN: &[&str] = &[
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.1.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:a00:1::",
    "::127.0.0.1",
];

#[test]
fn no_name_leads_to_an_address_that_is_not_public() {
    for network in
        ["{Type: full, EnableIPv6: true}", "{Type: http, Domains: [rebind.example], EnableIPv6: true}"]
    {
        let egress = egress(network);
        for address in OWN {
            assert!(!leads(&egress, "rebind.example", address, 443), "{network} {address}");
            assert!(!goes(&egress, address, 443), "{network} {address}");
        }
        assert!(leads(&egress, "rebind.example", "93.184.216.34", 443));
        assert!(leads(&egress, "rebind.example", "2606:2800:220:1::1", 443));
    }
}

#[test]
fn what_is_named_is_reached() {
    for address in OWN {
        let egress =
            egress(&format!("{{Type: http, Domains: ['{address}', name.example], EnableIPv6: true}}"));
        assert!(goes(&egress, address, 443), "{address}");
        assert!(
            leads(&egress, "name.example", address, 443),
            "{address}: the name is allowed, and so is this"
        );
        assert!(!goes(&egress, "192.168.77.7", 443));
    }
    let egress = egress("{Type: http, Domains: [10.0.0.0/8, db.example]}");
    assert!(goes(&egress, "10.9.9.9", 1) && leads(&egress, "db.example", "10.0.0.5", 1));
    assert!(!leads(&egress, "db.example", "192.168.0.1", 1) && !goes(&egress, "172.16.0.1", 1));
}

#[test]
fn an_address_is_named_for_its_port() {
    let egress = with("{Type: full}", allowing(&["10.0.0.5:8080"]));
    assert!(leads(&egress, "db.example", "10.0.0.5", 8080) && !leads(&egress, "db.example", "10.0.0.5", 80));
    assert!(goes(&egress, "10.0.0.5", 8080) && !goes(&egress, "10.0.0.5", 80));
}

#[test]
fn loopback_has_to_be_named() {
    let full = egress("{Type: full, EnableIPv6: true}");
    for host in ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "2130706433"] {
        assert!(!goes(&full, host, 80), "{host}");
    }
    for egress in [
        egress("{Type: full, AllowLoopback: true}"),
        with("{Type: full}", allowing(&["localhost"])),
        egress("{Type: http, AllowLoopback: true, Domains: [name.example]}"),
    ] {
        for host in
            ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "2130706433"]
        {
            assert!(goes(&egress, host, 80), "{host}");
        }
        // No resolver is ever asked where this machine is.
        assert_eq!(target(&egress, "a.localhost"), address("127.0.0.1"));
        assert!(leads(&egress, "name.example", "127.0.0.1", 80));
        assert!(!goes(&egress, "0.0.0.0", 80), "it would lead here, and is no loopback address");
    }
    let own = egress("{Type: http, Domains: [127.0.0.1]}");
    assert!(goes(&own, "127.0.0.1", 80) && !goes(&own, "127.0.0.2", 80) && !goes(&own, "localhost", 80));
    let port = with("", allowing(&["localhost:8080"]));
    assert!(
        goes(&port, "localhost", 8080) && goes(&port, "127.0.0.1", 8080) && !goes(&port, "localhost", 80)
    );
}

#[test]
fn version_6_is_asked_for() {
    let (v4, v6) = ("93.184.216.34", "2606:2800:220:1::1");
    for (network, expected) in [
        ("{Type: full}", false),
        ("{Type: full, EnableIPv6: false}", false),
        ("{Type: full, EnableIPv6: true}", true),
    ] {
        let egress = egress(network);
        assert_eq!(egress.ipv6(), expected, "{network}");
        assert!(leads(&egress, "name.example", v4, 1));
        assert_eq!(leads(&egress, "name.example", v6, 1), expected, "{network}");
        assert_eq!(goes(&egress, v6, 1), expected, "{network}");
        // One of version 4 in other clothes is one of version 4.
        assert!(
            leads(&egress, "name.example", "::ffff:93.184.216.34", 1) && goes(&egress, "[::ffff:8.8.8.8]", 1)
        );
    }
    // Naming one asks for it, unless the job says no.
    assert!(goes(&egress("{Type: http, Domains: ['fd00::1']}"), "fd00::1", 1));
    assert!(!goes(&egress("{Type: http, Domains: ['fd00::1'], EnableIPv6: false}"), "fd00::1", 1));
    assert!(!goes(&egress("{Type: http, Domains: [name.example]}"), "fd00::1", 1));
}

#[test]
fn an_address_that_was_asked_for_leads_nowhere_else() {
    let egress = egress("{Type: full}");
    let destination = egress.destination("8.8.8.8", 53).unwrap();
    assert!(egress.address(&destination, "8.8.8.8".parse().unwrap()).is_ok());
    assert!(egress.address(&destination, "::ffff:8.8.8.8".parse().unwrap()).is_ok());
    assert!(egress.address(&destination, "8.8.4.4".parse().unwrap()).is_err());
}
