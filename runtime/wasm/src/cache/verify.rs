//! A full check of all entries.

use std::io;

use dayfly_core::Digest;

use super::code;
use super::collect;
use super::doubt::Doubt;
use super::lock::Lock;
use super::look::Found;
use super::open::Open;
use super::store;
use super::survey::{Item, Survey};

/// What [`CodeCache::verify`](super::CodeCache::verify) says of an entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// Its name in the cache.
    pub name: String,
    /// The module that it was compiled from, if its seal is sound.
    pub module: Option<Digest>,
    /// Why it was removed; none if it is sound.
    pub refused: Option<String>,
}

/// Checks each entry byte for byte, and removes what is not sound.
pub(super) fn verify(open: &Open) -> io::Result<Vec<Verified>> {
    let mut verified = Vec::new();
    // Reading takes its time, and nobody has to wait for it.
    for item in Survey::of_entries(open)?.entries {
        verified.extend(check(open, &item)?);
    }
    let lock = Lock::of(&open.folder)?;
    let survey = Survey::of(open, &lock)?;
    for (entry, why) in survey.refused {
        collect::remove(open, &lock, &entry)?;
        verified.push(Verified { name: entry, module: None, refused: Some(why) });
    }
    for leftover in survey.leftovers {
        // The code of an entry that was refused just now is gone already.
        open.folder.remove(&leftover.name)?;
        let accounted = verified.iter().any(|entry| leftover.name.starts_with(&entry.name));
        if leftover.is_code && !accounted {
            let why = "it has no seal: it is not of this cache, or was never finished";
            verified.push(Verified { name: leftover.name, module: None, refused: Some(why.to_owned()) });
        }
    }
    verified.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(verified)
}

/// None if the entry was removed or replaced meanwhile, or can't be read: then nothing can be said of it.
fn check(open: &Open, item: &Item) -> io::Result<Option<Verified>> {
    let entry = &item.entry;
    let judged = Found::look_up(open, entry).and_then(|found| {
        let Some(found) = found else { return Ok(None) };
        code::check(&found, &open.secret).map(|()| Some(found))
    });
    let refused = match judged {
        Ok(None) => return Ok(None),
        Ok(Some(found)) => {
            if !found.is_as_sealed() {
                store::seal_again(open, entry, &found)?;
            }
            None
        }
        Err(Doubt::Refused(why)) => {
            collect::remove(open, &Lock::of(&open.folder)?, entry)?;
            Some(why)
        }
        Err(doubt @ Doubt::Failed(_)) => {
            tracing::warn!(entry, why = %doubt, "an entry of the code cache is not verified");
            return Ok(None);
        }
    };
    Ok(Some(Verified { name: entry.clone(), module: Some(item.seal.module.clone()), refused }))
}
