//! Something that a guest may not reach.

use super::host::{NoHost, shown};
use crate::Refusal;

/// Something that a guest may not reach.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Denied {
    /// What the guest tried, and why it may not.
    pub what: String,
    /// What would allow it; none for what nothing allows.
    pub remedy: Option<String>,
}

impl Denied {
    pub(super) fn new(what: String, remedy: impl Into<String>) -> Denied {
        Denied { what, remedy: Some(remedy.into()) }
    }

    /// A port that no service has.
    pub(super) fn no_port(host: &str) -> Denied {
        Denied { what: format!("the guest asked for port 0 of `{host}`, which is none"), remedy: None }
    }

    /// A text that names no host.
    pub(super) fn bad_host(text: &str, error: NoHost) -> Denied {
        let what = format!("the guest asked for the host `{}`, which is none: {error}", shown(text));
        Denied { what, remedy: None }
    }
}

impl From<Denied> for Refusal {
    fn from(Denied { what, remedy }: Denied) -> Refusal {
        Refusal { what, remedy, count: 1 }
    }
}
