//! Sockets at addresses of this machine.

use std::net::SocketAddr;

use super::super::Resolved;
use super::*;

fn binds(egress: &Egress, address: &str) -> bool {
    egress.bind(address.parse().unwrap()).is_ok()
}

fn listens(egress: &Egress, address: &str) -> bool {
    egress.listen(address.parse().unwrap()).is_ok()
}

#[test]
fn the_system_may_choose_where_a_socket_is_bound() {
    let full = egress("{Type: full}");
    assert!(binds(&full, "0.0.0.0:0") && binds(&full, "[::]:0"));
    for address in ["0.0.0.0:8080", "127.0.0.1:0", "192.168.1.5:0", "[::1]:0", "8.8.8.8:0", "[fe80::1%3]:0"] {
        assert!(!binds(&full, address), "{address}");
    }
    assert!(!binds(&egress(""), "0.0.0.0:0"));
}

#[test]
fn within_the_machine_a_guest_listens_where_it_may_reach() {
    for egress in [
        egress("{Type: none, AllowLoopback: true}"),
        with("", allowing(&["localhost"])),
        egress("{Type: http, Domains: ['127.0.0.0/8', '::1']}"),
    ] {
        for address in ["127.0.0.1:8080", "127.0.0.1:0", "[::1]:8080", "127.9.9.9:1"] {
            assert!(binds(&egress, address) && listens(&egress, address), "{address}");
        }
        for address in ["0.0.0.0:8080", "192.168.1.5:8080", "[::]:0", "0.0.0.0:0"] {
            assert!(!listens(&egress, address), "{address}");
        }
    }
    let ports = egress("{Type: none, AllowLoopback: true, Policies: {Egress: {Ports: ['8080']}}}");
    assert!(
        binds(&ports, "127.0.0.1:0") && binds(&ports, "127.0.0.1:8080") && listens(&ports, "127.0.0.1:8080")
    );
    assert!(!binds(&ports, "127.0.0.1:8081") && !listens(&ports, "127.0.0.1:8081"));
    let old = egress("{Type: none, AllowLoopback: true, EnableIPv6: false}");
    assert!(listens(&old, "127.0.0.1:1") && !listens(&old, "[::1]:1"));
}

#[test]
fn only_the_host_opens_a_port_to_others() {
    let job = egress("{Type: http, Domains: ['0.0.0.0', '0.0.0.0/0', '10.0.0.5']}");
    assert!(binds(&job, "0.0.0.0:8080") && binds(&job, "10.0.0.5:8080"));
    assert!(
        !listens(&job, "0.0.0.0:8080") && !listens(&job, "10.0.0.5:8080") && listens(&job, "127.0.0.1:80")
    );
    let host = with("", allowing(&["0.0.0.0:8080", "10.0.0.5"]));
    assert!(binds(&host, "0.0.0.0:8080") && listens(&host, "0.0.0.0:8080") && listens(&host, "10.0.0.5:1"));
    assert!(
        !listens(&host, "0.0.0.0:8081") && !listens(&host, "0.0.0.0:0") && !listens(&host, "127.0.0.1:8080")
    );
}

#[test]
fn a_refusal_says_what_would_allow_it() {
    let said = |denied: Result<(), crate::Denied>| {
        let denied = denied.unwrap_err();
        format!("{} | {}", denied.what, denied.remedy.unwrap_or_default())
    };
    let full = egress("{Type: full}");
    assert_eq!(
        said(full.listen("0.0.0.0:8080".parse().unwrap())),
        "the guest may not have a socket at `0.0.0.0:8080`: a job opens no port of this machine to others | \
         --allow-host 0.0.0.0:8080 would allow it"
    );
    assert!(said(full.bind("[::]:8080".parse().unwrap())).ends_with("--allow-host [::]:8080 would allow it"));
    assert_eq!(
        said(full.bind("127.0.0.1:0".parse().unwrap())),
        "the guest may not have a socket at `127.0.0.1:0`: it is a loopback address, which has to be named | `true` in \
         `Tasks[0].Network.AllowLoopback` (job.yaml:4) or --allow-host localhost would allow it"
    );
    assert!(said(egress("").bind("0.0.0.0:0".parse().unwrap())).starts_with("the guest has no network"));
}

/// What is given to a guest that looks a name up is what it may connect to on some port.
#[test]
fn what_is_found_is_reached_and_nothing_else_is() {
    let found = ["8.8.8.8", "10.0.0.5", "10.0.0.6", "127.0.0.1", "::1", "2606:4700::1111", "fd00::1"];
    for network in [
        "{Type: full}",
        "{Type: full, EnableIPv6: true}",
        "{Type: http, Domains: [a.example]}",
        "{Type: http, Domains: [a.example, 10.0.0.5, 'fd00::1'], AllowLoopback: true}",
        "{Type: http, Domains: [a.example], EnableIPv6: true, Policies: {Egress: {Ports: ['80']}}}",
        "{Type: http, Routes: [{Match: a.example, Target: 10.0.0.6}]}",
        "{Type: http, Routes: [{Match: a.example, Target: 'fd00::1'}]}",
    ] {
        let egress = egress(network);
        let lookup = egress.lookup("a.example").unwrap();
        for address in found.map(|address| address.parse().unwrap()) {
            let admitted = egress.found(&lookup, address).is_ok();
            let mut resolved = Resolved::default();
            if admitted {
                resolved.record(&lookup, &[address]);
            }
            let reached = egress.socket(&resolved, SocketAddr::new(address, 80)).is_ok();
            // An address that is named is reached without any name.
            let named = egress.socket(&Resolved::default(), SocketAddr::new(address, 80)).is_ok();
            assert_eq!(admitted || named, reached, "{network} {address}");
        }
    }
}
