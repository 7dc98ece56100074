//! Ranges of addresses that are not everybody's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Why an address is not one of the public internet. Such are reached only where they are named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Range {
    /// This machine itself.
    Loopback,
    /// Where a cloud tells its machines who they are, and hands out their keys.
    Metadata,
    /// The network of a house or a company.
    Private,
    /// The network of a provider.
    Carrier,
    /// The wire that this machine hangs on.
    LinkLocal,
    /// Many machines at once.
    Multicast,
    /// All machines of a network at once.
    Broadcast,
    /// No machine; connecting to it reaches this one.
    Unspecified,
    /// Examples in documents.
    Documentation,
    /// Measurements of networks.
    Benchmarking,
    /// Nobody's, or for purposes of their own.
    Reserved,
}

impl Range {
    /// The range that an address lies in; none for addresses of the public internet.
    pub(crate) fn of(address: IpAddr) -> Option<Range> {
        match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// What an address in it is, for a message.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Range::Loopback => "a loopback address",
            Range::Metadata => "the address of a cloud's metadata service",
            Range::Private => "a private address",
            Range::Carrier => "an address of a provider's own network",
            Range::LinkLocal => "a link-local address",
            Range::Multicast => "a multicast address",
            Range::Broadcast => "the broadcast address",
            Range::Unspecified => "an unspecified address",
            Range::Documentation => "an address for documentation",
            Range::Benchmarking => "an address for benchmarking",
            Range::Reserved => "a reserved address",
        }
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: [u16; 4], length: u8) -> Ipv6Net {
    let [a, b, c, d] = first;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), length)
}

/// The first that holds an address says what it is.
const V4: &[(Ipv4Net, Range)] = &[
    (v4(169, 254, 169, 254, 32), Range::Metadata),
    // Those of Alibaba's, Oracle's and Azure's clouds; the last one lies among public addresses.
    (v4(100, 100, 100, 200, 32), Range::Metadata),
    (v4(192, 0, 0, 192, 32), Range::Metadata),
    (v4(168, 63, 129, 16, 32), Range::Metadata),
    (v4(0, 0, 0, 0, 8), Range::Unspecified),
    (v4(10, 0, 0, 0, 8), Range::Private),
    (v4(100, 64, 0, 0, 10), Range::Carrier),
    (v4(127, 0, 0, 0, 8), Range::Loopback),
    (v4(169, 254, 0, 0, 16), Range::LinkLocal),
    (v4(172, 16, 0, 0, 12), Range::Private),
    (v4(192, 0, 0, 0, 24), Range::Reserved),
    (v4(192, 0, 2, 0, 24), Range::Documentation),
    (v4(192, 88, 99, 0, 24), Range::Reserved),
    (v4(192, 168, 0, 0, 16), Range::Private),
    (v4(198, 18, 0, 0, 15), Range::Benchmarking),
    (v4(198, 51, 100, 0, 24), Range::Documentation),
    (v4(203, 0, 113, 0, 24), Range::Documentation),
    (v4(224, 0, 0, 0, 4), Range::Multicast),
    (v4(255, 255, 255, 255, 32), Range::Broadcast),
    (v4(240, 0, 0, 0, 4), Range::Reserved),
];

/// What has a name of its own. Everything else outside of [`GLOBAL`] is reserved.
const V6: &[(Ipv6Net, Range)] = &[
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), Range::Unspecified),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), Range::Loopback),
    (Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128), Range::Metadata),
    (v6([0xfc00, 0, 0, 0], 7), Range::Private),
    (v6([0xfe80, 0, 0, 0], 10), Range::LinkLocal),
    (v6([0xfec0, 0, 0, 0], 10), Range::Private),
    (v6([0xff00, 0, 0, 0], 8), Range::Multicast),
    (v6([0x2001, 0x2, 0, 0], 48), Range::Benchmarking),
    (v6([0x2001, 0x10, 0, 0], 28), Range::Reserved),
    (v6([0x2001, 0x20, 0, 0], 28), Range::Reserved),
    (v6([0x2001, 0xdb8, 0, 0], 32), Range::Documentation),
    (v6([0x3fff, 0, 0, 0], 20), Range::Documentation),
];

/// The addresses of version 6 that are given out.
const GLOBAL: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
/// Ways to reach version 4 through version 6: who translates decides about no address, so that we do.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0], 16);
const TEREDO: Ipv6Net = v6([0x2001, 0, 0, 0], 32);
const COMPATIBLE: Ipv6Net = v6([0, 0, 0, 0], 96);

fn of_v4(address: Ipv4Addr) -> Option<Range> {
    V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, range)| *range)
}

fn of_v6(address: Ipv6Addr) -> Option<Range> {
    if let Some((_, range)) = V6.iter().find(|(net, _)| net.contains(&address)) {
        return Some(*range);
    }
    let [_, b, c, d, .., y, z] = address.segments();
    let (last, six_to_four, server) = (embedded(y, z), embedded(b, c), embedded(c, d));
    if NAT64.contains(&address) {
        return of_v4(last);
    }
    if COMPATIBLE.contains(&address) {
        return Some(of_v4(last).unwrap_or(Range::Reserved));
    }
    if SIX_TO_FOUR.contains(&address) {
        return of_v4(six_to_four);
    }
    if TEREDO.contains(&address) {
        // The client's address is written with all its bits turned.
        return of_v4(server).or_else(|| of_v4(Ipv4Addr::from(!u32::from(last))));
    }
    (!GLOBAL.contains(&address)).then_some(Range::Reserved)
}

/// The address of version 4 in two neighbours of one of version 6.
fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests;
