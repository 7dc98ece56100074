//! Names and addresses: what is resolved once stays so, and what was checked is what is connected.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dayfly_host_api::net::{Client, Error, Refusal, Servers, Settings, Unresolved};

use crate::support::dns::{A, AAAA, Dns, Found};
use crate::support::policy::{Listed, denied};
use crate::support::server::{Server, Then, answer, ok, redirect};
use crate::support::{get, settings};

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const PRIVATE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

fn with(policy: Listed, dns: &Dns) -> Client {
    Client::new(Settings { servers: Servers::These(vec![dns.address]), ..settings(policy) })
}

fn url(server: &Server, name: &str) -> String {
    format!("http://{name}:{}/", server.address.port())
}

#[tokio::test]
async fn a_server_of_names_that_answers_differently_the_second_time_is_never_asked_again() {
    let dns = Dns::start(|_, _, before| Found::V4(vec![if before == 0 { HERE } else { PRIVATE }])).await;
    // Each request takes a connection of its own.
    let server = Server::start(|_| answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Then::Close)).await;
    let policy = Listed::default();
    let client = with(policy.clone(), &dns);
    for _ in 0..5 {
        client.send(get(&url(&server, "first.test"))).await.unwrap();
        server.until_open(0).await;
    }
    client.send(get(&url(&server, "second.test"))).await.unwrap();
    assert_eq!(dns.asked(), [("first.test".to_owned(), A), ("second.test".to_owned(), A)]);
    assert_eq!(server.connections(), 6);
    let resolved = policy.resolved.lock().unwrap().clone();
    assert!(resolved.iter().all(|(_, addresses)| *addresses == [IpAddr::from(HERE)]), "{resolved:?}");
    // Another execution asks for itself.
    let failed = with(Listed::default(), &dns).send(get(&url(&server, "first.test"))).await;
    assert!(matches!(failed, Err(Error::Denied(_))), "{failed:?}");
}

#[tokio::test]
async fn names_that_lead_to_what_is_forbidden_are_refused_and_counted() {
    let dns = Dns::start(|_, _, _| Found::V4(vec![PRIVATE])).await;
    let server = Server::start(|_| ok("")).await;
    let client = with(Listed::default(), &dns);
    for _ in 0..3 {
        let failed = client.send(get(&url(&server, "inside.test"))).await;
        assert!(matches!(&failed, Err(Error::Denied(why)) if *why == denied("10.0.0.1")), "{failed:?}");
    }
    assert_eq!(client.refusals(), [Refusal { denied: denied("10.0.0.1"), count: 3 }]);
    assert_eq!((dns.asked().len(), server.connections()), (1, 0));
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_ones_are_connected() {
    let dns = Dns::start(|_, _, _| Found::V4(vec![PRIVATE, HERE, Ipv4Addr::new(169, 254, 169, 254)])).await;
    let server = Server::start(|_| ok("")).await;
    let policy = Listed::default();
    let client = with(policy.clone(), &dns);
    client.send(get(&url(&server, "mixed.test"))).await.unwrap();
    assert_eq!(*policy.resolved.lock().unwrap(), [("mixed.test".to_owned(), vec![IpAddr::from(HERE)])]);
    assert_eq!(client.refusals(), []);
}

/// An address of version 4 that is written as one of version 6 is decided about as what it is.
#[tokio::test]
async fn addresses_in_other_clothes_are_what_they_are() {
    let dns = Dns::start(|_, kind, _| match kind {
        AAAA => Found::V6(vec![PRIVATE.to_ipv6_mapped()]),
        _ => Found::V4(Vec::new()),
    })
    .await;
    let server = Server::start(|_| ok("")).await;
    let client = with(Listed { ipv6: true, ..Listed::default() }, &dns);
    let failed = client.send(get(&url(&server, "mapped.test"))).await;
    assert!(matches!(&failed, Err(Error::Denied(why)) if *why == denied("10.0.0.1")), "{failed:?}");
}

#[tokio::test]
async fn where_one_family_does_not_answer_the_other_one_does() {
    let dns = Dns::start(|_, kind, _| match kind {
        AAAA => Found::V6(vec![Ipv6Addr::LOCALHOST]),
        _ => Found::V4(vec![HERE]),
    })
    .await;
    let server = Server::start(|_| ok("")).await;
    let client = with(Listed { ipv6: true, ..Listed::default() }, &dns);
    client.send(get(&url(&server, "both.test"))).await.unwrap();
    let mut kinds: Vec<u16> = dns.asked().iter().map(|(_, kind)| *kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [A, AAAA]);
}

#[tokio::test]
async fn a_name_that_is_none_is_an_error_and_may_be_asked_for_again() {
    let dns =
        Dns::start(|_, _, before| if before == 0 { Found::NoSuchName } else { Found::V4(vec![HERE]) }).await;
    let server = Server::start(|_| ok("")).await;
    let client = with(Listed::default(), &dns);
    let failed = client.send(get(&url(&server, "late.test"))).await;
    assert!(
        matches!(&failed, Err(Error::Resolve { name, kind: Unresolved::Code("NXDOMAIN"), .. }) if name == "late.test"),
        "{failed:?}"
    );
    client.send(get(&url(&server, "late.test"))).await.unwrap();
    assert_eq!(client.refusals(), []);
}

#[tokio::test]
async fn a_server_of_names_that_says_nothing_is_waited_for_no_longer_than_may_be() {
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let settings = Settings { servers: Servers::These(vec![dns.address]), ..settings(Listed::default()) };
    let client = Client::new(Settings { timeout: crate::support::SHORT, ..settings });
    let failed = client.send(get("http://silent.test/")).await;
    assert!(matches!(failed, Err(Error::TimedOut)), "{failed:?}");
}

#[tokio::test]
async fn this_machines_own_names_come_first() {
    let dns = Dns::start(|_, _, _| Found::V4(vec![PRIVATE])).await;
    let server = Server::start(|_| ok("")).await;
    let client = with(Listed::default(), &dns);
    client.send(get(&url(&server, "localhost"))).await.unwrap();
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn a_route_leads_elsewhere_and_the_server_hears_the_name() {
    let server = Server::start(|_| ok("")).await;
    let routes = [("routed.test", IpAddr::from(HERE))].into();
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let client = with(Listed { routes, ..Listed::default() }, &dns);
    client.send(get(&url(&server, "routed.test"))).await.unwrap();
    assert!(server.seen()[0].contains(&format!("host: routed.test:{}\r\n", server.address.port())));
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn a_connection_that_is_there_does_not_open_what_is_forbidden() {
    // Both names lead to one server; only one of them may be asked for.
    let dns = Dns::start(|_, _, _| Found::V4(vec![HERE])).await;
    let server =
        Server::start(|head| if head.starts_with("GET /to") { redirect(302, "/") } else { ok("") }).await;
    let client = with(Listed { forbidden: vec!["bad.test"], ..Listed::default() }, &dns);
    client.send(get(&url(&server, "good.test"))).await.unwrap();
    let failed = client.send(get(&url(&server, "bad.test"))).await;
    assert!(matches!(failed, Err(Error::Denied(_))), "{failed:?}");
    assert_eq!((server.seen().len(), dns.asked().len()), (1, 1));
}
