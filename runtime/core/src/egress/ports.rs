//! Which ports may be reached.

use std::collections::BTreeSet;
use std::fmt;

/// Which ports may be reached.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Ports {
    /// All of them.
    All,
    /// These.
    Only(BTreeSet<u16>),
}

impl Ports {
    /// No port at all.
    pub(crate) const NONE: Ports = Ports::Only(BTreeSet::new());

    pub(crate) fn allow(&self, port: u16) -> bool {
        match self {
            Ports::All => true,
            Ports::Only(ports) => ports.contains(&port),
        }
    }

    /// Whether nothing at all may be reached.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Ports::Only(ports) if ports.is_empty())
    }

    /// Adds those that others may be.
    pub(crate) fn add(&mut self, others: &Ports) {
        match (&mut *self, others) {
            (Ports::All, _) => {}
            (_, Ports::All) => *self = Ports::All,
            (Ports::Only(own), Ports::Only(others)) => own.extend(others),
        }
    }
}

/// `80`, `80 and 443`, `80, 443 and 8080`
impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ports::Only(ports) = self else { return f.write_str("all") };
        for (index, port) in ports.iter().enumerate() {
            let before = match ports.len() - index {
                _ if index == 0 => "",
                1 => " and ",
                _ => ", ",
            };
            write!(f, "{before}{port}")?;
        }
        Ok(())
    }
}
