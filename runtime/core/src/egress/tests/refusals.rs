//! What is said of each refusal, and of the line that would allow it.

use super::*;
use crate::{Denied, Refusal};

fn said(denied: Denied) -> String {
    format!("{} | {}", denied.what, denied.remedy.unwrap_or_default())
}

fn asked(egress: &Egress, host: &str, port: u16) -> String {
    said(egress.destination(host, port).unwrap_err())
}

#[test]
fn a_closed_network_says_who_closed_it() {
    let opens = "`Type: http` with `Domains`, or `Type: full`, in `Tasks[0].Network` (job.yaml:LINE) would open it, and \
                 so would --allow-host HOST or --network full";
    assert_eq!(
        said(egress("").closed()),
        format!("the guest has no network: the job asks for none | {}", opens.replace("LINE", "2"))
    );
    assert_eq!(
        said(egress("{Type: none}").closed()),
        format!("the guest has no network: the job's is of type `none` | {}", opens.replace("LINE", "4"))
    );
    assert_eq!(
        said(with("{Type: full}", closed()).closed()),
        "the guest has no network: --network none closes it | without that it would get what the job asks for; \
         --allow-host HOST would open one host"
    );
    assert_eq!(
        of_model(|_| ()).unwrap().closed().remedy.unwrap(),
        "`Type: http` with `Domains`, or `Type: full`, in `Tasks[0].Network` would open it, and so would --allow-host \
         HOST or --network full"
    );
}

#[test]
fn a_host_that_is_not_listed_says_where_the_list_is() {
    let http = egress("\n      Type: http\n      Domains:\n        - a.example\n        - b.example");
    assert_eq!(
        asked(&http, "API.Example.com.", 443),
        "the guest may not reach `api.example.com`: it is not among the job's domains (network access \
         denied: domain not in allowlist) | adding it to `Tasks[0].Network.Domains` (job.yaml:7) or --allow-host api.example.com would allow it"
    );
    assert_eq!(
        asked(&egress("{Type: http}"), "93.184.216.34", 443),
        "the guest may not reach `93.184.216.34`: the job names no domains (network access denied: domain not \
         in allowlist) | adding it to `Tasks[0].Network.Domains` (job.yaml:4) or --allow-host 93.184.216.34 would allow it"
    );
    assert_eq!(
        asked(&with("", allowing(&["a.example"])), "b.example", 443),
        "the guest may not reach `b.example`: it is not among the hosts that it may (network access denied: \
         domain not in allowlist) | --allow-host b.example would allow it, and so would `Type: http` in `Tasks[0].Network` (job.yaml:2) with it in `Domains`"
    );
    let shut =
        with("{Type: http, Domains: [b.example]}", allowing(&["a.example"]).network(NetworkKind::None));
    assert_eq!(
        asked(&shut, "b.example", 443),
        "the guest may not reach `b.example`: it is not among the hosts of --allow-host (network access \
         denied: domain not in allowlist) | --allow-host b.example would allow it"
    );
}

#[test]
fn a_port_says_which_there_are() {
    let egress =
        egress("{Type: http, Domains: [a.example, 'fd00::1'], Policies: {Egress: {Ports: ['443', '80']}}}");
    assert_eq!(
        asked(&egress, "a.example", 25),
        "the guest may not reach port 25 of `a.example`: it may only reach the ports 80 and 443 | adding it to \
         `Tasks[0].Network.Policies.Egress.Ports` (job.yaml:4) or --allow-host a.example:25 would allow it"
    );
    assert!(asked(&egress, "fd00::1", 25).ends_with("--allow-host [fd00::1]:25 would allow it"));
    let one = with("", allowing(&["a.example:22"]));
    assert!(
        asked(&one, "a.example", 25).contains("only reach the port 22 |"),
        "{}",
        asked(&one, "a.example", 25)
    );
}

#[test]
fn an_address_says_how_it_is_named() {
    let egress = egress("{Type: http, Domains: [db.example]}");
    let destination = egress.destination("db.example", 443).unwrap();
    assert_eq!(
        said(egress.address(&destination, "10.0.0.5".parse().unwrap()).unwrap_err()),
        "the guest may not reach `db.example`: it leads to 10.0.0.5, a private address, which has to be named itself | \
         adding 10.0.0.5 to `Tasks[0].Network.Domains` (job.yaml:4) or --allow-host 10.0.0.5 would allow it"
    );
    assert_eq!(
        asked(&egress, "2852039166", 80),
        "the guest may not reach `169.254.169.254`: it is the address of a cloud's metadata service, which has to be \
         named | adding 169.254.169.254 to `Tasks[0].Network.Domains` (job.yaml:4) or --allow-host 169.254.169.254 \
         would allow it"
    );
    assert_eq!(
        asked(&egress, "localhost", 80),
        "the guest may not reach `localhost`: it leads to 127.0.0.1, a loopback address, which has to be named itself | \
         `true` in `Tasks[0].Network.AllowLoopback` (job.yaml:4) or --allow-host localhost would allow it"
    );
    assert_eq!(
        asked(&egress, "127.1", 80),
        "the guest may not reach `127.0.0.1`: it is a loopback address, which has to be named | adding 127.0.0.1 to \
         `Tasks[0].Network.Domains` (job.yaml:4), `true` in `Tasks[0].Network.AllowLoopback` (job.yaml:4) or --allow-host \
         localhost would allow it"
    );
    assert_eq!(
        asked(&super::egress("{Type: full}"), "10.0.0.5", 80),
        "the guest may not reach `10.0.0.5`: it is a private address, which has to be named | --allow-host 10.0.0.5 \
         would allow it, and so would `Type: http` in `Tasks[0].Network` (job.yaml:4) with 10.0.0.5 in `Domains`"
    );
}

#[test]
fn version_6_says_how_it_is_asked_for() {
    let egress = egress("{Type: full}");
    assert_eq!(
        asked(&egress, "[2606:4700::1111]", 443),
        "the guest may not reach `2606:4700::1111`: the job does not ask for addresses of version 6 | `true` in \
         `Tasks[0].Network.EnableIPv6` (job.yaml:4) would allow it"
    );
}

#[test]
fn what_is_no_host_has_no_remedy() {
    let denied = egress("{Type: full}").destination("a.example", 0).unwrap_err();
    assert_eq!(denied.what, "the guest asked for port 0 of `a.example`, which is none");
    assert_eq!(denied.remedy, None);
    let denied = egress("{Type: full}").destination("exa\x1bmple.com@evil", 80).unwrap_err();
    assert_eq!(
        denied.what,
        "the guest asked for the host `exa\\u{1b}mple.com@evil`, which is none: a user is no part of a host"
    );
    assert_eq!(denied.remedy, None);
    let refusal = Refusal::from(denied.clone());
    assert_eq!((refusal.what, refusal.remedy, refusal.count), (denied.what, None, 1));
}

/// A form that lacks a field is never told to use it.
#[test]
fn older_forms_are_told_of_what_they_have() {
    let job = |network: &str| {
        let module = r#"{"EntryModule": {"StorageSource": "inline", "URL": "data:,x"}}"#;
        let spec = format!(r#"{{"Engine": "wasm", "Wasm": {module}, "Network": {network}}}"#);
        Job::parse(&format!(r#"{{"APIVersion": "V1beta1", "Spec": {spec}}}"#)).unwrap()
    };
    let of = |network: &str, policy: &HostPolicy| Egress::of(&job(network).tasks[0], policy, None).unwrap();
    let http = of(r#"{"Type": "HTTP", "Domains": ["a.example"]}"#, &allowing(&["b.example:22"]));
    let full = of(r#"{"Type": "Full"}"#, &HostPolicy::default());
    for (egress, host, port, remedy) in [
        (&http, "b.example", 23, "--allow-host b.example:23 would allow it"),
        (&http, "localhost", 80, "--allow-host localhost would allow it"),
        (
            &http,
            "127.0.0.1",
            80,
            "adding 127.0.0.1 to `Spec.Network.Domains` or --allow-host localhost would allow it",
        ),
        (&full, "2606:2800:220:1::1", 80, "--allow-host 2606:2800:220:1::1 would allow it"),
    ] {
        assert_eq!(egress.destination(host, port).unwrap_err().remedy.unwrap(), remedy, "{host}");
    }
    assert!(full.destination("2606:2800:220:1::1", 80).is_err());
    let named = of(r#"{"Type": "Full"}"#, &allowing(&["2606:2800:220:1::1"]));
    assert!(named.destination("2606:2800:220:1::1", 80).is_ok(), "what is told does it");
}
