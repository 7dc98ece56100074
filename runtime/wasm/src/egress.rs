//! A guest's way to the network: the core's decisions as the host API asks for them, and refusals back.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use dayfly_core::{Egress, Limits, Refusal, Resolved, SharedFiles, Usage};
use dayfly_host_api::Gate;
use dayfly_host_api::net::requests::{self, Requests};
use dayfly_host_api::net::{self, Client, SendLimits, Servers, Settings, Tls};
use wasmtime::Linker;

use crate::guest::CoreState;

/// The port of name servers.
const DNS: u16 = 53;

/// What the networks of all guests share.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    tls: Arc<Tls>,
}

/// A guest's network.
#[derive(Debug)]
pub(crate) struct Network {
    /// None where the job opens none.
    requests: Option<Requests>,
    /// What a guest asks for that has none.
    #[cfg(feature = "components")]
    none: Arc<net::NoNetwork>,
    #[cfg(feature = "components")]
    egress: Arc<Egress>,
    /// Where the guest went, where somebody wants to know.
    went: Option<Arc<Destinations>>,
}

/// Where a guest went: hosts and ports.
type Destinations = Mutex<BTreeSet<(String, u16)>>;

/// The most hosts and ports that are remembered.
const MOST_DESTINATIONS: usize = 4_096;

/// The most failures that are told apart.
const MOST_WARNINGS: usize = 8;

impl Networks {
    /// Adds what guests reach their network by. One that has none is never linked to it.
    ///
    /// # Errors
    /// The linker has such a module already.
    pub(crate) fn add_to_linker(linker: &mut Linker<CoreState>) -> wasmtime::Result<()> {
        requests::add_to_linker(linker, |state| state.network().requests.as_mut())
    }

    /// The network of one guest.
    pub(crate) fn network(
        &self,
        egress: &Arc<Egress>,
        limits: &Limits,
        files: &SharedFiles,
        observe: bool,
    ) -> Network {
        let mut network = Network::closed(egress.clone());
        if !egress.is_open() {
            return network;
        }
        let went = observe.then(Arc::<Destinations>::default);
        let policy = Policy {
            egress: egress.clone(),
            resolved: Mutex::default(),
            went: went.clone(),
            names: Mutex::default(),
        };
        let servers = match egress.resolvers() {
            [] => Servers::System,
            own => Servers::These(own.iter().map(|&address| SocketAddr::new(address, DNS)).collect()),
        };
        let settings = Settings {
            servers,
            tls: self.tls.clone(),
            limits: send_limits(limits),
            handles: Some(files.left.clone()),
            ..Settings::new(Arc::new(policy))
        };
        network.requests = Some(Requests::new(Arc::new(Client::new(settings))));
        network.went = went;
        network
    }
}

impl Network {
    #[cfg_attr(
        not(feature = "components"),
        allow(unused_variables, reason = "nobody asks why there is none")
    )]
    fn closed(egress: Arc<Egress>) -> Network {
        Network {
            requests: None,
            #[cfg(feature = "components")]
            none: Arc::default(),
            #[cfg(feature = "components")]
            egress,
            went: None,
        }
    }

    /// Whether there is any.
    pub(crate) fn is_open(&self) -> bool {
        self.requests.is_some()
    }

    /// Who sends its requests and makes its connections.
    #[cfg(feature = "components")]
    pub(crate) fn client(&self) -> Option<&Arc<Client>> {
        self.requests.as_ref().map(Requests::client)
    }

    /// Has the guest's requests be a part of the trace that these headers say it is a part of.
    #[cfg(feature = "components")]
    pub(crate) fn trace(&self, headers: &http::HeaderMap) {
        if let Some(client) = self.client()
            && let Some(trace) = crate::function::trace(headers)
        {
            client.trace(Some(trace));
        }
    }

    /// Counts what the guest asks for where it has none.
    #[cfg(feature = "components")]
    pub(crate) fn none(&self) -> &Arc<net::NoNetwork> {
        &self.none
    }

    /// Its functions pass this gate first.
    pub(crate) fn behind(&mut self, gate: Arc<Gate>) {
        if let Some(requests) = &mut self.requests {
            requests.behind(gate);
        }
    }

    /// Notes what was used of it.
    pub(crate) fn account(&self, usage: &mut Usage) {
        if let Some(requests) = &self.requests {
            let traffic = requests.client().traffic();
            usage.sent_bytes = traffic.sent_bytes;
            usage.received_bytes = traffic.received_bytes;
            usage.network_operations = traffic.operations;
        }
    }

    /// Where the guest went: hosts in their one form, and ports.
    pub(crate) fn destinations(&self) -> BTreeSet<(String, u16)> {
        let went = self.went.as_ref();
        went.map(|went| went.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }

    /// What was refused.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        let refused = self.requests.iter().flat_map(|requests| requests.client().refusals());
        let word =
            |net::Refusal { denied: net::Denied { what, remedy }, count }| Refusal { what, remedy, count };
        refused.map(word).chain(self.asked_for_none()).collect()
    }

    /// What it is to have no network, where the guest asked for one all the same.
    #[cfg(feature = "components")]
    fn asked_for_none(&self) -> Option<Refusal> {
        let count = self.none.asked();
        (count > 0).then(|| Refusal { count, ..Refusal::from(self.egress.closed()) })
    }

    /// Who has no network gets no function that would ask for one.
    #[cfg(not(feature = "components"))]
    fn asked_for_none(&self) -> Option<Refusal> {
        None
    }

    /// Requests that failed for no reason of the job's: the guest itself is told no more than that.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let failed = self.requests.iter().flat_map(|requests| requests.client().failures());
        let word = |net::Failure { what, count }| match count {
            1 => what,
            count => format!("{what} ({count} times)"),
        };
        failed.take(MOST_WARNINGS).map(word).collect()
    }

    /// The limit that the guest met, in words, if it met one.
    pub(crate) fn limit_met(&self) -> Option<String> {
        let net::Denied { what, remedy } = self.requests.as_ref()?.client().limit_met()?;
        Some(match remedy {
            Some(remedy) => format!("{what}; {remedy}"),
            None => what.clone(),
        })
    }
}

/// What the guest may send, and what is to be said where it may not.
fn send_limits(limits: &Limits) -> SendLimits {
    let total = limits.sent.as_ref().map(|sent| {
        let denied = net::Denied {
            what: format!("the guest may not send more than {} bytes over the network", sent.value),
            remedy: Some(format!("{} sets the limit", sent.origin.quoted())),
        };
        (sent.value, denied)
    });
    SendLimits { total, rate: limits.send_rate.as_ref().map(|rate| rate.value) }
}

/// The decisions about one execution's network.
struct Policy {
    egress: Arc<Egress>,
    resolved: Mutex<Resolved>,
    went: Option<Arc<Destinations>>,
    /// By which name the guest found an address, for sockets, where somebody wants to know where it went.
    names: Mutex<BTreeMap<IpAddr, String>>,
}

impl Policy {
    /// Notes where the guest goes, where somebody wants to know.
    fn went(&self, host: impl FnOnce() -> String, port: u16) {
        let Some(went) = &self.went else { return };
        let mut went = went.lock().unwrap_or_else(PoisonError::into_inner);
        if went.len() < MOST_DESTINATIONS {
            went.insert((host(), port));
        }
    }

    /// What was decided about a destination. The core has more to say of it than the host API keeps.
    fn decided(&self, destination: &net::Destination) -> Result<dayfly_core::Destination, net::Denied> {
        self.egress.destination(&destination.host, destination.port).map_err(denied)
    }
}

impl net::Policy for Policy {
    fn destination(&self, host: &str, port: u16) -> Result<net::Destination, net::Denied> {
        let decided = self.egress.destination(host, port).map_err(denied)?;
        self.went(|| decided.lookup.host.clone(), decided.port);
        let target = target(decided.target());
        Ok(net::Destination { host: host.to_owned(), port: decided.port, target })
    }

    fn address(&self, destination: &net::Destination, address: IpAddr) -> Result<(), net::Denied> {
        self.egress.address(&self.decided(destination)?, address).map_err(denied)?;
        // Whoever grants the name alone does not grant this.
        if matches!(destination.target, net::Target::Name(_)) && Egress::has_to_be_named(address) {
            self.went(|| address.to_canonical().to_string(), destination.port);
        }
        Ok(())
    }

    fn resolved(&self, destination: &net::Destination, addresses: &[IpAddr]) {
        if let Ok(decided) = self.decided(destination) {
            let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
            resolved.record(&decided.lookup, addresses);
        }
    }

    fn ipv6(&self) -> bool {
        self.egress.ipv6()
    }

    fn sockets(&self) -> Result<(), net::Denied> {
        if self.egress.is_open() { Ok(()) } else { Err(denied(self.egress.closed())) }
    }

    fn lookup(&self, host: &str) -> Result<net::Target, net::Denied> {
        Ok(target(&self.egress.lookup(host).map_err(denied)?.target))
    }

    fn found(&self, host: &str, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, net::Denied> {
        let lookup = self.egress.lookup(host).map_err(denied)?;
        let (mut given, mut refused) = (Vec::with_capacity(addresses.len()), None);
        for &address in addresses {
            match self.egress.found(&lookup, address) {
                Ok(()) => given.push(address),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(why) if given.is_empty() => return Err(denied(why)),
            _ => {}
        }
        let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        resolved.record(&lookup, &given);
        if self.went.is_some() {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            let room = MOST_DESTINATIONS.saturating_sub(names.len());
            names.extend(given.iter().take(room).map(|&address| (address, lookup.host.clone())));
        }
        Ok(given)
    }

    fn socket(&self, address: SocketAddr) -> Result<(), net::Denied> {
        let resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        self.egress.socket(&resolved, address).map_err(denied)?;
        let (ip, port) = (address.ip().to_canonical(), address.port());
        if self.went.is_some() {
            let name = self.names.lock().unwrap_or_else(PoisonError::into_inner).get(&ip).cloned();
            if name.is_none() || Egress::has_to_be_named(ip) {
                self.went(|| ip.to_string(), port);
            }
            name.into_iter().for_each(|name| self.went(|| name, port));
        }
        Ok(())
    }

    fn hears(&self, from: SocketAddr) -> bool {
        let resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        self.egress.socket(&resolved, from).is_ok()
    }

    fn bind(&self, address: SocketAddr) -> Result<(), net::Denied> {
        self.egress.bind(address).map_err(denied)
    }

    fn listen(&self, address: SocketAddr) -> Result<(), net::Denied> {
        self.egress.listen(address).map_err(denied)
    }
}

fn target(target: &dayfly_core::Target) -> net::Target {
    match target {
        dayfly_core::Target::Name(name) => net::Target::Name(name.clone()),
        dayfly_core::Target::Address(address) => net::Target::Address(*address),
    }
}

fn denied(denied: dayfly_core::Denied) -> net::Denied {
    let dayfly_core::Denied { what, remedy } = denied;
    net::Denied { what, remedy }
}

#[cfg(test)]
mod tests {
    use dayfly_core::HostPolicy;
    use dayfly_spec::model::Job;
    use net::Policy as _;

    use super::*;

    /// Whoever would grant what a guest reached has to know of the addresses that its names do not grant.
    #[test]
    fn private_addresses_behind_names_are_destinations_too() {
        let job = Job::parse(
            "Tasks: [{Name: main, Engine: {Type: wasm, Params: {EntryModule: main.wat}}, Network: {Type: http, \
             Domains: [db.example, www.example, 10.0.0.5]}}]",
        )
        .unwrap();
        let egress = Egress::of(&job.tasks[0], &HostPolicy::default(), None).unwrap();
        let went = Arc::<Destinations>::default();
        let policy = Policy {
            egress: Arc::new(egress),
            resolved: Mutex::default(),
            went: Some(went.clone()),
            names: Mutex::default(),
        };
        for (host, address, allowed) in [
            ("DB.example.", "10.0.0.5", true),
            ("db.example", "10.0.0.6", false),
            ("www.example", "93.184.216.34", true),
        ] {
            let destination = policy.destination(host, 443).unwrap();
            assert_eq!(policy.address(&destination, address.parse().unwrap()).is_ok(), allowed, "{address}");
        }
        let went = went.lock().unwrap().clone();
        let expected = ["10.0.0.5", "db.example", "www.example"].map(|host| (host.to_owned(), 443));
        assert_eq!(went, BTreeSet::from(expected));
    }

    fn policy(network: &str) -> Policy {
        let job = Job::parse(&format!(
            "Tasks: [{{Name: main, Engine: {{Type: wasm, Params: {{EntryModule: main.wat}}}}, Network: {network}}}]"
        ))
        .unwrap();
        let egress = Egress::of(&job.tasks[0], &HostPolicy::default(), None).unwrap();
        let went = Some(Arc::default());
        Policy { egress: Arc::new(egress), resolved: Mutex::default(), went, names: Mutex::default() }
    }

    /// A socket names no host: what it may be connected to is what was looked up, and that is where the guest went.
    #[test]
    fn sockets_go_where_names_led() {
        let policy = policy("{Type: http, Domains: [a.example, 10.0.0.5]}");
        let (public, private): (SocketAddr, SocketAddr) =
            ("93.184.216.34:443".parse().unwrap(), "10.0.0.5:5432".parse().unwrap());
        assert!(policy.sockets().is_ok() && policy.socket(public).is_err() && !policy.hears(public));
        assert!(policy.lookup("b.example").is_err());
        assert_eq!(policy.lookup("A.example."), Ok(net::Target::Name("a.example".to_owned())));
        let found =
            [public.ip(), private.ip(), "10.0.0.6".parse().unwrap(), "2606:4700::1111".parse().unwrap()];
        assert_eq!(policy.found("A.example.", &found), Ok(vec![public.ip(), private.ip()]));
        assert!(policy.found("a.example", &found[2..]).is_err());
        for address in [public, private] {
            assert!(policy.socket(address).is_ok() && policy.hears(address), "{address}");
        }
        let went = policy.went.as_ref().unwrap().lock().unwrap().clone();
        let expected = [("10.0.0.5", 5432), ("a.example", 443), ("a.example", 5432)];
        assert_eq!(went, BTreeSet::from(expected.map(|(host, port)| (host.to_owned(), port))));
    }

    #[test]
    fn a_closed_network_gives_no_sockets() {
        let policy = policy("{Type: none}");
        let denied = policy.sockets().unwrap_err();
        assert!(denied.what.contains("no network") && denied.remedy.is_some(), "{denied:?}");
    }
}
