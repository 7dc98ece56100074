//! A host as it was written, in the one form that decisions are made on.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest text that is looked at, in bytes. Percent signs and other alphabets make a name longer than it is.
const LONGEST_TEXT: usize = 2_048;
/// The longest name that there can be, in bytes, and its longest part.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// How much of a text a message shows.
const SHOWN: usize = 80;

/// A host in its one form: however it was written, equal hosts are equal.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Host {
    /// A name: ASCII, in lower case, with no dot at its end.
    Name(String),
    /// An address. One of version 4 that is written as one of version 6 is one of version 4.
    Address(IpAddr),
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum NoHost {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than any name")]
    TooLong,
    #[error("a part of it between dots is empty or longer than {LONGEST_LABEL} characters")]
    Label,
    #[error("a user is no part of a host")]
    User,
    #[error("an address can't name an interface of this machine here")]
    Zone,
    #[error("it is neither a name nor an address")]
    Malformed,
}

impl Host {
    /// The host that a text means, by the rules of web addresses: other alphabets, percent signs, and addresses in
    /// octal, in hexadecimal, as one number or with parts left out are understood as browsers do.
    pub(crate) fn parse(text: &str) -> Result<Host, NoHost> {
        if text.len() > LONGEST_TEXT {
            return Err(NoHost::TooLong);
        }
        if text.contains('@') {
            return Err(NoHost::User);
        }
        // Outside of a web address the brackets around an address of version 6 may be missing.
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        if bare.contains(':') {
            return match bare.parse::<Ipv6Addr>() {
                Ok(address) => Ok(Host::address(address.into())),
                Err(_) if bare.contains('%') => Err(NoHost::Zone),
                Err(_) => Err(NoHost::Malformed),
            };
        }
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) => Host::name(&name),
            Ok(url::Host::Ipv4(address)) => Ok(Host::address(address.into())),
            Ok(url::Host::Ipv6(address)) => Ok(Host::address(address.into())),
            Err(url::ParseError::EmptyHost) => Err(NoHost::Empty),
            Err(_) => Err(NoHost::Malformed),
        }
    }

    /// An address in its one form.
    pub(crate) fn address(address: IpAddr) -> Host {
        Host::Address(address.to_canonical())
    }

    /// A name that the rules of web addresses let through, if a resolver could know it.
    fn name(name: &str) -> Result<Host, NoHost> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() {
            return Err(NoHost::Empty);
        }
        if name.len() > LONGEST_NAME {
            return Err(NoHost::TooLong);
        }
        if name.split('.').any(|label| label.is_empty() || label.len() > LONGEST_LABEL) {
            return Err(NoHost::Label);
        }
        // Services have names with underscores.
        let known = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')
        };
        if !name.bytes().all(known) {
            return Err(NoHost::Malformed);
        }
        Ok(Host::Name(name.to_owned()))
    }

    /// Whether it is the name of this machine to itself, or one below it, which no resolver is asked for.
    pub(crate) fn is_localhost(&self) -> bool {
        matches!(self, Host::Name(name) if is_localhost(name))
    }

    /// What the names of this machine to itself lead to.
    pub(crate) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(name),
            Host::Address(address) => address.fmt(f),
        }
    }
}

/// Whether a name in its one form is that of this machine to itself, or one below it.
pub(crate) fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// A text of a guest, for a message: its beginning, without what could be more than text on a terminal.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
