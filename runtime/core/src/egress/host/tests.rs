//! Every way to write a host leads to one form, or to none.

use proptest::prelude::*;

use super::*;

fn name(text: &str) -> Result<Host, NoHost> {
    Ok(Host::Name(text.to_owned()))
}

fn address(text: &str) -> Result<Host, NoHost> {
    Ok(Host::Address(text.parse().unwrap()))
}

#[test]
fn names_have_one_form() {
    for (text, form) in [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        ("example.com.", "example.com"),
        ("ex%61mple.com", "example.com"),
        ("example%2ecom", "example.com"),
        ("example。com", "example.com"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("ex\u{ad}ample.com", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("b%C3%BCcher.example", "xn--bcher-kva.example"),
        ("faß.de", "xn--fa-hia.de"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("localhost.", "localhost"),
        ("LOCALHOST", "localhost"),
        ("1.2.3.4.example", "1.2.3.4.example"),
        ("3com.com", "3com.com"),
    ] {
        assert_eq!(Host::parse(text), name(form), "{text}");
    }
}

#[test]
fn addresses_have_one_form() {
    for (text, form) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0X7F.0.0.0x1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("①②⑦.0.0.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("0x1.0x", "1.0.0.0"),
        ("[::ffff:127.0.0.1]", "127.0.0.1"),
        ("::ffff:7f00:1", "127.0.0.1"),
        ("[0:0:0:0:0:ffff:7f00:0001]", "127.0.0.1"),
        ("[::1]", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("[2001:DB8::A]", "2001:db8::a"),
        ("[::127.0.0.1]", "::7f00:1"),
    ] {
        assert_eq!(Host::parse(text), address(form), "{text}");
    }
}

#[test]
fn what_is_no_host_is_refused() {
    let long = format!("{}.com", "a".repeat(64));
    let longer = format!("{}.com", ["a".repeat(60).as_str(); 5].join("."));
    let longest = "a".repeat(1 << 20);
    for (text, why) in [
        ("", NoHost::Empty),
        (".", NoHost::Empty),
        ("..", NoHost::Label),
        ("a..b", NoHost::Label),
        (".a", NoHost::Label),
        ("1.2.3.4..", NoHost::Label),
        (&long, NoHost::Label),
        (&longer, NoHost::TooLong),
        (&longest, NoHost::TooLong),
        ("example.com@evil", NoHost::User),
        ("user:password@example.com", NoHost::User),
        ("example.com%40evil", NoHost::Malformed),
        ("evil.com#.example.com", NoHost::Malformed),
        ("evil.com%23.example.com", NoHost::Malformed),
        ("evil.com/.example.com", NoHost::Malformed),
        ("evil.com\\.example.com", NoHost::Malformed),
        ("evil.com?.example.com", NoHost::Malformed),
        ("evil.com\0.example.com", NoHost::Malformed),
        ("evil.com%00.example.com", NoHost::Malformed),
        ("evil.com\r\nX: .example.com", NoHost::Malformed),
        ("evil.com .example.com", NoHost::Malformed),
        ("example.com:80", NoHost::Malformed),
        ("http://example.com", NoHost::Malformed),
        ("%2565xample.com", NoHost::Malformed),
        ("exa*mple.com", NoHost::Malformed),
        ("256.0.0.1", NoHost::Malformed),
        ("1.2.3.4.5", NoHost::Malformed),
        ("4294967296", NoHost::Malformed),
        ("example.0x7f", NoHost::Malformed),
        ("[::1", NoHost::Malformed),
        ("::1]", NoHost::Malformed),
        ("[127.0.0.1]", NoHost::Malformed),
        ("[example.com]", NoHost::Malformed),
        ("[::1]x", NoHost::Malformed),
        ("[v1.fe80]", NoHost::Malformed),
        ("[fe80::1%eth0]", NoHost::Zone),
        ("fe80::1%25eth0", NoHost::Zone),
        ("xn--", NoHost::Malformed),
        ("xn--a.example", NoHost::Malformed),
        ("xn--zzzzzzzzzzz\u{ff}.com", NoHost::Malformed),
        ("a\u{202e}b.com", NoHost::Malformed),
    ] {
        assert_eq!(Host::parse(text), Err(why), "{text:?}");
    }
}

#[test]
fn what_is_shown_is_short_and_plain() {
    assert_eq!(shown("a\x1b[2Jb"), "a\\u{1b}[2Jb");
    let long = shown(&"ä".repeat(1000));
    assert!(long.ends_with('…') && long.chars().count() == 81, "{long}");
}

/// Texts that are more often than not something: parts of hosts, and what is put between them.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zA-Z0-9_-]{1,8}",
        2 => prop::sample::select(vec![
            "com", "example", "xn--bcher-kva", "xn--", "0x7f", "0177", "255", "1", "bücher", "１２７", "ß", "%61",
            "%2e", "\u{ad}", "localhost", "::1", "ffff", "%", "@", "*",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let between = prop::sample::select(vec![".", ".", ".", "。", "", ":", "%2E", "[", "]"]);
    prop::collection::vec((part, between), 1..6)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, between)| [part, between.to_owned()]).collect())
}

proptest! {
    #[test]
    fn the_form_of_a_form_is_itself(text in texts()) {
        if let Ok(host) = Host::parse(&text) {
            let form = host.to_string();
            prop_assert_eq!(Host::parse(&form), Ok(host.clone()));
            prop_assert!(form.is_ascii() && !form.ends_with('.') && form.len() <= LONGEST_NAME);
            prop_assert_eq!(form.to_ascii_lowercase(), form);
        }
    }

    #[test]
    fn anything_at_all_is_a_host_or_refused(text in any::<String>()) {
        if let Ok(host) = Host::parse(&text) {
            prop_assert_eq!(Host::parse(&host.to_string()), Ok(host));
        }
    }

    #[test]
    fn all_spellings_of_an_address_are_one(number in any::<u32>()) {
        let address = Ipv4Addr::from(number);
        let [a, b, c, d] = address.octets();
        let rest = number & 0xff_ffff;
        for text in [
            format!("{number}"),
            format!("{number:#x}"),
            format!("0{number:o}"),
            format!("{a}.{rest}"),
            format!("{a}.{b}.{}", number & 0xffff),
            format!("{a:#x}.0{b:o}.{c}.{d:#X}"),
            format!("{a}.{b}.{c}.{d}."),
            format!("%{:x}{}", a.to_string().as_bytes()[0], &format!("{a}.{b}.{c}.{d}")[1..]),
            format!("::ffff:{a}.{b}.{c}.{d}"),
            format!("[::FFFF:{:x}:{:x}]", number >> 16, number & 0xffff),
            format!("0:0:0:0:0:ffff:{a}.{b}.{c}.{d}"),
        ] {
            prop_assert_eq!(Host::parse(&text), Ok(Host::Address(address.into())), "{}", text);
        }
    }
}
