//! What a guest did not get from the network.

use super::Denied;

/// Something that was refused to a guest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What, and what would allow it.
    pub denied: Denied,
    /// How often.
    pub count: u64,
}

/// Requests that got no answer though nothing was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// Whom they were for, and why there was no answer.
    pub what: String,
    /// How many.
    pub count: u64,
}
