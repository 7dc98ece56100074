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

/// How a place was made use of.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Use {
    /// All that lies in it matters: it was listed, or names in it were made, removed or followed.
    pub whole: bool,
    /// It was changed, or something was that lies directly in it.
    pub changed: bool,
}

impl Use {
    /// A file that was read, or anything that was looked at.
    pub(super) const LOOKED_AT: Use = Use { whole: false, changed: false };
    /// A folder that was listed.
    pub(super) const LISTED: Use = Use { whole: true, changed: false };
    /// A file that was opened to be written.
    pub(super) const WRITTEN: Use = Use { whole: false, changed: true };
    /// A folder in which a name was made or removed.
    pub(super) const REARRANGED: Use = Use { whole: true, changed: true };
}

impl Touched {
    /// Notes that a place was made use of.
    pub(super) fn add(&mut self, path: &DisplayPath, used: Use) {
        let (path, used) = match path.whole() {
            Some("") => ("/", used),
            Some(path) => (path, used),
            // Too long to be told: what it lies in is, and is taken whole.
            None => (beginning(path.as_str()), Use { whole: true, ..used }),
        };
        if let Some(before) = self.places.get_mut(path) {
            *before = Use { whole: before.whole || used.whole, changed: before.changed || used.changed };
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
        assert_eq!(touched.places["/data"], Use::REARRANGED);
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
