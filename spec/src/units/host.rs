//! Hosts that requests ask for.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Fault;
use super::domain::{ascii, is_host_name};
use crate::model::HostPattern;

/// Reads a host, or all hosts below one: `api.example.com`, `*.example.com`, `localhost`, `[::1]`.
pub(crate) fn host(text: &str) -> Result<HostPattern, Fault> {
    let all = 0..text.len();
    if text.contains(['/', '?', '#', '@']) {
        return Err(Fault::new(all, "a host alone: no scheme, no path"));
    }
    let address = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = address.parse::<Ipv6Addr>() {
        return Ok(HostPattern::Exact(format!("[{address}]")));
    }
    if let Some(colon) = text.rfind(':') {
        let message = "a host alone: which port is listened to is said to the server";
        return Err(Fault::new(colon..text.len(), message));
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Ok(HostPattern::Exact(text.to_owned()));
    }
    let (below, bare) = match text.strip_prefix("*.") {
        Some(bare) => (true, bare),
        None => (false, text),
    };
    if let Some(star) = bare.find('*') {
        let star = star + text.len() - bare.len();
        let message = match text {
            "*" => "every host is answered where nothing is said",
            _ => "`*` stands for whole names, before the first dot alone",
        };
        return Err(Fault::new(star..star + 1, message));
    }
    if bare.starts_with('.') {
        return Err(Fault::new(all, "all hosts below one are written with `*.` before it"));
    }
    let name =
        ascii(&bare.to_ascii_lowercase()).map(|name| name.strip_suffix('.').unwrap_or(&name).to_owned());
    match name.filter(|name| is_host_name(name)) {
        Some(name) if below => Ok(HostPattern::Below(name)),
        Some(name) => Ok(HostPattern::Exact(name)),
        None => Err(Fault::new(all, "not the name of a host")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_as_requests_have_them() {
        for (text, written) in [
            ("API.Example.com.", "api.example.com"),
            ("*.Example.com", "*.example.com"),
            ("*.localhost", "*.localhost"),
            ("localhost", "localhost"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "[::1]"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
        ] {
            let pattern = host(text).unwrap();
            assert_eq!(pattern.to_string(), written);
            assert_eq!(host(written).unwrap(), pattern);
        }
    }

    #[test]
    fn faults_are_where_they_are() {
        for (text, place, message) in [
            ("", 0..0, "not the name of a host"),
            ("*", 0..1, "every host is answered where nothing is said"),
            ("a.*.com", 2..3, "`*` stands for whole names, before the first dot alone"),
            ("*.*.com", 2..3, "`*` stands for whole names, before the first dot alone"),
            (".a.com", 0..6, "all hosts below one are written with `*.` before it"),
            ("a.com:80", 5..8, "a host alone: which port is listened to is said to the server"),
            ("http://a.com", 0..12, "a host alone: no scheme, no path"),
            ("a..com", 0..6, "not the name of a host"),
            ("1.2.3.400", 0..9, "not the name of a host"),
        ] {
            let fault = host(text).unwrap_err();
            assert_eq!((fault.range, fault.message.as_str()), (place, message), "{text}");
        }
    }
}
