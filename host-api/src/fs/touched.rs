//! What a guest makes use of, for who wants to grant it that and no more.

use std::collections::BTreeMap;

use super::display::DisplayPath;

/// The most places that are told apart.
const MOST: usize = 4096;

/// What a guest made use of so far.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Touched {
    /// Each place by its absolute path in the guest's files.
    pub places: BTreeMap<String, Use>,
    /// There were more than are told apart: these are not all.
    pub incomplete: bool,
}

/// How a place was made use of, besides having been read or looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Use {
    /// All that lies in it matters: it was listed, or a link in it was followed.
    pub listed: bool,
    /// It was opened to be written.
    pub written: bool,
    /// Names in it were made or removed.
    pub rearranged: bool,
}

impl Use {
    /// It was read, or looked at.
    pub(super) const LOOKED_AT: Use = Use { listed: false, written: false, rearranged: false };
    pub(super) const LISTED: Use = Use { listed: true, ..Use::LOOKED_AT };
    pub(super) const WRITTEN: Use = Use { written: true, ..Use::LOOKED_AT };
    pub(super) const REARRANGED: Use = Use { rearranged: true, ..Use::LOOKED_AT };

    fn add(&mut self, other: Use) {
        self.listed |= other.listed;
        self.written |= other.written;
        self.rearranged |= other.rearranged;
    }
}

impl Touched {
    /// Notes that a place was made use of.
    pub(super) fn add(&mut self, path: &DisplayPath, used: Use) {
        let (path, used) = match path.whole() {
            Some("") => ("/", used),
            Some(path) => (path, used),
            // Too long to be told: what it lies in is, and is taken whole.
            None => (
                beginning(path.as_str()),
                Use { listed: true, rearranged: used.written || used.rearranged, ..used },
            ),
        };
        if let Some(before) = self.places.get_mut(path) {
            before.add(used);
        } else if self.places.len() < MOST {
            self.places.insert(path.to_owned(), used);
        } else {
            self.incomplete = true;
        }
    }
}

/// The folders that a path which was cut is known to lie in.
fn beginning(cut: &str) -> &str {
    match cut.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_once_with_all_its_uses_and_there_are_not_too_many() {
        let mut touched = Touched::default();
        let data = DisplayPath::root().join("data");
        touched.add(&data, Use::LISTED);
        touched.add(&data, Use::WRITTEN);
        assert_eq!(touched.places["/data"], Use { written: true, ..Use::LISTED });
        touched.add(&DisplayPath::root(), Use::LOOKED_AT);
        assert_eq!(touched.places["/"], Use::LOOKED_AT);
        let deep = data.join(&"x".repeat(200)).join(&"y".repeat(200));
        touched.add(&deep, Use::LOOKED_AT);
        assert_eq!(touched.places[&format!("/data/{}", "x".repeat(200))], Use::LISTED);
        assert!(!touched.incomplete);
        for number in 0..2 * MOST {
            touched.add(&data.join(&number.to_string()), Use::LOOKED_AT);
        }
        assert!(touched.incomplete && touched.places.len() == MOST);
    }
}
