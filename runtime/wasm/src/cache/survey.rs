//! What the cache's folder holds.

use std::collections::HashSet;
use std::io;
use std::time::SystemTime;

use super::doubt::Doubt;
use super::lock::{self, Lock};
use super::look::Found;
use super::name::{self, Kind};
use super::open::Open;
use super::seal::Seal;

/// What the folder holds, as far as it shows without reading code.
#[derive(Default)]
pub(super) struct Survey {
    /// Entries with a seal of this cache and a file of the right size.
    pub(super) entries: Vec<Item>,
    /// Names of entries that are not to be used, and why.
    pub(super) refused: Vec<(String, String)>,
    /// Files that belong to no entry and that nobody writes any more.
    pub(super) leftovers: Vec<Leftover>,
}

/// An entry.
pub(super) struct Item {
    pub(super) entry: String,
    pub(super) seal: Seal,
    /// Code and seal together.
    pub(super) bytes: u64,
    pub(super) used: SystemTime,
}

/// A file of no entry.
pub(super) struct Leftover {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// Whether it is code. Otherwise it is something that a killed writer was about to name.
    pub(super) is_code: bool,
}

impl Survey {
    /// Looks at everything. While the lock is held, code without a seal is either being written or left over.
    pub(super) fn of(open: &Open, _: &Lock) -> io::Result<Survey> {
        let names = open.folder.names()?;
        let mut survey = Survey::of_seals(open, &names);
        let sealed: HashSet<_> =
            survey.entries.iter().map(|item| name::code(&item.entry, &item.seal.nonce)).collect();
        for name in names {
            let is_code = matches!(name::kind(&name), Kind::Code { .. });
            if (is_code && !sealed.contains(&name)) || name::kind(&name) == Kind::Temporary {
                survey.leftovers.extend(leftover(open, name, is_code));
            }
        }
        Ok(survey)
    }

    /// Looks at the entries.
    pub(super) fn of_entries(open: &Open) -> io::Result<Survey> {
        Ok(Survey::of_seals(open, &open.folder.names()?))
    }

    fn of_seals(open: &Open, names: &[String]) -> Survey {
        let mut survey = Survey::default();
        for name in names {
            let Kind::Seal { entry } = name::kind(name) else { continue };
            match Found::look_up(open, entry) {
                Ok(Some(found)) => survey.entries.push(Item {
                    entry: entry.to_owned(),
                    bytes: found.identity.size + found.seal_file.bytes.len() as u64,
                    used: found.seal_file.used,
                    seal: found.seal,
                }),
                Ok(None) => {}
                Err(Doubt::Refused(why)) => survey.refused.push((entry.to_owned(), why)),
                Err(doubt) => {
                    tracing::warn!(entry, why = %doubt, "an entry of the code cache is passed over")
                }
            }
        }
        survey
    }

    /// What all entries take, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.entries.iter().map(|item| item.bytes).sum()
    }
}

/// A file of no entry, unless somebody writes it at this time.
pub(super) fn leftover(open: &Open, name: String, is_code: bool) -> Option<Leftover> {
    let bytes = match open.folder.open_file(&name) {
        Ok(Some((file, metadata))) if lock::is_left_over(&file) => metadata.len(),
        Err(Doubt::Refused(_)) => 0,
        _ => return None,
    };
    Some(Leftover { name, bytes, is_code })
}
