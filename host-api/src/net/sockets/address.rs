//! Addresses that sockets can be bound and connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use wasmtime_wasi::sockets::ErrorCode;

/// The version of the addresses that a socket has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    /// The address that is none: where a socket is that nobody has bound.
    pub(super) fn unspecified(self) -> SocketAddr {
        let address = match self {
            Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        SocketAddr::new(address, 0)
    }

    /// An address for a socket of this family. There are two ways to write one of version 4 in one of version 6, and
    /// sockets of version 6 take neither.
    ///
    /// # Errors
    /// It is of another family.
    pub(super) fn own(self, address: SocketAddr) -> Result<SocketAddr, ErrorCode> {
        let is_own = match (self, address.ip()) {
            (Family::V4, IpAddr::V4(_)) => true,
            (Family::V6, IpAddr::V6(address)) => {
                let compatible = matches!(address.segments(), [0, 0, 0, 0, 0, 0, _, _])
                    && address != Ipv6Addr::UNSPECIFIED
                    && address != Ipv6Addr::LOCALHOST;
                address.to_ipv4_mapped().is_none() && !compatible
            }
            _ => false,
        };
        if is_own { Ok(address) } else { Err(ErrorCode::InvalidArgument) }
    }

    /// An address that something can be sent to.
    ///
    /// # Errors
    /// It is of another family, or has no port, or is nobody's.
    pub(super) fn remote(self, address: SocketAddr) -> Result<SocketAddr, ErrorCode> {
        match self.own(address)? {
            address if address.port() == 0 || address.ip().is_unspecified() => {
                Err(ErrorCode::InvalidArgument)
            }
            address => Ok(address),
        }
    }
}

/// An address of one machine, as connections have at both ends.
///
/// # Errors
/// It is one of many.
pub(super) fn unicast(address: SocketAddr) -> Result<SocketAddr, ErrorCode> {
    let many = match address.ip() {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_multicast(),
    };
    if many { Err(ErrorCode::InvalidArgument) } else { Ok(address) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_its_addresses() {
        for (family, address, own, remote) in [
            (Family::V4, "8.8.8.8:53", true, true),
            (Family::V4, "8.8.8.8:0", true, false),
            (Family::V4, "0.0.0.0:53", true, false),
            (Family::V4, "[::1]:53", false, false),
            (Family::V6, "[::1]:53", true, true),
            (Family::V6, "[::]:53", true, false),
            (Family::V6, "[2606:4700::1]:53", true, true),
            (Family::V6, "127.0.0.1:53", false, false),
            (Family::V6, "[::ffff:127.0.0.1]:53", false, false),
            (Family::V6, "[::127.0.0.1]:53", false, false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(family.own(address).is_ok(), own, "{address}");
            assert_eq!(family.remote(address).is_ok(), remote, "{address}");
        }
        for (address, expected) in [
            ("8.8.8.8:1", true),
            ("224.0.0.1:1", false),
            ("255.255.255.255:1", false),
            ("[ff02::1]:1", false),
        ] {
            assert_eq!(unicast(address.parse().unwrap()).is_ok(), expected, "{address}");
        }
    }
}
