//! Domains, addresses and address ranges.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

use idna::AsciiDenyList;

use super::Fault;
use crate::decode::shorten;

/// What a part of a name from another alphabet starts with.
const ENCODED: &str = "xn--";

/// The longest name in another alphabet that is looked at, in bytes: no name that there is comes near to it.
const LONGEST_TEXT: usize = 2_048;

/// What may be reached, and where in the text it is named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Domain {
    /// As name servers know it: a name with a dot, in lower case and ASCII, without a dot at its end; `*.` or `.`
    /// before it for all names below. Or an address, or an address range.
    pub(crate) name: String,
    /// The bytes of the text that name it; a scheme, a port or a path may stand around them.
    pub(crate) host: Range<usize>,
    /// Whether a port stands behind it.
    pub(crate) port: bool,
}

/// Reads a domain, an address or an address range, also with a scheme, a port or a path around it.
pub(crate) fn domain(text: &str) -> Result<Domain, Fault> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len().max(start);
    let whole = &text[start..end];
    if let Some(name) = address_range(whole) {
        return Ok(Domain { name, host: start..end, port: false });
    }
    if let Some((address, length)) = whole.split_once('/')
        && let Ok(address) = address.parse::<IpAddr>()
        && length.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        let kind = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        let message = format!("`/{}` is no prefix of an {kind} address", shorten(length));
        return Err(Fault::new(end - length.len() - 1..end, message));
    }
    let (host, port) = host(text, start..end)?;
    let name = name(&text[host.clone()]).ok_or_else(|| fault(text, host.clone()))?;
    Ok(Domain { name, host, port })
}

/// Whether a domain is somewhere in a text, which is all that Bacalhau asks for.
pub(crate) fn holds_domain(text: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices('.').any(|(dot, _)| {
        let rest = &text[dot + 1..];
        let letters = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        let ends = !rest[letters..].starts_with(|c: char| c.is_ascii_digit() || c == '_');
        text[..dot].ends_with(|c: char| c.is_ascii_alphanumeric()) && letters >= 2 && ends
    })
}

/// Whether a text is a name that a network of one's own may know: it needs no dot, and its last part no letters alone.
pub(crate) fn is_host_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(known);
    let number = text.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    !number && text.len() <= 253 && text.split('.').all(label)
}

/// Where the host stands in an address, and whether a port follows.
fn host(text: &str, mut range: Range<usize>) -> Result<(Range<usize>, bool), Fault> {
    let find = |range: &Range<usize>, end: &[char]| {
        text[range.clone()].find(end).map_or(range.end, |place| range.start + place)
    };
    if let Some(scheme) = text[range.clone()].find("://") {
        range.start += scheme + "://".len();
    }
    range.end = find(&range, &['/', '?', '#']);
    if let Some(user) = text[range.clone()].rfind('@') {
        range.start += user + 1;
    }
    // The colons of an address of version 6 stand in brackets where a port may follow.
    let after = if text[range.clone()].starts_with('[') {
        (find(&range, &[']']) + 1).min(range.end)
    } else {
        find(&range, &[':'])
    };
    let port = match text[after..range.end].strip_prefix(':') {
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => true,
        Some(_) => return Err(Fault::new(after..range.end, "what follows the colon is no port")),
        None if after < range.end => return Err(Fault::new(after..range.end, "not a domain")),
        None => false,
    };
    Ok((range.start..after, port))
}

/// A host as name servers know it.
fn name(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().ok().map(|address| address.to_string());
    }
    if host.parse::<IpAddr>().is_ok() {
        return Some(host.to_owned());
    }
    let name = host.to_ascii_lowercase();
    let (below, bare) = match (name.strip_prefix("*."), name.strip_prefix('.')) {
        (Some(bare), _) => ("*.", bare),
        (None, Some(bare)) => (".", bare),
        (None, None) => ("", name.as_str()),
    };
    let bare = ascii(bare)?;
    let bare = bare.strip_suffix('.').unwrap_or(&bare);
    let last = bare.rsplit('.').next()?;
    let top = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    // Names from other alphabets end in such a label.
    let top = top || last.starts_with(ENCODED);
    (top && bare.contains('.') && bare.split('.').all(is_label)).then(|| format!("{below}{bare}"))
}

/// A name in ASCII, by the rules of web addresses (UTS 46): letters in other widths and marks apart from their letters
/// are what they stand for.
pub(super) fn ascii(name: &str) -> Option<Cow<'_, str>> {
    if name.is_ascii() && !name.contains(ENCODED) {
        return Some(Cow::Borrowed(name));
    }
    let name = Some(name).filter(|name| name.len() <= LONGEST_TEXT)?;
    idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL).ok()
}

/// Whether a text is a part of a name.
fn is_label(label: &str) -> bool {
    let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let edge = label.starts_with('-') || label.ends_with('-');
    inner && !edge && (1..=63).contains(&label.len())
}

fn fault(text: &str, host: Range<usize>) -> Fault {
    match text[host.clone()].rfind('*') {
        Some(star) => {
            let star = host.start + star;
            Fault::new(star..star + 1, "`*` stands for whole names, before the first dot alone")
        }
        None => Fault::new(if host.is_empty() { 0..text.len() } else { host }, "not a domain"),
    }
}

fn address_range(text: &str) -> Option<String> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address = address.parse::<IpAddr>().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let fits = length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most));
    fits.then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<String> {
        domain(text).ok().map(|domain| domain.name)
    }

    #[test]
    fn names_wildcards_and_addresses_are_domains() {
        for yes in
            ["api.example.com", "*.x-y.io", ".example.com", "8.8.8.8", "10.0.0.0/8", "::1", "fe80::/10"]
        {
            let domain = domain(yes).unwrap();
            assert_eq!((domain.name.as_str(), domain.host, domain.port), (yes, 0..yes.len(), false));
        }
        for no in [
            "",
            "localhost",
            "a..b",
            "-a.com",
            "x.c",
            "10.0.0.0/33",
            "a b.com",
            "*.*.com",
            "a.*.com",
            "*x.com",
            "*",
            ".",
            "..",
            "http://",
            "https:///x",
            "localhost:80",
            "x.com:",
            "x.com:0",
            "x.com:99999",
            "x.com:a",
            "[::1",
            "[x]",
            "[1.2.3.4]",
            "[::1]x",
            "x.com..",
            "xn--a.com",
            "пример\u{ad}",
            "１.２.３.４",
            "1.2.3.4.5",
        ] {
            assert!(domain(no).is_err(), "{no}");
        }
    }

    #[test]
    fn names_are_as_name_servers_know_them() {
        for (text, name) in [
            (" API.Example.COM ", "api.example.com"),
            ("example.com.", "example.com"),
            ("*.Bücher.example", "*.xn--bcher-kva.example"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            // Letters of another width, marks apart from their letters, and another full stop.
            ("ｗｗｗ.ｅｘａｍｐｌｅ.ｃｏｍ", "www.example.com"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("STRASSE.ẞ.de.", "strasse.xn--zca.de"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("[::1]", "::1"),
            ("FE80::/10", "fe80::/10"),
        ] {
            assert_eq!(named(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn only_the_host_of_an_address_counts() {
        for (text, name, host, port) in [
            ("http://y.com/z", "y.com", 7..12, false),
            ("example.com/path", "example.com", 0..11, false),
            ("*.Example.com:443", "*.example.com", 0..13, true),
            ("https://u:p@y.com:8080?q=a.com", "y.com", 12..17, true),
            (" http://10.0.0.1/8 ", "10.0.0.1", 8..16, false),
            ("[2001:db8::1]:443", "2001:db8::1", 0..13, true),
            ("1.2.3.4:80", "1.2.3.4", 0..7, true),
        ] {
            let found = domain(text).unwrap();
            assert_eq!((found.name.as_str(), found.host, found.port), (name, host, port), "{text}");
        }
    }

    #[test]
    fn a_domain_is_found_within_other_text() {
        for (text, holds) in [("x *y.Com:a", true), ("a.*.com", false), ("localhost", false), ("x.c_", false)]
        {
            assert_eq!(holds_domain(text), holds, "{text}");
        }
    }

    #[test]
    fn faults_are_where_they_are() {
        for (text, place, message) in [
            ("1.2.3.4/33", 7..10, "`/33` is no prefix of an IPv4 address"),
            (" fe80::/x ", 7..9, "`/x` is no prefix of an IPv6 address"),
            ("a.*.com", 2..3, "`*` stands for whole names, before the first dot alone"),
            ("x.com:99999", 5..11, "what follows the colon is no port"),
            ("http://localhost/x", 7..16, "not a domain"),
        ] {
            let fault = domain(text).unwrap_err();
            assert_eq!((fault.range, fault.message.as_str()), (place, message));
        }
    }
}
