//! Names that guests look up, and guests that have no network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dayfly_host_api::net::Servers;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{Host as _, HostResolveAddressStream};
use wasmtime_wasi::p2::bindings::sockets::network::IpAddress;

use super::*;
use crate::support::dns::{A, Dns, Found};

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const PRIVATE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

impl Guest {
    async fn look_up(&mut self, name: &str) -> Result<Vec<IpAddr>, ErrorCode> {
        let network = self.shown();
        let addresses = code(self.context.sockets().resolve_addresses(network, name.to_owned()))?;
        let mut found = Vec::new();
        loop {
            match code(self.context.sockets().resolve_next_address(again(&addresses))) {
                Ok(Some(address)) => found.push(plain(address)),
                Err(ErrorCode::WouldBlock) => {
                    let pollable =
                        HostResolveAddressStream::subscribe(&mut self.context.sockets(), again(&addresses))
                            .unwrap();
                    self.block(pollable).await;
                }
                Ok(None) => return Ok(found),
                Err(code) => return Err(code),
            }
        }
    }
}

fn plain(address: IpAddress) -> IpAddr {
    match address {
        IpAddress::Ipv4((a, b, c, d)) => Ipv4Addr::new(a, b, c, d).into(),
        IpAddress::Ipv6((a, b, c, d, e, f, g, h)) => Ipv6Addr::new(a, b, c, d, e, f, g, h).into(),
    }
}

fn asking(policy: Listed, dns: &Dns) -> Guest {
    Guest::with(Settings { servers: Servers::These(vec![dns.address]), ..settings(policy) })
}

#[tokio::test]
async fn a_server_that_changes_its_mind_is_asked_once() {
    let dns = Dns::start(|_, _, before| Found::V4(vec![if before == 0 { HERE } else { PRIVATE }])).await;
    let policy = Listed::default();
    let mut guest = asking(policy.clone(), &dns);
    for _ in 0..3 {
        assert_eq!(guest.look_up("name.test").await, Ok(vec![HERE.into()]));
    }
    assert_eq!(dns.asked(), [("name.test".to_owned(), A)]);
    assert_eq!(guest.client.traffic().operations, 1);
    // The policy knows what the guest may connect to now.
    let resolved = policy.resolved.lock().unwrap().clone();
    assert!(
        resolved.iter().all(|known| *known == ("name.test".to_owned(), vec![HERE.into()])),
        "{resolved:?}"
    );
    // Requests go to the same address.
    assert!(guest.client.send(crate::support::get("http://name.test:1/")).await.is_err());
    assert_eq!(dns.asked().len(), 1);
}

#[tokio::test]
async fn a_guest_gets_the_addresses_that_it_may_reach() {
    let dns = Dns::start(|name, _, _| match name {
        "mixed.test" => Found::V4(vec![PRIVATE, HERE]),
        _ => Found::V4(vec![PRIVATE]),
    })
    .await;
    let mut guest = asking(Listed::default(), &dns);
    assert_eq!(guest.look_up("mixed.test").await, Ok(vec![HERE.into()]));
    assert_eq!(guest.refused(), []);
    assert_eq!(guest.look_up("inside.test").await, Err(ErrorCode::AccessDenied));
    assert_eq!(guest.refused(), [("not 10.0.0.1".to_owned(), 1)]);
}

#[tokio::test]
async fn nobody_is_asked_for_a_name_that_is_forbidden() {
    let dns = Dns::start(|_, _, _| Found::V4(vec![HERE])).await;
    let mut guest = asking(Listed { forbidden: vec!["bad.test"], ..Listed::default() }, &dns);
    assert_eq!(guest.look_up("bad.test").await, Err(ErrorCode::AccessDenied));
    assert_eq!((dns.asked(), guest.refused()), (Vec::new(), vec![("not bad.test".to_owned(), 1)]));
}

#[tokio::test]
async fn addresses_are_their_own_names() {
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let mut guest = asking(Listed::default(), &dns);
    assert_eq!(guest.look_up("127.0.0.1").await, Ok(vec![HERE.into()]));
    assert_eq!(guest.look_up("::1").await, Ok(vec!["::1".parse().unwrap()]));
    assert_eq!(guest.look_up("10.0.0.1").await, Err(ErrorCode::AccessDenied));
    for none in ["", "a b", "127.0.0.1:80", "http://a.test/"] {
        assert_eq!(guest.look_up(none).await, Err(ErrorCode::InvalidArgument), "{none}");
    }
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn a_name_that_nobody_knows_may_be_asked_for_again() {
    let dns =
        Dns::start(|_, _, before| if before == 0 { Found::NoSuchName } else { Found::V4(vec![HERE]) }).await;
    let mut guest = asking(Listed::default(), &dns);
    assert_eq!(guest.look_up("late.test").await, Err(ErrorCode::NameUnresolvable));
    assert_eq!(guest.look_up("late.test").await, Ok(vec![HERE.into()]));
}

#[tokio::test]
async fn a_question_that_is_given_up_is_asked_no_more() {
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let mut guest = asking(Listed::default(), &dns);
    let network = guest.shown();
    let mut sockets = guest.context.sockets();
    let addresses = sockets.resolve_addresses(network, "silent.test".to_owned()).unwrap();
    let next = code(sockets.resolve_next_address(again(&addresses)));
    assert_eq!(next.err(), Some(ErrorCode::WouldBlock));
    HostResolveAddressStream::drop(&mut sockets, addresses).unwrap();
    tokio::time::sleep(crate::support::SHORT).await;
    assert_eq!(dns.asked().len(), 0, "it was given up before anybody was asked");
}

#[tokio::test]
async fn no_more_names_are_asked_for_at_a_time_than_may_be() {
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let mut guest = asking(Listed::default(), &dns);
    let mut questions = Vec::new();
    let full = loop {
        let network = guest.shown();
        match code(guest.context.sockets().resolve_addresses(network, "silent.test".to_owned())) {
            Ok(addresses) => questions.push(addresses),
            Err(code) => break code,
        }
    };
    assert_eq!((full, questions.len()), (ErrorCode::TemporaryResolverFailure, 256));
    HostResolveAddressStream::drop(&mut guest.context.sockets(), questions.pop().unwrap()).unwrap();
    let network = guest.shown();
    guest.context.sockets().resolve_addresses(network, "silent.test".to_owned()).unwrap();
}

/// Programs import sockets whether they want any or not.
#[tokio::test]
async fn without_a_network_everything_is_there_and_nothing_is_given() {
    let none = Arc::<NoNetwork>::default();
    let (mut context, _folder) = context(Err(none.clone()));
    let mut sockets = context.sockets();
    let network = sockets.instance_network().unwrap();
    assert_eq!(none.asked(), 0);
    let created = code(sockets.create_tcp_socket(IpAddressFamily::Ipv4));
    assert_eq!(created.err(), Some(ErrorCode::AccessDenied));
    let created = code(sockets.create_udp_socket(IpAddressFamily::Ipv6).await);
    assert_eq!(created.err(), Some(ErrorCode::AccessDenied));
    let asked = code(sockets.resolve_addresses(again(&network), "name.test".to_owned()));
    assert_eq!(asked.err(), Some(ErrorCode::AccessDenied));
    assert_eq!(none.asked(), 3);
}

/// Where there is a client and its policy says that there is no network, the same.
#[tokio::test]
async fn a_policy_may_close_the_network() {
    let mut guest = Guest::new(Listed { closed: true, ..Listed::default() });
    assert_eq!(guest.tcp().err(), Some(ErrorCode::AccessDenied));
    assert_eq!(guest.udp(address(ANY)).await.err(), Some(ErrorCode::AccessDenied));
    assert_eq!(guest.look_up("name.test").await, Err(ErrorCode::AccessDenied));
    assert_eq!(guest.refused(), [("not any network".to_owned(), 3)]);
}
