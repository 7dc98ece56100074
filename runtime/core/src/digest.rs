//! Names of content: `sha256:<hex>`.

use std::fmt::{self, Write as _};
use std::io::{self, Read, Write};

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::tree;

/// The name of some content: `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::finish(Sha256::new_with_prefix(bytes))
    }

    /// The name of what `reader` gives until its end.
    ///
    /// # Errors
    /// What reading fails with.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Digest> {
        let mut hash = HashWriter(Sha256::new());
        io::copy(&mut reader, &mut hash)?;
        Ok(Digest::finish(hash.0))
    }

    /// The name of a folder: the SHA-256 over one line for each entry below it, in the order of the paths'
    /// bytes: `file <digest> <path>`, `folder - <path>` or `link <target> <path>`, each ended by a NUL byte,
    /// as no path can hold one. Links are never followed; times and permissions don't count.
    ///
    /// # Errors
    /// What reading the folder fails with.
    pub fn of_folder(folder: &Dir) -> io::Result<Digest> {
        let mut lines = Vec::new();
        tree::walk(folder, |entry| {
            let line = if entry.kind.is_symlink() {
                format!("link {}", entry.parent.read_link_contents(entry.name)?.to_string_lossy())
            } else if entry.kind.is_dir() {
                "folder -".to_owned()
            } else {
                format!("file {}", Digest::of_reader(entry.parent.open(entry.name)?)?)
            };
            lines.push((entry.path.as_os_str().to_owned(), line));
            Ok(())
        })?;
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        let mut hash = Sha256::new();
        for (path, line) in lines {
            hash.update(line.as_bytes());
            hash.update(b" ");
            hash.update(path.as_encoded_bytes());
            hash.update([0]);
        }
        Ok(Digest::finish(hash))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn finish(hash: Sha256) -> Digest {
        let mut text = String::from("sha256:");
        for byte in hash.finalize() {
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

/// Lets [`io::copy`] feed a hash.
struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;

    fn digest_of(make: impl FnOnce(&Dir)) -> Digest {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        make(&dir);
        Digest::of_folder(&dir).unwrap()
    }

    #[test]
    fn bytes_and_reader_agree_with_the_published_test_vector() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").as_str(), abc);
        assert_eq!(Digest::of_reader(&b"abc"[..]).unwrap().as_str(), abc);
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
    }
}
