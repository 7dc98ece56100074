//! Domains, addresses and address ranges.

use std::net::IpAddr;

use super::Fault;
use crate::decode::shorten;

/// A domain that may be reached, in lower case: a name with a dot, `*.` or `.` before it for all names below, an
/// address, or an address range.
pub(crate) fn domain(text: &str) -> Result<String, Fault> {
    let name = text.trim().to_lowercase();
    if is_address_range(&name) {
        return Ok(name);
    }
    if let Some(scheme) = text.find("://") {
        return Err(Fault::new(0..scheme + 3, "a domain has no scheme"));
    }
    if let Some((address, length)) = text.trim().split_once('/')
        && let Ok(address) = address.parse::<IpAddr>()
    {
        let kind = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        let start = text.find('/').unwrap_or_default();
        let message = format!("`/{}` is no prefix of an {kind} address", shorten(length));
        return Err(Fault::new(start..text.trim_end().len(), message));
    }
    if let Some(path) = text.find('/') {
        return Err(Fault::new(path..text.len(), "a domain has no path"));
    }
    let bare = name.strip_prefix("*.").or_else(|| name.strip_prefix('.')).unwrap_or(&name);
    let labels: Vec<_> = bare.split('.').collect();
    let last = labels.last().copied().unwrap_or("");
    let top = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    // Names from other alphabets end in such a label.
    let top = top || last.starts_with("xn--");
    if labels.len() < 2 || !top || !labels.iter().all(|label| is_label(label)) {
        return Err(Fault::new(0..text.len(), "not a domain"));
    }
    Ok(name)
}

/// The domain in an address with a scheme, a port or a path around it.
pub(crate) fn host(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    // An address is no name, and what is wrong around it is wrong for Bacalhau too.
    domain(host).ok().filter(|host| host.parse::<IpAddr>().is_err())
}

fn is_label(label: &str) -> bool {
    let inner = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    inner && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
}

fn is_address_range(text: &str) -> bool {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_wildcards_and_addresses_are_domains() {
        for yes in
            ["api.example.com", "*.x-y.io", ".example.com", "8.8.8.8", "10.0.0.0/8", "::1", "fe80::/10"]
        {
            assert!(domain(yes).is_ok(), "{yes}");
        }
        assert_eq!(domain(" API.Example.COM "), Ok("api.example.com".to_owned()));
        for no in ["", "localhost", "a..b", "-a.com", "x.c", "10.0.0.0/33", "a b.com", "*.*.com"] {
            assert!(domain(no).is_err(), "{no}");
        }
        assert_eq!(domain("http://x.com").unwrap_err().range, 0..7);
        assert_eq!(domain("x.com/y").unwrap_err().range, 5..7);
        for (around, inner) in [
            ("http://y.com/z", Some("y.com")),
            ("example.com/path", Some("example.com")),
            ("*.Example.com:443", Some("*.example.com")),
            ("localhost", None),
            ("1.2.3.4/33", None),
        ] {
            assert_eq!(host(around).as_deref(), inner, "{around}");
        }
        for (range, place, message) in [
            ("1.2.3.4/33", 7..10, "`/33` is no prefix of an IPv4 address"),
            (" fe80::/x ", 7..9, "`/x` is no prefix of an IPv6 address"),
        ] {
            let fault = domain(range).unwrap_err();
            assert_eq!((fault.range, fault.message.as_str()), (place, message));
        }
    }
}
