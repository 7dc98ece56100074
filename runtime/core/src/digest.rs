//! Names of content: `sha256:<hex>`.

use std::fmt::{self, Write as _};
use std::io::{self, Read};

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::tree;

/// The name of some content: `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::from_hash(Sha256::digest(bytes).into())
    }

    /// The name of what `reader` gives until its end.
    ///
    /// # Errors
    /// What reading fails with, or the token was cancelled.
    pub fn of_reader(reader: impl Read, cancel: &CancellationToken) -> io::Result<Digest> {
        Ok(Digest::from_hash(hash_reader(reader, cancel)?))
    }

    /// The name of a folder: the SHA-256 over the names of its entries, as bytes and in their order, where an entry's
    /// name is the SHA-256 over one byte for its kind (`f`, `d`, `l`), its file name's length (64 bits, little end
    /// first) and bytes, and the SHA-256 of its content: a file's bytes, a folder's own name, a link's target. Links are
    /// never followed; times and permissions don't count.
    ///
    /// # Errors
    /// What reading the folder fails with; it is nested too deep; or the token was cancelled.
    pub fn of_folder(folder: &Dir, cancel: &CancellationToken) -> io::Result<Digest> {
        Ok(Digest::from_hash(hash_folder(folder, 0, cancel)?))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_hash(hash: Hash) -> Digest {
        let mut text = String::from("sha256:");
        for byte in hash {
            // Writing to a String can't fail.
            let _ = write!(text, "{byte:02x}");
        }
        Digest(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

type Hash = [u8; 32];

/// What is read at a time, in bytes.
const BUFFER: usize = 64 << 10;

/// Hashes what a reader gives. Asked at every buffer whether to go on: a sparse file may be very long.
fn hash_reader(mut reader: impl Read, cancel: &CancellationToken) -> io::Result<Hash> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; BUFFER]);
    loop {
        going_on(cancel)?;
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Hashes a folder. Of an entry nothing but its hash is kept: a guest decides how many there are, and how long their
/// names.
fn hash_folder(folder: &Dir, depth: usize, cancel: &CancellationToken) -> io::Result<Hash> {
    if depth == tree::MAX_DEPTH {
        return Err(tree::too_deep());
    }
    let mut entries: Vec<Hash> = Vec::new();
    for entry in folder.entries()? {
        going_on(cancel)?;
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let (kind, content) = if kind.is_symlink() {
            let target = folder.read_link_contents(&name)?;
            (b'l', Sha256::digest(target.as_os_str().as_encoded_bytes()).into())
        } else if kind.is_dir() {
            (b'd', hash_folder(&entry.open_dir()?, depth + 1, cancel)?)
        } else {
            (b'f', hash_reader(entry.open()?, cancel)?)
        };
        let name = name.as_encoded_bytes();
        let mut hash = Sha256::new_with_prefix([kind]);
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(content);
        entries.push(hash.finalize().into());
    }
    entries.sort_unstable();
    let mut hash = Sha256::new();
    entries.iter().for_each(|entry| hash.update(entry));
    Ok(hash.finalize().into())
}

fn going_on(cancel: &CancellationToken) -> io::Result<()> {
    if cancel.is_cancelled() { Err(io::Error::other("stopped before it was read")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;

    fn digest_of(make: impl FnOnce(&Dir)) -> Digest {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        make(&dir);
        Digest::of_folder(&dir, &CancellationToken::new()).unwrap()
    }

    #[test]
    fn bytes_and_reader_agree_with_the_published_test_vector() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").as_str(), abc);
        assert_eq!(Digest::of_reader(&b"abc"[..], &CancellationToken::new()).unwrap().as_str(), abc);
    }

    #[test]
    fn a_folder_is_named_by_paths_and_contents_alone() {
        let one = digest_of(|dir| {
            dir.create_dir("b").unwrap();
            dir.write("b/x", "1").unwrap();
            dir.write("a", "2").unwrap();
        });
        let same_in_another_order = digest_of(|dir| {
            dir.write("a", "2").unwrap();
            dir.create_dir("b").unwrap();
            dir.write("b/x", "1").unwrap();
        });
        let moved = digest_of(|dir| {
            dir.write("a", "2").unwrap();
            dir.create_dir("c").unwrap();
            dir.write("c/x", "1").unwrap();
        });
        let changed = digest_of(|dir| {
            dir.write("a", "2").unwrap();
            dir.create_dir("b").unwrap();
            dir.write("b/x", "3").unwrap();
        });
        assert_eq!(one, same_in_another_order);
        assert_ne!(one, moved);
        assert_ne!(one, changed);
    }

    #[test]
    fn a_link_is_named_by_its_target_and_never_followed() {
        let link = |target: &'static str| digest_of(move |dir| dir.symlink_contents(target, "l").unwrap());
        assert_ne!(link("/etc/passwd"), link("/etc/group"));
        let one = digest_of(|dir| dir.symlink_contents("x y", "z").unwrap());
        let other = digest_of(|dir| dir.symlink_contents("x", "y z").unwrap());
        assert_ne!(one, other);
    }
}
