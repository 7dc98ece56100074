//! Ways around a list of hosts that others fell for.

use super::*;

/// One allowed name, all public addresses, and this machine behind a wall.
#[test]
fn no_spelling_gets_around_the_list() {
    let http = egress("{Type: http, Domains: [example.com, '*.example.com'], EnableIPv6: true}");
    let full = egress("{Type: full, EnableIPv6: true}");
    for host in [
        "127.1",
        "0x7f.1",
        "0177.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "127.0.1",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1%25eth0]",
        "[fe80::1]",
        "１２７.０.０.１",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "%31%32%37%2e%30%2e%30%2e%31",
        "localhost.",
        "LOCALHOST",
        "ｌｏｃａｌｈｏｓｔ",
        "foo.localhost",
        "lo%63alhost",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "example.com@127.0.0.1",
        "example.com@evil",
        "example.com%40127.0.0.1",
        "127.0.0.1#.example.com",
        "127.0.0.1%23.example.com",
        "127.0.0.1\\.example.com",
        "127.0.0.1/.example.com",
        "127.0.0.1?.example.com",
        "127.0.0.1:80@example.com",
        "127.0.0.1\0.example.com",
        "127.0.0.1 .example.com",
        "127.0.0.1\t.example.com",
        "127.0.0.1\r\n.example.com",
        "[::1].example.com",
        "xn--.example.com",
        "xn--a.example.com",
        ".example.com",
        "a..example.com",
        "example.com..",
        "",
        ".",
    ] {
        assert!(!goes(&http, host, 80), "{host:?}");
        assert!(!goes(&full, host, 80), "{host:?}");
    }
}

/// What looks like the allowed name, and is another one.
#[test]
fn no_name_that_looks_alike_is_listed() {
    let http = egress("{Type: http, Domains: [example.com, .example.com]}");
    for host in [
        "example.com.evil.org",
        "evilexample.com",
        "example-com.evil.org",
        "example.co",
        "example.comm",
        "exаmple.com", // with the Cyrillic letter
        "xn--exmple-4nf.com",
        "еxample.com",
        "examp1e.com",
        "example.com\u{3002}evil.org",
        "evil.org%2eexample.com.evil.org",
    ] {
        assert!(!goes(&http, host, 80), "{host:?}");
    }
    // These are the name itself, as every browser reads them.
    for host in ["EXAMPLE.COM", "example.com.", "example\u{3002}com", "ｅxample.com", "ex\u{200b}ample.com"]
    {
        assert!(goes(&http, host, 80), "{host:?}");
    }
}

/// A resolver that answers with what is this side of the wall: each answer is decided, the second one too.
#[test]
fn rebinding_leads_nowhere() {
    let egress = egress("{Type: http, Domains: [rebind.example], EnableIPv6: true}");
    let destination = egress.destination("rebind.example", 80).unwrap();
    let answer = |address: &str| egress.address(&destination, address.parse().unwrap()).is_ok();
    assert!(answer("93.184.216.34"));
    for address in ["127.0.0.1", "::1", "10.0.0.1", "::ffff:169.254.169.254", "0.0.0.0", "fd00:ec2::254"] {
        assert!(!answer(address), "{address}");
    }
}
