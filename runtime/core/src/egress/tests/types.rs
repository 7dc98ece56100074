//! The types, what the host says, and what of the job counts then.

use super::*;

#[test]
fn nothing_is_open_where_nothing_is_asked_for() {
    for network in ["", "{Type: none}", "{Type: default}", "{Type: None, AllowLoopback: false}"] {
        let egress = egress(network);
        assert!(!egress.is_open(), "{network}");
        assert_eq!(egress.kind(), NetworkKind::None);
        assert!(!goes(&egress, "example.com", 443));
        assert_eq!(egress.destination("example.com", 443).unwrap_err(), egress.closed());
        assert_eq!(egress.lookup("example.com").unwrap_err(), egress.closed());
    }
}

#[test]
fn types_open_what_they_say() {
    let http = egress("{Type: http, Domains: [example.com]}");
    assert!(http.is_open() && goes(&http, "example.com", 80) && !goes(&http, "example.org", 80));
    for kind in ["full", "Host", "BRIDGE"] {
        let full = egress(&format!("{{Type: {kind}}}"));
        assert!(full.is_open() && goes(&full, "example.com", 80) && goes(&full, "8.8.8.8", 53), "{kind}");
    }
    let empty = egress("{Type: http}");
    assert!(empty.is_open() && !goes(&empty, "example.com", 80), "it is there, and refuses");
}

#[test]
fn the_host_says_more_than_the_job() {
    let said = |network, kind| with(network, HostPolicy::default().network(kind));
    assert!(goes(&said("", NetworkKind::Full), "example.com", 443));
    assert!(goes(&said("{Type: none}", NetworkKind::Full), "example.com", 443));
    assert!(!said("{Type: full, AllowLoopback: true}", NetworkKind::None).is_open());
    let http = said("{Type: full}", NetworkKind::Http);
    assert!(http.is_open() && !goes(&http, "example.com", 443));
    assert!(goes(&said("{Type: http, Domains: [example.com]}", NetworkKind::Http), "example.com", 443));
    // What may not be said to be the default is none.
    assert!(!said("", NetworkKind::Default).is_open());
}

#[test]
fn jobs_that_do_not_say_get_the_default_of_the_host() {
    let default = |network| with(network, HostPolicy::default().default_network(NetworkKind::Full));
    assert!(default("").is_open());
    assert!(default("{Type: default}").is_open());
    assert!(!default("{Type: none}").is_open());
    assert!(!goes(&default("{Type: http, Domains: [example.com]}"), "example.org", 443));
    let none = HostPolicy::default().default_network(NetworkKind::Default);
    assert!(!with("", none).is_open());
}

#[test]
fn hosts_are_added() {
    for network in ["", "{Type: none}", "{Type: default}", "{Type: http}"] {
        let egress = with(network, allowing(&["a.example.com", "10.0.0.5:8080"]));
        assert_eq!(egress.kind(), NetworkKind::Http, "{network}");
        assert!(goes(&egress, "a.example.com", 443) && goes(&egress, "10.0.0.5", 8080));
        assert!(!goes(&egress, "b.example.com", 443) && !goes(&egress, "10.0.0.5", 80));
    }
    let both = with("{Type: http, Domains: [b.example.com]}", allowing(&["a.example.com"]));
    assert!(goes(&both, "a.example.com", 1) && goes(&both, "b.example.com", 1));
    let full = with("{Type: full}", allowing(&["10.0.0.5"]));
    assert!(goes(&full, "example.com", 1) && goes(&full, "10.0.0.5", 1) && !goes(&full, "10.0.0.6", 1));
}

#[test]
fn a_closed_network_with_hosts_has_those_alone() {
    let job = "{Type: http, Domains: [b.example.com], AllowLoopback: true, DNS: [9.9.9.9], Routes: [{Match: c.example, \
               Target: d.example}]}";
    let egress = with(job, allowing(&["a.example.com"]).network(NetworkKind::None));
    assert!(goes(&egress, "a.example.com", 443));
    for host in ["b.example.com", "localhost", "127.0.0.1", "c.example", "d.example"] {
        assert!(!goes(&egress, host, 443), "{host}");
    }
    assert!(egress.resolvers().is_empty());
    assert!(!with(job, closed()).is_open());
}

#[test]
fn loopback_alone_may_be_open() {
    for network in ["{Type: none, AllowLoopback: true}", "{AllowLoopback: true}"] {
        let egress = egress(network);
        assert!(egress.is_open() && egress.kind() == NetworkKind::None);
        assert!(goes(&egress, "localhost", 8080) && goes(&egress, "[::1]", 8080), "{network}");
        assert!(!goes(&egress, "example.com", 443) && !goes(&egress, "10.0.0.1", 80));
    }
}

#[test]
fn what_names_no_host_is_refused_before_anything_runs() {
    // Reading looks at each part of a name, and not at its length.
    let long = format!("{}example", "a.".repeat(124));
    let error = try_with(&format!("{{Type: http, Domains: [a.b.com, {long}]}}"), HostPolicy::default());
    let failure = error.unwrap_err().failure();
    assert_eq!(failure.exit_code, 65);
    let words = "` in `Tasks[0].Network.Domains[1]` names no host: ";
    assert!(failure.reason.starts_with("job.yaml:4:46: `a.a.a"), "{}", failure.reason);
    assert!(failure.reason.contains(words), "{}", failure.reason);
    let located = |text: &str| {
        dayfly_spec::model::Located::new(text.to_owned(), dayfly_spec::model::Origin::unwritten("domains"))
    };
    let route = |name: &str, target: &str| {
        let route = dayfly_spec::model::Route { name: located(name), target: located(target) };
        of_model(|network| network.routes = vec![route]).unwrap_err().to_string()
    };
    assert!(route("a.*.b", "c.d").contains("`a.*.b` in `domains` names no host: a star"));
    assert!(route("a.b", "*.c.d").contains("`*.c.d` in `domains` names no host: it is neither"));
    assert!(route("a.b", "10.0.0.0/8").contains("names no host"));
    let error = of_model(|network| network.domains = vec![located("a.b"), located("user@a.b")]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "`user@a.b` in `domains` names no host: a user is no part of a host"
    );
}
