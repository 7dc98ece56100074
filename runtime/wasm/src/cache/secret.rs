//! What only this user knows.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;

use super::doubt::Doubt;
use super::folder::Folder;
use super::lock::{Lock, mark_as_used};
use super::name;

/// The secret that seals are made with: random, made when the cache is first written to, for its user only. From it
/// comes a key for each purpose.
pub(super) struct Secret {
    content: [u8; Secret::BYTES],
    seal: [u8; Secret::BYTES],
}

impl Secret {
    /// What its file holds.
    pub(super) const BYTES: usize = 32;

    /// Reads it. None if there is none yet.
    ///
    /// # Errors
    /// What is there is not to be trusted with what it is for, or can't be read.
    pub(super) fn read(folder: &Folder) -> Result<Option<Secret>, Doubt> {
        let Some((mut file, metadata)) = folder.open_file(name::SECRET)? else { return Ok(None) };
        let mode = metadata.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Doubt::Refused(format!("others may read it (mode {mode:03o})")));
        }
        if metadata.len() != Secret::BYTES as u64 {
            return Err(Doubt::Refused(format!("it has {} bytes, not {}", metadata.len(), Secret::BYTES)));
        }
        let mut bytes = [0; Secret::BYTES];
        file.read_exact(&mut bytes)?;
        Ok(Some(Secret::from_bytes(&bytes)))
    }

    /// Reads it, or makes one where there is none that can be used. Nothing that was sealed before is worth
    /// anything then.
    ///
    /// # Errors
    /// It can't be read or made.
    pub(super) fn read_or_make(folder: &Folder) -> io::Result<Secret> {
        if let Ok(Some(secret)) = Secret::read(folder) {
            return Ok(secret);
        }
        let _lock = Lock::of(folder)?;
        // Another process may have made it meanwhile.
        match Secret::read(folder) {
            Ok(Some(secret)) => return Ok(secret),
            Ok(None) => {}
            Err(Doubt::Refused(why)) => {
                tracing::warn!(folder = %folder.path().display(), why, "the code cache gets a new key");
            }
            Err(Doubt::Failed(error)) => return Err(error),
        }
        let mut bytes = [0; Secret::BYTES];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        let temporary = name::temporary()?;
        let written = folder.create(&temporary, 0o600).and_then(|file| write_durably(file, &bytes));
        if let Err(error) = written.and_then(|()| folder.rename(&temporary, name::SECRET)) {
            // What can't be removed now is removed as a leftover later.
            let _ = folder.remove(&temporary);
            return Err(error);
        }
        folder.sync()?;
        Ok(Secret::from_bytes(&bytes))
    }

    pub(super) fn from_bytes(bytes: &[u8; Secret::BYTES]) -> Secret {
        Secret {
            content: blake3::derive_key("dayfly code cache 1: hash of a content", bytes),
            seal: blake3::derive_key("dayfly code cache 1: code of a seal", bytes),
        }
    }

    /// Hashes content piece by piece.
    pub(super) fn content_hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.content)
    }

    /// The authentication code of a seal's fields.
    pub(super) fn seal_code(&self, fields: &[u8]) -> blake3::Hash {
        blake3::keyed_hash(&self.seal, fields)
    }

    /// Whether both are the same.
    pub(super) fn is(&self, other: &Secret) -> bool {
        blake3::Hash::from_bytes(self.seal) == blake3::Hash::from_bytes(other.seal)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

fn write_durably(mut file: File, bytes: &[u8]) -> io::Result<()> {
    mark_as_used(&file)?;
    file.write_all(bytes)?;
    file.sync_all()
}
