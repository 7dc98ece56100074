//! From names to addresses.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::Hosts;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::OnceCell;

use super::meter::Meter;
use super::{Denied, Error, Unresolved};

/// The most names that one execution may resolve.
const MOST_NAMES: usize = 4_096;
/// The most addresses of a name that are kept.
const MOST_ADDRESSES: usize = 32;

/// Who is asked for the addresses of names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Servers {
    /// The ones that this machine asks.
    #[default]
    System,
    /// These.
    These(Vec<SocketAddr>),
}

/// The names that an execution has resolved. A name is asked for once: its addresses are kept, so that a server that
/// would give others the next time is never asked again. A name that could not be resolved may be asked for again.
///
/// Names are absolute: a machine's search domains would make other names of them than those that were allowed. The
/// machine's own file of hosts comes first.
pub(super) struct Resolver {
    servers: Servers,
    ipv6: bool,
    meter: Arc<Meter>,
    /// Made when the first name is resolved: many a guest resolves none.
    asked: OnceCell<Asked>,
    names: Mutex<HashMap<String, Addresses>>,
}

type Addresses = Arc<OnceCell<Arc<[IpAddr]>>>;

struct Asked {
    hosts: Hosts,
    servers: TokioResolver,
}

impl Resolver {
    pub(super) fn new(servers: Servers, ipv6: bool, meter: Arc<Meter>) -> Resolver {
        Resolver { servers, ipv6, meter, asked: OnceCell::new(), names: Mutex::default() }
    }

    /// The addresses of a name, which has no dot at its end.
    ///
    /// # Errors
    /// It has none, nobody answers, or there were too many names.
    pub(super) async fn resolve(&self, name: &str) -> Result<Arc<[IpAddr]>, Error> {
        let cell = {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            match names.get(name) {
                Some(cell) => cell.clone(),
                None if names.len() >= MOST_NAMES => {
                    let what =
                        format!("the guest may not look up `{name}`: {MOST_NAMES} names are all that it may");
                    return Err(Error::Denied(Denied { what, remedy: None }));
                }
                None => names.entry(name.to_owned()).or_default().clone(),
            }
        };
        cell.get_or_try_init(|| self.look_up(name)).await.cloned()
    }

    async fn look_up(&self, name: &str) -> Result<Arc<[IpAddr]>, Error> {
        let failed = |kind, why: String| Error::Resolve { name: name.to_owned(), kind, why };
        let other = |why| failed(Unresolved::Other, why);
        let asked = self.asked.get_or_try_init(|| async { self.ask() }).await.map_err(other)?;
        let absolute = Name::from_ascii(format!("{name}.")).map_err(|error| other(error.to_string()))?;
        let mut addresses = self.of_hosts(&asked.hosts, &absolute);
        if addresses.is_empty() {
            self.meter.operation();
            let found = asked.servers.lookup_ip(absolute).await;
            let found = found.map_err(|error| failed(kind(&error), error.to_string()))?;
            addresses = found.iter().collect();
        }
        addresses.truncate(MOST_ADDRESSES);
        if addresses.is_empty() {
            Err(failed(Unresolved::Code("NODATA"), "it has no address".to_owned()))
        } else {
            Ok(addresses.into())
        }
    }

    fn of_hosts(&self, hosts: &Hosts, name: &Name) -> Vec<IpAddr> {
        let kinds: &[RecordType] =
            if self.ipv6 { &[RecordType::AAAA, RecordType::A] } else { &[RecordType::A] };
        let found =
            kinds.iter().filter_map(|&kind| hosts.lookup_static_host(&Query::query(name.clone(), kind)));
        found
            .flat_map(|lookup| {
                lookup.answers().iter().filter_map(|record| record.data.ip_addr()).collect::<Vec<_>>()
            })
            .collect()
    }

    fn ask(&self) -> Result<Asked, String> {
        let builder = match &self.servers {
            Servers::System => TokioResolver::builder_tokio(),
            Servers::These(servers) => {
                let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
                Ok(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
            }
        };
        let mut builder = builder.map_err(|error| error.to_string())?;
        let options = builder.options_mut();
        options.use_hosts_file = ResolveHosts::Never;
        // Names are kept here, for as long as the guest runs.
        options.cache_size = 0;
        options.ip_strategy =
            if self.ipv6 { LookupIpStrategy::Ipv6AndIpv4 } else { LookupIpStrategy::Ipv4Only };
        let servers = builder.build().map_err(|error| error.to_string())?;
        Ok(Asked { hosts: Hosts::from_system().unwrap_or_default(), servers })
    }
}

/// What kind of failure it is, with the codes by the names that they have in RFC 1035.
fn kind(error: &NetError) -> Unresolved {
    let code = match error {
        NetError::Timeout => return Unresolved::TimedOut,
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        _ => return Unresolved::Other,
    };
    Unresolved::Code(match code {
        ResponseCode::NoError => "NODATA",
        ResponseCode::NXDomain => "NXDOMAIN",
        ResponseCode::FormErr => "FORMERR",
        ResponseCode::ServFail => "SERVFAIL",
        ResponseCode::NotImp => "NOTIMP",
        ResponseCode::Refused => "REFUSED",
        _ => return Unresolved::Other,
    })
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].into_iter().map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.collect())
}

#[cfg(test)]
mod tests {
    use hickory_resolver::net::NoRecords;

    use super::*;

    #[test]
    fn failures_have_their_kinds() {
        let none = |code| DnsError::NoRecordsFound(NoRecords::new(Query::new(), code));
        for (error, expected) in [
            (NetError::Timeout, Unresolved::TimedOut),
            (none(ResponseCode::NXDomain).into(), Unresolved::Code("NXDOMAIN")),
            (none(ResponseCode::NoError).into(), Unresolved::Code("NODATA")),
            (DnsError::ResponseCode(ResponseCode::ServFail).into(), Unresolved::Code("SERVFAIL")),
            (NetError::Busy, Unresolved::Other),
        ] {
            assert_eq!(kind(&error), expected, "{error}");
        }
    }
}
