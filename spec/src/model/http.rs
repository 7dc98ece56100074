//! A function: a task that answers requests.

use std::fmt;

use super::{Located, RoutePattern};

/// Which requests a task answers, and how. A task that has this is a function: a module that is kept ready, and of
/// which each request has an instance of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HttpFunction {
    /// The paths that it answers; never empty. Every path where the job names none.
    pub routes: Vec<Located<RoutePattern>>,
    /// The methods that it answers, in capitals; every method where empty. What answers `GET` answers `HEAD` too, unless
    /// another function names it.
    pub methods: Vec<Located<String>>,
    /// The hosts that it answers for; every host where empty.
    pub hosts: Vec<Located<HostPattern>>,
    /// The most requests that it answers at a time.
    pub concurrency: Option<Located<u32>>,
    /// How many requests one instance answers: above 1 they are not isolated from one another.
    pub reuse: Option<Located<u32>>,
}

impl HttpFunction {
    /// Whether it answers a method, which is in capitals.
    pub fn answers_method(&self, method: &str) -> bool {
        let is = |known: &str| known == method || (known == "GET" && method == "HEAD");
        self.methods.is_empty() || self.methods.iter().any(|known| is(&known.value))
    }

    /// Whether it answers for a host, which has no port.
    pub fn answers_host(&self, host: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|known| known.value.matches(host))
    }
}

/// Hosts that a function answers for. Names are in lower case and ASCII, without a dot at their end; addresses of
/// version 6 stand in brackets.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum HostPattern {
    /// This host.
    Exact(String),
    /// All hosts below this one, at any depth, and not itself: `*.example.com`.
    Below(String),
}

impl HostPattern {
    /// Whether a host, which has no port, is one of these. Upper and lower case are the same, and a dot at its end
    /// says nothing.
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        match self {
            HostPattern::Exact(name) => host.eq_ignore_ascii_case(name),
            HostPattern::Below(name) => {
                let (host, name) = (host.as_bytes(), name.as_bytes());
                let Some((before, end)) = host.len().checked_sub(name.len()).map(|at| host.split_at(at))
                else {
                    return false;
                };
                end.eq_ignore_ascii_case(name) && before.len() > 1 && before.ends_with(b".")
            }
        }
    }

    /// Which of two patterns is the more specific one, as a number that is greater for it: one host before all below
    /// another, and of these the longer name.
    pub fn specificity(&self) -> usize {
        match self {
            HostPattern::Exact(_) => usize::MAX,
            HostPattern::Below(name) => name.len(),
        }
    }
}

impl fmt::Display for HostPattern {
    /// As it is written in a job file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostPattern::Exact(name) => f.write_str(name),
            HostPattern::Below(name) => write!(f, "*.{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_below_one_are_at_any_depth_and_not_itself() {
        let below = HostPattern::Below("example.com".to_owned());
        for (host, found) in [
            ("a.example.com", true),
            ("A.b.EXAMPLE.com.", true),
            ("example.com", false),
            (".example.com", false),
            ("badexample.com", false),
            ("com", false),
            ("é.example.com", true),
        ] {
            assert_eq!(below.matches(host), found, "{host}");
        }
        let exact = HostPattern::Exact("example.com".to_owned());
        assert!(exact.matches("Example.COM.") && !exact.matches("a.example.com"));
        assert!(exact.specificity() > below.specificity());
    }
}
