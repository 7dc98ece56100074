//! What patterns mean, case by case and against a model.

use proptest::prelude::*;

use super::*;

fn covers(pattern: &str, host: &str) -> bool {
    Pattern::parse(pattern).unwrap().covers(&Host::parse(host).unwrap())
}

#[test]
fn names_are_covered_as_they_are_written() {
    for (pattern, host, expected) in [
        ("example.com", "example.com", true),
        ("example.com", "EXAMPLE.com.", true),
        ("Example.COM.", "example.com", true),
        ("example.com", "api.example.com", false),
        ("example.com", "notexample.com", false),
        ("example.com", "example.com.evil.org", false),
        ("*.example.com", "api.example.com", true),
        ("*.example.com", "a.b.example.com", true),
        ("*.example.com", "example.com", false),
        ("*.example.com", "notexample.com", false),
        (".example.com", "example.com", true),
        (".example.com", "api.example.com", true),
        (".example.com", "notexample.com", false),
        (".example.com", "example.com.evil.org", false),
        ("bücher.example", "xn--bcher-kva.example", true),
        ("*.xn--bcher-kva.example", "a.BÜCHER.example", true),
        ("example.com", "xn--example-.com", false),
        ("*.com", "example.com", true),
        ("*.local", "localhost", false),
        ("example.com", "93.184.216.34", false),
        (" example.com ", "example.com", true),
        ("intranet", "intranet", true),
    ] {
        let Ok(asked) = Host::parse(host) else {
            assert!(!expected, "{host}");
            continue;
        };
        assert_eq!(Pattern::parse(pattern).unwrap().covers(&asked), expected, "{pattern} {host}");
    }
}

#[test]
fn addresses_are_covered_however_they_are_written() {
    for (pattern, host, expected) in [
        ("8.8.8.8", "8.8.8.8", true),
        ("8.8.8.8", "134744072", true),
        ("8.8.8.8", "::ffff:8.8.8.8", true),
        ("8.8.8.8", "8.8.4.4", false),
        ("::ffff:8.8.8.8", "8.8.8.8", true),
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "0xa.1", true),
        ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.2.3/8", "10.9.9.9", true),
        ("::ffff:10.0.0.0/104", "10.9.9.9", true),
        ("::ffff:10.0.0.0/104", "11.0.0.0", false),
        ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false),
        ("::/0", "::1", true),
        ("::/0", "::ffff:1.2.3.4", false),
        ("2001:db8::/32", "2001:DB8:0::1", true),
        ("fd00::1", "[fd00:0::1]", true),
        ("localhost", "localhost", true),
        ("localhost", "a.localhost", true),
        ("localhost", "127.0.0.53", true),
        ("localhost", "[::1]", true),
        ("localhost", "::ffff:127.0.0.1", true),
        ("localhost", "128.0.0.1", false),
        ("a.localhost", "localhost", true),
        ("*.localhost", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "localhost", false),
        ("127.0.0.1", "127.0.0.2", false),
    ] {
        assert_eq!(covers(pattern, host), expected, "{pattern} {host}");
    }
}

#[test]
fn what_stands_for_no_hosts_is_refused() {
    for (text, expected) in [
        ("", NoPattern::Host(NoHost::Empty)),
        ("*", NoPattern::Star),
        ("*.", NoPattern::Host(NoHost::Empty)),
        (".", NoPattern::Host(NoHost::Empty)),
        ("*.*.com", NoPattern::Star),
        ("api.*.com", NoPattern::Star),
        ("*example.com", NoPattern::Star),
        ("..example.com", NoPattern::Host(NoHost::Label)),
        ("*.10.0.0.1", NoPattern::BelowAddress),
        (".10.0.0.1", NoPattern::BelowAddress),
        ("10.0.0.0/33", NoPattern::Range),
        ("10.0.0.0/+8", NoPattern::Range),
        ("10.0.0.0/", NoPattern::Range),
        ("::/129", NoPattern::Range),
        ("0x0a.0.0.0/8", NoPattern::Range),
        ("example.com/x", NoPattern::Range),
        ("http://example.com", NoPattern::Range),
        ("example.com@evil", NoPattern::Host(NoHost::User)),
        ("fe80::1%eth0", NoPattern::Host(NoHost::Zone)),
    ] {
        assert_eq!(Pattern::parse(text), Err(expected), "{text}");
    }
}

/// Names from few parts, so that many are equal, or below one another, or only look so.
fn names() -> impl Strategy<Value = String> {
    let label = prop::sample::select(vec!["a", "b", "ab", "xa", "com"]);
    prop::collection::vec(label, 1..5).prop_map(|labels| labels.join("."))
}

/// What a pattern means, said again with lists of labels.
fn plainly_covers(pattern: &str, name: &str) -> bool {
    let labels = |text: &str| text.split('.').rev().map(str::to_owned).collect::<Vec<_>>();
    let (dot, star) = (pattern.strip_prefix('.'), pattern.strip_prefix("*."));
    let (own, name) = (labels(star.or(dot).unwrap_or(pattern)), labels(name));
    let same_end = name.len() >= own.len() && own.iter().zip(&name).all(|(own, name)| own == name);
    let deeper = name.len() - own.len().min(name.len());
    match (dot, star) {
        (None, None) => same_end && deeper == 0,
        (Some(_), _) => same_end,
        _ => same_end && deeper > 0,
    }
}

proptest! {
    #[test]
    fn names_are_covered_as_the_model_says(
        before in prop::sample::select(vec!["", ".", "*."]), pattern in names(), name in names(),
    ) {
        let pattern = format!("{before}{pattern}");
        prop_assert_eq!(covers(&pattern, &name), plainly_covers(&pattern, &name), "{} {}", pattern, name);
        // No way to write the name changes that.
        for written in [name.to_uppercase(), format!("{name}."), name.replace('.', "%2E"), name.replace('a', "ａ")] {
            prop_assert_eq!(covers(&pattern, &written), plainly_covers(&pattern, &name), "{}", written);
        }
    }

    #[test]
    fn ranges_cover_what_begins_with_the_same_bits(
        own in any::<u32>(), length in 0_u8..=32, near in any::<bool>(), other in any::<u32>(),
    ) {
        // One that differs from the range's own in what comes late.
        let other = if near { own ^ (other >> length.saturating_sub(1).min(31)) } else { other };
        let expected = (0..length).all(|bit| (own ^ other) >> (31 - bit) & 1 == 0);
        let pattern = format!("{}/{length}", Ipv4Addr::from(own));
        prop_assert_eq!(covers(&pattern, &Ipv4Addr::from(other).to_string()), expected);
        prop_assert_eq!(covers(&pattern, &other.to_string()), expected);
        let mapped = format!("::ffff:{}/{}", Ipv4Addr::from(own), length + 96);
        prop_assert_eq!(covers(&mapped, &Ipv4Addr::from(other).to_string()), expected);
    }

    #[test]
    fn a_pattern_as_it_is_shown_is_itself(text in "(\\*\\.|\\.)?([a-z0-9]{1,3}\\.){0,3}[a-z]{2,3}(/[0-9]{1,2})?") {
        if let Ok(pattern) = Pattern::parse(&text) {
            prop_assert_eq!(Pattern::parse(&pattern.to_string()), Ok(pattern));
        }
    }
}
