//! The bytes of an entry's code.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt as _;

use super::doubt::Doubt;
use super::look::Found;
use super::secret::Secret;

/// What is read at a time, in bytes.
const BUFFER: usize = 256 << 10;

/// Checks that the code is what was sealed, byte for byte.
pub(super) fn check(found: &Found, secret: &Secret) -> Result<(), Doubt> {
    expect(found, hash(&found.code, found.identity.size, secret)?)
}

/// Checks that the code is what was sealed, and gives a copy of it in memory that nobody can write to any more. It
/// is the copy that is checked: the file may change meanwhile.
#[cfg(target_os = "linux")]
pub(super) fn checked_copy(found: &Found, secret: &Secret) -> Result<File, Doubt> {
    use rustix::fs::{MemfdFlags, SealFlags};

    let size = found.identity.size;
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let copy = rustix::fs::memfd_create("dayfly-code", flags).map_err(io::Error::from)?;
    let mut copy = File::from(copy);
    read(&found.code, size, |piece| copy.write_all(piece))?;
    let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(&copy, seals).map_err(io::Error::from)?;
    expect(found, hash(&copy, size, secret)?)?;
    Ok(copy)
}

/// Checks that the code is what was sealed, and gives a copy of it. It is the copy that is checked.
#[cfg(not(target_os = "linux"))]
pub(super) fn checked_copy(found: &Found, secret: &Secret) -> Result<Vec<u8>, Doubt> {
    let mut copy = Vec::new();
    read(&found.code, found.identity.size, |piece| copy.write_all(piece))?;
    expect(found, secret.content_hasher().update(&copy).finalize().into())?;
    Ok(copy)
}

/// The hash of so many bytes of a file.
pub(super) fn hash(file: &File, size: u64, secret: &Secret) -> Result<[u8; 32], Doubt> {
    let mut hasher = secret.content_hasher();
    read(file, size, |piece| {
        hasher.update(piece);
        Ok(())
    })?;
    Ok(hasher.finalize().into())
}

fn expect(found: &Found, hash: [u8; 32]) -> Result<(), Doubt> {
    if blake3::Hash::from_bytes(hash) == blake3::Hash::from_bytes(found.seal.hash) {
        return Ok(());
    }
    Err(Doubt::refused("its code is not what was sealed"))
}

/// Gives so many bytes of a file, piece by piece.
fn read(file: &File, size: u64, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), Doubt> {
    let mut buffer = vec![0; BUFFER];
    let mut at = 0;
    while at < size {
        let wanted = usize::try_from(size - at).unwrap_or(BUFFER).min(BUFFER);
        match file.read_at(&mut buffer[..wanted], at) {
            Ok(0) => return Err(Doubt::refused("it became shorter while it was read")),
            Ok(count) => {
                take(&buffer[..count])?;
                at += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
