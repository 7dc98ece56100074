//! From code to an entry.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;

use super::collect;
use super::identity::Identity;
use super::key::{CodeKey, wasmtime_version};
use super::lock::{Lock, mark_as_used};
use super::look::Found;
use super::name::{self, Nonce};
use super::open::Open;
use super::place;
use super::seal::{self, Seal};

/// Keeps code under a key, and makes room for it.
///
/// What is larger than the whole cache may be is not kept. The code is written and synced under a name of its own, and
/// the seal, which names it, comes last: the entry is there with everything or not at all. What a killed writer leaves is
/// a file without a seal.
pub(super) fn store(open: &Open, key: &CodeKey, bytes: &[u8], max_bytes: u64) -> io::Result<()> {
    if bytes.len() as u64 + seal::MAX_BYTES as u64 > max_bytes {
        return Ok(());
    }
    let (entry, nonce) = (name::entry(&key.hash), name::nonce()?);
    let code = name::code(&entry, &nonce);
    let stored =
        write(open, &code, bytes).and_then(|file| commit(open, key, &nonce, &file, bytes, max_bytes));
    if !matches!(stored, Ok(true)) {
        // What can't be removed now is removed as a leftover later.
        let _ = open.folder.remove(&code);
    }
    stored.map(drop)
}

/// Writes code that nobody ever writes to again.
fn write(open: &Open, name: &str, bytes: &[u8]) -> io::Result<File> {
    let mut file = loop {
        let file = open.folder.create(name, 0o400)?;
        mark_as_used(&file)?;
        // Somebody may have taken it for left over between the two.
        if file.metadata()?.nlink() > 0 {
            break file;
        }
    };
    file.write_all(bytes)?;
    // A file that is as long as it should be and has the right times, but not the content, would be mapped after
    // a loss of power.
    file.sync_all()?;
    Ok(file)
}

/// Seals what was written. False if another process has done so for this key meanwhile: its code may be in use, and
/// is as good.
fn commit(
    open: &Open,
    key: &CodeKey,
    nonce: &Nonce,
    file: &File,
    bytes: &[u8],
    max: u64,
) -> io::Result<bool> {
    let entry = name::entry(&key.hash);
    let hash = open.secret.content_hasher().update(bytes).finalize().into();
    let in_place = place::maps_in_place(file)?;
    let lock = Lock::of(&open.folder)?;
    if Found::look_up(open, &entry).is_ok_and(|found| found.is_some_and(|found| found.is_as_sealed())) {
        return Ok(false);
    }
    collect::remove(open, &lock, &entry)?;
    collect::make_room(open, &lock, bytes.len() as u64 + seal::MAX_BYTES as u64, max)?;
    let seal = Seal {
        key: key.hash,
        module: key.module.clone(),
        profile: key.profile.clone(),
        wasmtime: wasmtime_version(),
        nonce: *nonce,
        hash,
        in_place,
        identity: Identity::of(&file.metadata()?),
    };
    write_seal(open, &entry, &seal)?;
    Ok(true)
}

/// Seals code that was checked under the identity that it has now. What was found is not overwritten if it is not
/// there any more.
pub(super) fn seal_again(open: &Open, entry: &str, found: &Found) -> io::Result<()> {
    let in_place = place::maps_in_place(&found.code)?;
    // What was read before and after this is the same, or has other times.
    let unchanged = Identity::of(&found.code.metadata()?) == found.identity;
    if !in_place || !unchanged {
        return Ok(());
    }
    let _lock = Lock::of(&open.folder)?;
    match Found::look_up(open, entry) {
        Ok(Some(now)) if now.seal == found.seal && now.identity == found.identity => {
            let seal = Seal { in_place, identity: found.identity, ..found.seal.clone() };
            write_seal(open, entry, &seal)
        }
        _ => Ok(()),
    }
}

/// Puts a seal in its place. It is not synced: half a seal is none.
fn write_seal(open: &Open, entry: &str, seal: &Seal) -> io::Result<()> {
    let Some(bytes) = seal.encode(&open.secret) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the name of the engine profile is too long",
        ));
    };
    let temporary = name::temporary()?;
    let written = open.folder.create(&temporary, 0o600).and_then(|mut file| {
        mark_as_used(&file)?;
        file.write_all(&bytes)
    });
    let placed = written.and_then(|()| open.folder.rename(&temporary, &name::seal(entry)));
    if placed.is_err() {
        let _ = open.folder.remove(&temporary);
    }
    placed
}
