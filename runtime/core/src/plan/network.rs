//! What a guest would reach of the network.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::LimitOrigin;

/// What a guest would reach of the network, who says so, and what it would not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NetworkPlan {
    /// How much is open, in the word of job files: `none`, `http`, `bridge`, `full`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who says so.
    pub origin: LimitOrigin,
    /// What would change it.
    pub change: String,
    /// What is named: all that may be reached with `http`, and with `full` the addresses that are not public.
    pub hosts: Vec<HostPlan>,
    /// The ports that may be reached where a host has none of its own; all where empty.
    pub ports: Vec<u16>,
    /// Whether names are asked for addresses of version 6.
    pub ipv6: bool,
    /// The resolvers of the job's choice; the machine's own where empty.
    pub resolvers: Vec<IpAddr>,
    /// Hosts that lead elsewhere.
    pub routes: Vec<RoutePlan>,
    /// What is refused, in words.
    pub refused: Vec<String>,
}

/// A host that may be reached, or many.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HostPlan {
    /// A name, `*.` or `.` and a name, an address, an address range, or `localhost`.
    pub host: String,
    /// The ports; all where empty.
    pub ports: Vec<u16>,
    /// Who says so.
    pub origin: LimitOrigin,
    /// What would change it.
    pub change: String,
}

/// A host that leads elsewhere.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RoutePlan {
    /// The host that the guest asks for.
    pub host: String,
    /// Where it leads.
    pub target: String,
    /// What in the job says so.
    pub change: String,
}
