//! What there is of an entry.

use std::fs::File;
use std::io::Read as _;
use std::time::{Duration, SystemTime};

use super::doubt::Doubt;
use super::identity::Identity;
use super::name;
use super::open::Open;
use super::seal::{self, Seal};

/// How old the time of the last use may become before it is written anew.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// The file of a seal.
pub(super) struct SealFile {
    file: File,
    /// When the entry was used last.
    pub(super) used: SystemTime,
    /// What it holds. Not checked.
    pub(super) bytes: Vec<u8>,
}

impl SealFile {
    /// Reads the seal of an entry. None if there is none.
    pub(super) fn read(open: &Open, entry: &str) -> Result<Option<SealFile>, Doubt> {
        let Some((mut file, metadata)) = open.folder.open_file(&name::seal(entry))? else { return Ok(None) };
        let size = usize::try_from(metadata.len()).ok().filter(|size| *size <= seal::MAX_BYTES);
        let Some(size) = size else {
            return Err(Doubt::Refused(format!("its seal is too long ({} bytes)", metadata.len())));
        };
        let mut bytes = vec![0; size];
        file.read_exact(&mut bytes)?;
        Ok(Some(SealFile { file, used: metadata.modified()?, bytes }))
    }

    /// The seal, checked: by this secret, for this entry.
    pub(super) fn seal(&self, open: &Open, entry: &str) -> Result<Seal, Doubt> {
        let Some(seal) = Seal::decode(&self.bytes, &open.secret) else {
            return Err(Doubt::refused("its seal is not of this cache"));
        };
        if name::entry(&seal.key) != entry {
            return Err(Doubt::refused("its seal is that of another entry"));
        }
        Ok(seal)
    }

    /// Notes that the entry was used. Its code's own times stay as they are: they are part of its identity.
    pub(super) fn touch(&self) {
        let now = SystemTime::now();
        let age = now.duration_since(self.used).or_else(|_| self.used.duration_since(now));
        if age.is_ok_and(|age| age > FRESH) {
            // Where it can't be written, nothing is ever removed either.
            let _ = self.file.set_modified(now);
        }
    }
}

/// An entry as it is found.
pub(super) struct Found {
    pub(super) seal: Seal,
    pub(super) seal_file: SealFile,
    pub(super) code: File,
    pub(super) identity: Identity,
}

impl Found {
    /// Looks an entry up. None if there is none. Its code is not read.
    ///
    /// # Errors
    /// What is there is not to be used.
    pub(super) fn look_up(open: &Open, entry: &str) -> Result<Option<Found>, Doubt> {
        // An entry may be replaced between the two looks. Then its seal names another file.
        let mut last = None;
        loop {
            let Some(seal_file) = SealFile::read(open, entry)? else { return Ok(None) };
            let seal = seal_file.seal(open, entry)?;
            if let Some((code, metadata)) = open.folder.open_file(&name::code(entry, &seal.nonce))? {
                let identity = Identity::of(&metadata);
                if identity.size != seal.identity.size {
                    let (there, sealed) = (identity.size, seal.identity.size);
                    return Err(Doubt::Refused(format!("it has {there} bytes, and {sealed} were sealed")));
                }
                return Ok(Some(Found { seal, seal_file, code, identity }));
            }
            if last.replace(seal.nonce) == Some(seal.nonce) {
                return Err(Doubt::refused("its code is gone"));
            }
        }
    }

    /// Whether the code is the very file that was checked before, and one that may be mapped as it is.
    pub(super) fn is_as_sealed(&self) -> bool {
        self.seal.in_place && self.identity == self.seal.identity
    }
}
