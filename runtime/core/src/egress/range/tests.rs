//! What is public, and what is not.

use proptest::prelude::*;

use super::*;

fn range(text: &str) -> Option<Range> {
    Range::of(text.parse().unwrap())
}

#[test]
fn each_range_is_known_from_its_first_address_to_its_last() {
    use Range::*;
    for (first, last, expected) in [
        ("0.0.0.0", "0.255.255.255", Unspecified),
        ("10.0.0.0", "10.255.255.255", Private),
        ("100.64.0.0", "100.127.255.255", Carrier),
        ("127.0.0.0", "127.255.255.255", Loopback),
        ("169.254.0.0", "169.254.255.255", LinkLocal),
        ("172.16.0.0", "172.31.255.255", Private),
        ("192.0.0.0", "192.0.0.255", Reserved),
        ("192.0.2.0", "192.0.2.255", Documentation),
        ("192.88.99.0", "192.88.99.255", Reserved),
        ("192.168.0.0", "192.168.255.255", Private),
        ("198.18.0.0", "198.19.255.255", Benchmarking),
        ("198.51.100.0", "198.51.100.255", Documentation),
        ("203.0.113.0", "203.0.113.255", Documentation),
        ("224.0.0.0", "239.255.255.255", Multicast),
        ("240.0.0.0", "255.255.255.254", Reserved),
        ("255.255.255.255", "255.255.255.255", Broadcast),
        ("169.254.169.254", "169.254.169.254", Metadata),
        ("168.63.129.16", "168.63.129.16", Metadata),
        ("100.100.100.200", "100.100.100.200", Metadata),
        ("::", "::", Unspecified),
        ("::1", "::1", Loopback),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private),
        ("fd00:ec2::254", "fd00:ec2::254", Metadata),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", LinkLocal),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Multicast),
        ("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", Benchmarking),
        ("2001:10::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Documentation),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", Documentation),
        ("100::", "100::ffff:ffff:ffff:ffff", Reserved),
        ("4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Reserved),
    ] {
        assert_eq!(range(first), Some(expected), "{first}");
        assert_eq!(range(last), Some(expected), "{last}");
    }
}

#[test]
fn neighbours_of_the_ranges_are_public() {
    for text in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "223.255.255.255",
        "8.8.8.8",
        "168.63.129.15",
        "2000::",
        "2001:db7::1",
        "2001:db9::1",
        "2606:4700::1111",
        "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:30::1",
    ] {
        assert_eq!(range(text), None, "{text}");
    }
}

#[test]
fn an_address_inside_of_another_counts() {
    for (text, expected) in [
        ("::ffff:10.0.0.1", Some(Range::Private)),
        ("::ffff:8.8.8.8", None),
        ("::127.0.0.1", Some(Range::Loopback)),
        ("::8.8.8.8", Some(Range::Reserved)),
        ("64:ff9b::169.254.169.254", Some(Range::Metadata)),
        ("64:ff9b::8.8.8.8", None),
        ("2002:a00:1::", Some(Range::Private)),
        ("2002:7f00:1::1", Some(Range::Loopback)),
        ("2002:808:808::1", None),
        // The server of a Teredo address, and its client with all bits turned.
        ("2001:0:a00:1::f7f7:f7f7", Some(Range::Private)),
        ("2001:0:808:808::80ff:fffe", Some(Range::Loopback)),
        ("2001:0:808:808::f7f7:f7f7", None),
        ("64:ff9b:0:0:0:1::", Some(Range::Reserved)),
    ] {
        assert_eq!(range(text), expected, "{text}");
    }
}

/// The same ranges said again, byte by byte.
fn plainly_public(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [168, 63, 129, 16]
    )
}

/// Addresses near the ranges, where mistakes would be.
fn addresses() -> impl Strategy<Value = Ipv4Addr> {
    let first = prop::sample::select(vec![0_u8, 9, 10, 100, 127, 168, 169, 172, 192, 198, 203, 224, 255]);
    let second = prop::sample::select(vec![0_u8, 15, 16, 18, 19, 31, 32, 51, 63, 64, 88, 127, 128, 168, 254]);
    let near = (first, second, any::<u8>(), any::<u8>()).prop_map(|(a, b, c, d)| Ipv4Addr::new(a, b, c, d));
    prop_oneof![near, any::<u32>().prop_map(Ipv4Addr::from)]
}

proptest! {
    #[test]
    fn the_table_says_what_the_plain_words_say(address in addresses()) {
        prop_assert_eq!(Range::of(address.into()).is_none(), plainly_public(address));
    }

    #[test]
    fn no_dress_makes_an_address_public(address in addresses()) {
        let public = plainly_public(address);
        let bits = u32::from(address);
        let (high, low) = ((bits >> 16) as u16, bits as u16);
        let mapped = Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low);
        let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low);
        let six_to_four = Ipv6Addr::new(0x2002, high, low, 1, 2, 3, 4, 5);
        let teredo = Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0xf7f7, 0xf7f7);
        let client = Ipv6Addr::new(0x2001, 0, 0x808, 0x808, 0, 0, !high, !low);
        for dressed in [mapped, nat64, six_to_four, teredo, client] {
            prop_assert_eq!(Range::of(dressed.into()).is_none(), public, "{}", dressed);
        }
        let compatible = Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low);
        prop_assert!(Range::of(compatible.into()).is_some());
    }

    #[test]
    fn only_what_is_given_out_is_public(bits in any::<u128>()) {
        let address = Ipv6Addr::from(bits);
        if Range::of(address.into()).is_none() {
            let nat64 = bits >> 32 == 0x0064_ff9b << 64;
            let mapped = bits >> 32 == 0xffff;
            prop_assert!(bits >> 125 == 1 || nat64 || mapped, "{}", address);
        }
    }
}
