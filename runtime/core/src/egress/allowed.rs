//! A host that whoever runs a job lets it reach.

use std::fmt;
use std::str::FromStr;

use super::host::shown;
use super::pattern::Pattern;

/// A host that whoever runs a job lets its guests reach, on all ports that the job may use or on one:
/// `HOST[:PORT]`, where `HOST` is anything that a job's `Domains` take, or `localhost`.
///
/// ```
/// # use dayfly_core::AllowedHost;
/// for text in ["api.example.com", "*.example.com:443", "10.0.0.0/8", "[::1]:8080", "localhost"] {
///     assert!(text.parse::<AllowedHost>().is_ok());
/// }
/// assert!("http://example.com".parse::<AllowedHost>().is_err());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AllowedHost {
    pub(super) pattern: Pattern,
    pub(super) port: Option<u16>,
}

impl FromStr for AllowedHost {
    type Err = String;

    fn from_str(text: &str) -> Result<AllowedHost, String> {
        // An address of version 6 has colons of its own, and is whole where it can be one.
        let whole = Pattern::parse(text);
        let (pattern, port) = match (whole, text.rsplit_once(':')) {
            (Ok(pattern), _) => (Ok(pattern), None),
            (Err(_), Some((host, port))) if is_number(port) => {
                let number = port.parse().ok().filter(|number| *number > 0);
                let number = number.ok_or_else(|| format!("`{}` is no port from 1 to 65535", shown(port)))?;
                (Pattern::parse(host), Some(number))
            }
            (error, _) => (error, None),
        };
        match pattern {
            Ok(pattern) => Ok(AllowedHost { pattern, port }),
            Err(_) if text.contains("://") => {
                Err("a host has no scheme: write it alone, as HOST or HOST:PORT".to_owned())
            }
            Err(error) => Err(format!("`{}` names no host: {error}", shown(text))),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// As it is written.
impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.pattern, self.port) {
            (pattern, None) => pattern.fmt(f),
            (Pattern::Addresses(net), Some(port)) if net.addr().is_ipv6() && net.prefix_len() == 128 => {
                write!(f, "[{}]:{port}", net.addr())
            }
            (pattern, Some(port)) => write!(f, "{pattern}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_stand_behind_a_host() {
        for (text, shown) in [
            ("Api.Example.com", "api.example.com"),
            ("example.com:8080", "example.com:8080"),
            ("*.example.com:443", "*.example.com:443"),
            (".example.com", ".example.com"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.0.0.0/8:80", "10.0.0.0/8:80"),
            ("::1", "::1"),
            ("[::1]:80", "[::1]:80"),
            ("[::1]", "::1"),
            ("fd00::/8:443", "fd00::/8:443"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("LOCALHOST.:80", "localhost:80"),
            ("0x7f.1", "127.0.0.1"),
        ] {
            let host: AllowedHost = text.parse().unwrap();
            assert_eq!(host.to_string(), shown, "{text}");
            assert_eq!(shown.parse::<AllowedHost>().unwrap(), host, "{text}");
        }
        for (text, words) in [
            ("", "empty"),
            ("http://example.com", "no scheme"),
            ("example.com:0", "no port"),
            ("example.com:70000", "no port"),
            ("example.com:http", "neither"),
            ("*", "`full` is for all hosts"),
            ("a.*.com", "a star stands"),
            ("*.10.0.0.1", "below an address"),
            ("10.0.0.0/33", "an address range"),
            ("user@example.com", "a user"),
            ("fe80::1%eth0", "interface"),
        ] {
            let error = text.parse::<AllowedHost>().unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
