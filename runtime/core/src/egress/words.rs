//! What is said of what is not allowed, and of the lines that would allow it.

use std::net::{IpAddr, SocketAddr};

use dayfly_spec::Source;
use dayfly_spec::model::{NetworkKind, Origin, Task};

use super::denied::Denied;
use super::host::{Host, is_localhost};
use super::ports::Ports;
use super::range::Range;
use crate::place;

/// What Bacalhau's documents say of a host that is not listed: people look for these words.
const NOT_LISTED: &str = "network access denied: domain not in allowlist";

/// The fields of the job that decide, as messages name them: `` `Tasks[0].Network.Domains` (job.yaml:12) ``.
#[derive(Debug)]
pub(super) struct Words {
    network: String,
    domains: String,
    /// These are none where the form of the job has no such field.
    ports: Option<String>,
    ipv6: Option<String>,
    loopback: Option<String>,
    /// What the job itself says.
    asked: Option<NetworkKind>,
    /// The host says that there is none, whatever the job says.
    shut: bool,
    no_domains: bool,
}

impl Words {
    pub(super) fn of(task: &Task, shut: bool, file: Option<&Source>) -> Words {
        let network = &task.network;
        let kind = network.kind.as_ref().map(|kind| &kind.origin);
        let fields = Fields::of(kind, &task.name.origin, file);
        let egress = network.egress.ports.first().map(|port| &port.origin);
        let newer = |own, name| fields.has_all.then(|| fields.field(own, name));
        Words {
            network: fields.network(),
            domains: fields.field(network.domains.first().map(|domain| &domain.origin), "Domains"),
            ports: newer(egress, "Policies.Egress.Ports"),
            ipv6: newer(network.ipv6.as_ref().map(|ipv6| &ipv6.origin), "EnableIPv6"),
            loopback: newer(network.loopback.as_ref().map(|own| &own.origin), "AllowLoopback"),
            asked: network.kind.as_ref().map(|kind| kind.value),
            shut,
            no_domains: network.domains.is_empty(),
        }
    }

    /// The words where there is no job.
    pub(super) fn of_none() -> Words {
        Words {
            network: "`Network`".to_owned(),
            domains: "`Network.Domains`".to_owned(),
            ports: None,
            ipv6: None,
            loopback: None,
            asked: None,
            shut: false,
            no_domains: true,
        }
    }

    /// The guest has no network.
    pub(super) fn closed(&self) -> Denied {
        let network = &self.network;
        let (why, remedy) = match self.asked {
            _ if self.shut => (
                "--network none closes it",
                "without that it would get what the job asks for; --allow-host HOST would open one host"
                    .into(),
            ),
            Some(NetworkKind::None) => ("the job's is of type `none`", opening(network)),
            _ => ("the job asks for none", opening(network)),
        };
        Denied::new(format!("the guest has no network: {why}"), remedy)
    }

    /// The host is not listed.
    pub(super) fn host(&self, host: &Host) -> Denied {
        if let Host::Address(address) = host
            && let Some(range) = Range::of(*address)
        {
            return self.range(&host.to_string(), *address, range);
        }
        if host.is_localhost() {
            return self.range(&host.to_string(), Host::LOCALHOST, Range::Loopback);
        }
        let why = match self.asked {
            Some(NetworkKind::Http) if self.shut => "it is not among the hosts of --allow-host",
            Some(NetworkKind::Http) if self.no_domains => "the job names no domains",
            Some(NetworkKind::Http) => "it is not among the job's domains",
            _ => "it is not among the hosts that it may",
        };
        let what = format!("the guest may not reach `{host}`: {why} ({NOT_LISTED})");
        Denied::new(what, self.adding("it", &host.to_string()))
    }

    /// The host is listed for other ports.
    pub(super) fn port(&self, host: &str, port: u16, ports: &Ports) -> Denied {
        let (only, plural) = match ports {
            Ports::Only(only) if only.len() == 1 => (only.first(), ""),
            _ => (None, "s"),
        };
        let what =
            format!("the guest may not reach port {port} of `{host}`: it may only reach the port{plural} ");
        let what = match only {
            Some(only) => format!("{what}{only}"),
            None => format!("{what}{ports}"),
        };
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let listing =
            self.ports.as_ref().map(|ports| format!("adding it to {ports} or ")).unwrap_or_default();
        Denied::new(what, format!("{listing}--allow-host {host}:{port} would allow it"))
    }

    /// The host is, or leads to, an address that has to be named.
    pub(super) fn range(&self, host: &str, address: IpAddr, range: Range) -> Denied {
        let (shown, is) = (address.to_string(), range.words());
        let what = match host == shown {
            true => format!("the guest may not reach `{host}`: it is {is}, which has to be named"),
            false => format!(
                "the guest may not reach `{host}`: it leads to {address}, {is}, which has to be named itself"
            ),
        };
        let remedy = match range {
            Range::Loopback => self.opening_loopback(host, &shown),
            _ => self.adding(&shown, &shown),
        };
        Denied::new(what, remedy)
    }

    /// An address of this machine that nobody who may names.
    pub(super) fn local(&self, address: SocketAddr) -> Denied {
        let ip = address.ip().to_canonical();
        let what = format!("the guest may not have a socket at `{address}`");
        if Range::of(ip) == Some(Range::Loopback) {
            let what = format!("{what}: it is {}, which has to be named", Range::Loopback.words());
            return Denied::new(what, self.opening_loopback(&ip.to_string(), &ip.to_string()));
        }
        let what = format!("{what}: a job opens no port of this machine to others");
        let place = match (address.port(), ip) {
            (0, ip) => ip.to_string(),
            (port, ip) => SocketAddr::new(ip, port).to_string(),
        };
        Denied::new(what, format!("--allow-host {place} would allow it"))
    }

    /// What would let a guest reach this machine, as `host` and by an address.
    fn opening_loopback(&self, host: &str, address: &str) -> String {
        let mut ways = Vec::new();
        if !self.shut {
            // Its names lead to it only where all of it is open.
            if !is_localhost(host) && self.asked == Some(NetworkKind::Http) {
                ways.push(format!("adding {address} to {}", self.domains));
            }
            ways.extend(self.loopback.as_ref().map(|loopback| format!("`true` in {loopback}")));
        }
        let before = if ways.is_empty() { String::new() } else { format!("{} or ", ways.join(", ")) };
        format!("{before}--allow-host localhost would allow it")
    }

    /// The address is one of version 6.
    pub(super) fn version(&self, address: IpAddr) -> Denied {
        let what =
            format!("the guest may not reach `{address}`: the job does not ask for addresses of version 6");
        let remedy = match &self.ipv6 {
            Some(ipv6) => format!("`true` in {ipv6} would allow it"),
            None => format!("--allow-host {address} would allow it"),
        };
        Denied::new(what, remedy)
    }

    /// What would put a host on the list, which is called `what`.
    fn adding(&self, what: &str, host: &str) -> String {
        match self.asked {
            _ if self.shut => format!("--allow-host {host} would allow it"),
            Some(NetworkKind::Http) => {
                format!("adding {what} to {} or --allow-host {host} would allow it", self.domains)
            }
            _ => format!(
                "--allow-host {host} would allow it, and so would `Type: http` in {} with {what} in `Domains`",
                self.network
            ),
        }
    }
}

/// What would open a network.
fn opening(network: &str) -> String {
    format!(
        "`Type: http` with `Domains`, or `Type: full`, in {network} would open it, and so would --allow-host HOST or \
         --network full"
    )
}

/// Finds the words and the line for fields of a network, also for those that the job does not have.
struct Fields<'a> {
    file: Option<&'a Source>,
    /// The path of the network.
    path: String,
    /// What stands near a field that is not there.
    near: &'a Origin,
    /// The form of the job has all the fields that a network may have.
    has_all: bool,
}

impl<'a> Fields<'a> {
    fn of(kind: Option<&'a Origin>, name: &'a Origin, file: Option<&'a Source>) -> Fields<'a> {
        // Tasks of older forms, and of modules that no file is about, have no names.
        let has_all = name.change.ends_with(".Name");
        let written = kind.filter(|kind| kind.span.is_some());
        let (near, path) = match written.and_then(|kind| Some((kind, kind.change.rsplit_once('.')?.0))) {
            Some((kind, network)) => (kind, network.to_owned()),
            None => match name.change.strip_suffix(".Name") {
                Some(task) => (name, format!("{task}.Network")),
                None => (name, "Network".to_owned()),
            },
        };
        Fields { file, path, near, has_all }
    }

    fn network(&self) -> String {
        format!("`{}`{}", self.path, self.line(self.near))
    }

    /// A field: where it stands, else where it would.
    fn field(&self, own: Option<&Origin>, name: &str) -> String {
        match own {
            Some(own) => {
                // A list, not its first entry.
                let change = own.change.strip_suffix("[0]").unwrap_or(&own.change);
                format!("`{change}`{}", self.line(own))
            }
            None => format!("`{}.{name}`{}", self.path, self.line(self.near)),
        }
    }

    fn line(&self, origin: &Origin) -> String {
        place::line(self.file, origin).map(|line| format!(" ({line})")).unwrap_or_default()
    }
}
