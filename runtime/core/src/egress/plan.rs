//! The policy in the words of a plan.

use dayfly_spec::model::Origin;

use super::ports::Ports;
use super::{Egress, Reach, Rule};
use crate::plan::{HostPlan, LimitOrigin, NetworkPlan, RoutePlan};

/// Who says something, and what would change it.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) by: LimitOrigin,
    pub(super) change: String,
}

impl Said {
    pub(super) fn by_job(origin: &Origin) -> Said {
        let by = if origin.span.is_some() { LimitOrigin::Job } else { LimitOrigin::Flag };
        Said { by, change: origin.change.to_string() }
    }

    pub(super) fn by_flag(change: impl Into<String>) -> Said {
        Said { by: LimitOrigin::Flag, change: change.into() }
    }

    pub(super) fn by_nobody() -> Said {
        let change = "`Network.Type`, --network or --allow-host".to_owned();
        Said { by: LimitOrigin::Default, change }
    }
}

impl Egress {
    /// What a plan says of it.
    pub(crate) fn plan(&self) -> NetworkPlan {
        NetworkPlan {
            kind: self.kind.name().to_owned(),
            origin: self.said.by,
            change: self.said.change.clone(),
            hosts: self.rules.iter().map(host).collect(),
            ports: list(&self.ports),
            ipv6: self.ipv6(),
            resolvers: self.resolvers.clone(),
            routes: self
                .routes
                .iter()
                .map(|route| RoutePlan {
                    host: route.pattern.to_string(),
                    target: route.target.to_string(),
                    change: route.change.clone(),
                })
                .collect(),
            refused: self.refused().into_iter().map(str::to_owned).collect(),
        }
    }

    fn refused(&self) -> Vec<&'static str> {
        if self.reach == Reach::Nothing {
            return vec!["everything"];
        }
        let mut refused = Vec::new();
        if self.reach == Reach::Listed {
            refused.push("every other host");
        }
        refused.push("private, loopback, metadata and other special addresses that nothing names");
        if !self.ipv6() {
            refused.push("addresses of version 6 that nothing names");
        }
        refused
    }
}

fn host(rule: &Rule) -> HostPlan {
    HostPlan {
        host: rule.pattern.to_string(),
        ports: list(&rule.ports),
        origin: rule.said.by,
        change: rule.said.change.clone(),
    }
}

fn list(ports: &Ports) -> Vec<u16> {
    match ports {
        Ports::All => Vec::new(),
        Ports::Only(ports) => ports.iter().copied().collect(),
    }
}
