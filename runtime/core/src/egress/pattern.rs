//! What an entry of a list of hosts stands for.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::host::{Host, NoHost};
use super::range::Range;

/// What an entry of a list of hosts stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Pattern {
    /// Exactly this name.
    Name(String),
    /// All names below this one, however deep.
    Below(String),
    /// This name and all names below it.
    From(String),
    /// An address, or a range of them.
    Addresses(IpNet),
    /// This machine, by the names `localhost` and below, and all its loopback addresses.
    Loopback,
}

/// Why a text stands for no hosts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum NoPattern {
    #[error(transparent)]
    Host(#[from] NoHost),
    #[error("a star stands only at the beginning, before a dot; the network type `full` is for all hosts")]
    Star,
    #[error("nothing lies below an address")]
    BelowAddress,
    #[error("an address range is an address, `/` and how many of its first bits count: `10.0.0.0/8`")]
    Range,
}

impl Pattern {
    /// `example.com`, `.example.com`, `*.example.com`, an address, an address range, `localhost`.
    pub(crate) fn parse(text: &str) -> Result<Pattern, NoPattern> {
        let text = text.trim();
        if let Some((address, length)) = text.split_once('/') {
            return addresses(address, length).map(Pattern::Addresses).ok_or(NoPattern::Range);
        }
        let below = text.strip_prefix("*.");
        let from = text.strip_prefix('.');
        let rest = below.or(from).unwrap_or(text);
        if rest.contains('*') {
            return Err(NoPattern::Star);
        }
        let host = Host::parse(rest)?;
        match (host, below.is_some(), from.is_some()) {
            (host, ..) if host.is_localhost() => Ok(Pattern::Loopback),
            (Host::Name(name), false, false) => Ok(Pattern::Name(name)),
            (Host::Name(name), true, _) => Ok(Pattern::Below(name)),
            (Host::Name(name), false, true) => Ok(Pattern::From(name)),
            (Host::Address(address), false, false) => Ok(Pattern::Addresses(address.into())),
            (Host::Address(_), ..) => Err(NoPattern::BelowAddress),
        }
    }

    /// Whether a host as a guest names it is meant.
    pub(crate) fn covers(&self, host: &Host) -> bool {
        match (self, host) {
            (Pattern::Loopback, host) if host.is_localhost() => true,
            // What leads to this machine is meant only by what says so.
            (_, host) if host.is_localhost() => false,
            (Pattern::Name(own), Host::Name(name)) => own == name,
            (Pattern::Below(own), Host::Name(name)) => is_below(name, own),
            (Pattern::From(own), Host::Name(name)) => own == name || is_below(name, own),
            (Pattern::Addresses(net), Host::Address(address)) => net.contains(address),
            (Pattern::Loopback, Host::Address(address)) => Range::of(*address) == Some(Range::Loopback),
            _ => false,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Name(name) => f.write_str(name),
            Pattern::Below(name) => write!(f, "*.{name}"),
            Pattern::From(name) => write!(f, ".{name}"),
            Pattern::Addresses(net) if net.prefix_len() == net.max_prefix_len() => net.addr().fmt(f),
            Pattern::Addresses(net) => net.fmt(f),
            Pattern::Loopback => f.write_str("localhost"),
        }
    }
}

fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

/// A range as it is usually written; one of version 4 in the clothes of version 6 is one of version 4.
fn addresses(address: &str, length: &str) -> Option<IpNet> {
    let address: IpAddr = address.parse().ok()?;
    let length: u8 = length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().ok())??;
    let net = IpNet::new(address, length).ok()?;
    let mapped = match address {
        IpAddr::V6(address) => address.to_ipv4_mapped().zip(length.checked_sub(96)),
        IpAddr::V4(_) => None,
    };
    match mapped {
        Some((address, length)) => Some(v4(address, length)?.into()),
        None => Some(net.trunc()),
    }
}

fn v4(address: Ipv4Addr, length: u8) -> Option<Ipv4Net> {
    Ipv4Net::new(address, length).ok().map(|net| net.trunc())
}

#[cfg(test)]
mod tests;
