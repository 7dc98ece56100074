//! Where a server listens.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Where a server listens.
///
/// As text: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `8080` (both of which are 127.0.0.1), `unix:PATH`, and
/// `systemd` for the sockets that the service manager passes (`LISTEN_FDS`).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Address {
    /// A TCP port. Port 0 is any that is free.
    Tcp(SocketAddr),
    /// A Unix socket, which is made there; one that nobody listens on any more is replaced.
    Unix(PathBuf),
    /// Every socket that was passed to this process by `LISTEN_FDS`.
    Inherited,
}

/// A text that is no [`Address`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no address to listen on: give IP:PORT, a PORT of 127.0.0.1, unix:PATH or systemd")]
pub struct AddressError(String);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let local = |port: &str| {
            // Digits alone: a sign is none of a port's.
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let port = port.parse().ok().filter(|_| digits)?;
            Some(Self::Tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)))
        };
        let address = match text.split_once(':') {
            _ if text == "systemd" => Some(Self::Inherited),
            Some(("unix", path)) => (!path.is_empty()).then(|| Self::Unix(path.into())),
            Some(("localhost", port)) => local(port),
            Some(_) => text.parse().ok().map(Self::Tcp),
            None => local(text),
        };
        address.ok_or_else(|| AddressError(text.to_owned()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Inherited => f.write_str("systemd"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        let table = [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("[::1]:0", "[::1]:0"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("8080", "127.0.0.1:8080"),
            ("unix:/run/x.sock", "unix:/run/x.sock"),
            ("unix:x", "unix:x"),
            ("systemd", "systemd"),
        ];
        for (text, shown) in table {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), shown);
        }
        for text in ["", ":80", "+80", "65536", "unix:", "example.com:80", "1.2.3.4", "::1", "localhost:"] {
            let refused = text.parse::<Address>().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("`{text}` is no address")), "{refused}");
        }
    }
}
