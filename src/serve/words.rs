//! What is said of what is served: where, and what changed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use dayfly::Table;
use dayfly::serve::{Address, Methods, Route, Server};

use crate::cli::ServeArguments;
use crate::lists::{MAX_LINES, rest};
use crate::say::say;

/// How clients reach the functions, in words.
pub(super) struct Words {
    /// Whether each route is told as what a client would ask for.
    urls: bool,
    addresses: Vec<(Address, &'static str)>,
}

impl Words {
    pub(super) fn new(server: &Server, arguments: &ServeArguments) -> Words {
        let scheme = |address: &Address| match address {
            Address::Tcp(_) if arguments.tls_cert.is_some() => "https",
            _ => "http",
        };
        let addresses = server.addresses().map(|address| (address.clone(), scheme(address))).collect();
        Words { urls: arguments.open, addresses }
    }

    /// Says where it listens, and what is there.
    pub(super) fn announce(&self, server: &Server, table: &Table) {
        for (address, scheme) in &self.addresses {
            match address {
                Address::Tcp(address) => say(&format!("listening on {scheme}://{address}/")),
                other => say(&format!("listening on {other}")),
            }
        }
        if let Some(address) = server.admin() {
            say(&format!("for operators: {address}"));
        }
        for line in aligned(&self.routes(table)) {
            say(&format!("  {line}"));
        }
    }

    /// Says what answers now that did not before, and what no longer does.
    pub(super) fn reloaded(&self, before: &Table, after: &Table) {
        let (before, after) = (self.routes(before), self.routes(after));
        let only = |of: &[Line], other: &[Line]| {
            let only: Vec<Line> = of.iter().filter(|line| !other.contains(line)).cloned().collect();
            aligned(&only)
        };
        let more = only(&after, &before).into_iter().map(|line| format!("\n+ {line}"));
        let less = only(&before, &after).into_iter().map(|line| format!("\n- {line}"));
        say(&format!("reloaded{}", more.chain(less).collect::<String>()));
    }

    /// The routes, and the functions behind them.
    fn routes(&self, table: &Table) -> Vec<Line> {
        let mut lines = Vec::new();
        for (route, function) in table.routes() {
            if !self.urls {
                lines.push(Line { place: route.to_string(), function: function.to_owned() });
                continue;
            }
            let methods = match &route.methods {
                Methods::All => String::new(),
                Methods::Only(methods) => {
                    let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
                    format!("  {}", names.join(", "))
                }
            };
            for (address, scheme) in &self.addresses {
                let place = url(route, address, scheme);
                lines.push(Line { place, function: format!("{function}{methods}") });
            }
        }
        lines
    }
}

#[derive(Clone, Eq, PartialEq)]
struct Line {
    place: String,
    function: String,
}

/// In two columns, as many as a person reads.
fn aligned(lines: &[Line]) -> Vec<String> {
    let shown = lines.iter().take(MAX_LINES);
    let width = shown.clone().map(|line| line.place.chars().count()).max().unwrap_or_default();
    let shown = shown.map(|Line { place, function }| format!("{place:width$}  {function}"));
    shown.chain(rest(lines.len() as u64, MAX_LINES)).collect()
}

/// What a client of this machine would ask for.
fn url(route: &Route, address: &Address, scheme: &str) -> String {
    let path = &route.path;
    match address {
        Address::Tcp(address) => {
            let usual = if scheme == "https" { 443 } else { 80 };
            let port = if address.port() == usual { String::new() } else { format!(":{}", address.port()) };
            match &route.host {
                Some(host) => format!("{scheme}://{host}{port}{path}"),
                None => format!("{scheme}://{}{port}{path}", host(*address)),
            }
        }
        // As servers in front of others name such a place. The host is none of it.
        other => match &route.host {
            Some(host) => format!("{scheme}://{other}:{path} (Host: {host})"),
            None => format!("{scheme}://{other}:{path}"),
        },
    }
}

/// An address that can be asked: one that stands for all of this machine can't, everywhere.
fn host(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[{}]", Ipv6Addr::LOCALHOST),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

#[cfg(test)]
mod tests {
    use dayfly::spec::model::{HostPattern, RoutePattern};

    use super::*;

    #[test]
    fn urls_are_what_a_client_would_ask_for() {
        let route = |host: Option<&str>| Route {
            host: host.map(|name| HostPattern::Below(name.to_owned())),
            methods: Methods::All,
            path: RoutePattern::parse("/a b/{c}".replace(' ', "%20").as_str()).unwrap(),
        };
        for (address, scheme, host, expected) in [
            ("0.0.0.0:8080", "http", None, "http://127.0.0.1:8080/a%20b/{c}"),
            ("[::]:443", "https", None, "https://[::1]/a%20b/{c}"),
            ("10.0.0.1:443", "http", None, "http://10.0.0.1:443/a%20b/{c}"),
            ("10.0.0.1:80", "http", Some("b.test"), "http://*.b.test/a%20b/{c}"),
            ("unix:/run/x", "http", Some("b.test"), "http://unix:/run/x:/a%20b/{c} (Host: *.b.test)"),
            ("unix:/run/x", "http", None, "http://unix:/run/x:/a%20b/{c}"),
        ] {
            assert_eq!(url(&route(host), &address.parse().unwrap(), scheme), expected);
        }
    }
}
