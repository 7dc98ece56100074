//! The trees of a table, by the hosts that they are for.

use std::collections::HashMap;

use dayfly_spec::model::HostPattern;

use super::tree::Node;

/// A tree of patterns for each host, or all below one, that some route names, and one for all hosts.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    exact: HashMap<Box<str>, Node>,
    /// By the name that they are below.
    below: HashMap<Box<str>, Node>,
    any: Node,
}

impl Hosts {
    /// The tree for some hosts, to which a route may be added.
    pub(super) fn place(&mut self, host: Option<&HostPattern>) -> &mut Node {
        match host {
            Some(HostPattern::Exact(name)) => self.exact.entry(name.as_str().into()).or_default(),
            Some(HostPattern::Below(name)) => self.below.entry(name.as_str().into()).or_default(),
            None => &mut self.any,
        }
    }

    /// Offers the trees with routes that a host may take, the most specific one first, until something is found in one.
    /// The host may have a port.
    pub(super) fn find<T>(&self, host: Option<&str>, mut find: impl FnMut(&Node) -> Option<T>) -> Option<T> {
        // Most tables name no host.
        let host = host.filter(|_| !self.exact.is_empty() || !self.below.is_empty()).map(name);
        let host = host.as_deref().unwrap_or_default();
        let exact = self.exact.get(host).and_then(&mut find);
        if exact.is_some() {
            return exact;
        }
        // From left to right, so that longer names come first. Nothing before the first dot is no host below another.
        let dots = host.match_indices('.').filter(|(dot, _)| *dot > 0);
        let below = dots.filter_map(|(dot, _)| self.below.get(&host[dot + 1..])).find_map(&mut find);
        below.or_else(|| find(&self.any))
    }
}

/// The name in a host, in small letters, without a port or a dot at its end.
fn name(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        // What has no bracket after its last colon has a port there.
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}
