//! What a guest made use of, for who wants to grant it that and no more.

use std::collections::{BTreeMap, BTreeSet};

/// What a guest made use of.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Observed {
    /// Places of its files, by their absolute paths in the guest.
    pub places: BTreeMap<String, PlaceUse>,
    /// There were more places than are told apart: these are not all.
    pub incomplete: bool,
    /// It asked for its environment. That is given as a whole: which variables it wanted is not known.
    pub environment: bool,
    /// Hosts that it went to, in their one form, and ports; with them the addresses behind their names that have to be
    /// granted by themselves.
    pub destinations: BTreeSet<(String, u16)>,
}

/// How a place was made use of, besides having been read or looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PlaceUse {
    /// All that lies in it matters: it was listed, or a link in it was followed.
    pub listed: bool,
    /// It was opened to be written.
    pub written: bool,
    /// Names in it were made or removed.
    pub rearranged: bool,
}

impl PlaceUse {
    /// The guest has to be allowed to change it.
    pub(crate) fn changes(self) -> bool {
        self.written || self.rearranged
    }
}

impl Observed {
    /// What this one and another guest made use of.
    pub(crate) fn merge(&mut self, other: &Observed) {
        for (path, used) in &other.places {
            let place = self.places.entry(path.clone()).or_default();
            place.listed |= used.listed;
            place.written |= used.written;
            place.rearranged |= used.rearranged;
        }
        self.incomplete |= other.incomplete;
        self.environment |= other.environment;
        self.destinations.extend(other.destinations.iter().cloned());
    }
}
