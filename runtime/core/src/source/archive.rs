//! Unpacking of tar archives that nobody has vouched for.

use std::io::{self, Read, Write as _};
use std::path::{Component, Path, PathBuf};

use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::cancellable::Cancellable;

/// The most entries that are unpacked.
const MAX_ENTRIES: u64 = 100_000;
/// The deepest path that is made.
const MAX_DEPTH: usize = 64;
/// The longest header extension (a long name, say) that is read. The tar crate keeps one in memory.
const MAX_EXTENSION: u64 = 64 << 10;

/// Unpacks a gzip-compressed tar archive into `folder`, which holds nothing yet.
///
/// Only files and folders are made, and only beneath `folder`: a name that is absolute or climbs, a link, a
/// device, a second entry for one path, more than `max_bytes` of content, too many entries or too deep ones are
/// errors. Owners, times and permissions but the executable bit are not taken over.
pub(super) fn unpack(
    bytes: &[u8],
    folder: &Dir,
    max_bytes: u64,
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let unpacked = unpack_all(bytes, folder, max_bytes, cancel);
    // A reader that was stopped looks like an archive that is broken.
    if cancel.is_cancelled() { Err(Error::Cancelled) } else { unpacked }
}

fn unpack_all(bytes: &[u8], folder: &Dir, max_bytes: u64, cancel: &CancellationToken) -> Result<(), Error> {
    check_headers(bytes, max_bytes, cancel)?;
    // Counted once more while it is written: an extension may say another size than the header that was checked.
    let mut left = max_bytes;
    let mut archive = Archive::new(decompressed(bytes, max_bytes, cancel));
    for entry in archive.entries().map_err(broken)? {
        unpack_entry(&mut entry.map_err(broken)?, folder, &mut left)?;
    }
    Ok(())
}

/// What leaves the decompressor is bounded too: padding can be a bomb as well as content.
fn decompressed<'a>(bytes: &'a [u8], max_bytes: u64, cancel: &'a CancellationToken) -> impl Read + 'a {
    let most = max_bytes.saturating_add(MAX_ENTRIES * 1024);
    Cancellable::new(MultiGzDecoder::new(bytes), cancel).take(most)
}

fn too_large(max_bytes: u64) -> Error {
    refused(format!("it unpacks to more than the {max_bytes} bytes that inputs may take here"))
}

/// Walks over the headers alone, so that no bound is passed after the first byte was written.
fn check_headers(bytes: &[u8], max_bytes: u64, cancel: &CancellationToken) -> Result<(), Error> {
    let mut archive = Archive::new(decompressed(bytes, max_bytes, cancel));
    let (mut count, mut total) = (0_u64, 0_u64);
    for entry in archive.entries().map_err(broken)?.raw(true) {
        let entry = entry.map_err(broken)?;
        let size = entry.size();
        match entry.header().entry_type() {
            EntryType::GNULongName
            | EntryType::GNULongLink
            | EntryType::XHeader
            | EntryType::XGlobalHeader => {
                if size > MAX_EXTENSION {
                    return Err(refused(format!(
                        "a header extension of {size} bytes is longer than {MAX_EXTENSION}"
                    )));
                }
            }
            _ => total = total.saturating_add(size),
        }
        count += 1;
        if count > MAX_ENTRIES {
            return Err(refused(format!("it holds more than {MAX_ENTRIES} entries")));
        }
        if total > max_bytes {
            return Err(too_large(max_bytes));
        }
    }
    Ok(())
}

fn unpack_entry(entry: &mut Entry<'_, impl Read>, folder: &Dir, left: &mut u64) -> Result<(), Error> {
    let name = entry.path().map_err(broken)?.into_owned();
    let path = beneath(&name)?;
    let said = name.display();
    match entry.header().entry_type() {
        EntryType::Directory => folder.create_dir_all(&path).map_err(|error| unpacked(&name, error)),
        EntryType::Regular | EntryType::Continuous if path.as_os_str().is_empty() => {
            Err(refused(format!("`{said}` names no file")))
        }
        EntryType::Regular | EntryType::Continuous => {
            if let Some(parent) = path.parent() {
                folder.create_dir_all(parent).map_err(|error| unpacked(&name, error))?;
            }
            let executable = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(if executable { 0o755 } else { 0o644 });
            let mut file = folder.open_with(&path, &options).map_err(|error| unpacked(&name, error))?;
            let mut content = entry.take(left.saturating_add(1));
            let written = io::copy(&mut content, &mut file).map_err(|error| unpacked(&name, error))?;
            *left = left.checked_sub(written).ok_or_else(|| too_large(*left))?;
            file.flush().map_err(|error| unpacked(&name, error))
        }
        EntryType::XGlobalHeader => Ok(()),
        EntryType::Symlink => Err(refused(format!("`{said}` is a symbolic link"))),
        EntryType::Link => Err(refused(format!("`{said}` is a hard link"))),
        EntryType::GNUSparse => Err(refused(format!("`{said}` is a sparse file"))),
        _ => Err(refused(format!("`{said}` is neither a file nor a folder"))),
    }
}

/// The path that a name means beneath the target; empty for the target itself.
fn beneath(name: &Path) -> Result<PathBuf, Error> {
    let mut path = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(word) => path.push(word),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => {
                return Err(refused(format!("`{}` is an absolute path", name.display())));
            }
            Component::ParentDir => {
                return Err(refused(format!("`{}` climbs out of the archive", name.display())));
            }
        }
    }
    if path.components().count() > MAX_DEPTH {
        return Err(refused(format!("a path in it is deeper than {MAX_DEPTH} folders")));
    }
    Ok(path)
}

fn refused(why: String) -> Error {
    Error::Invalid(format!("the inline archive is refused: {why}"))
}

fn broken(error: io::Error) -> Error {
    Error::Invalid(format!("the inline archive is broken: {error}"))
}

/// What went wrong at one entry: its own fault, or the disk's.
fn unpacked(name: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => refused(format!("`{}` is there twice", name.display())),
        io::ErrorKind::NotADirectory => refused(format!("`{}` lies beneath a file", name.display())),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename => {
            refused(format!("`{}` is no name for a file here", name.display()))
        }
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => broken(error),
        _ => Error::Unwritable { path: name.to_owned(), source: error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    type Packer = Builder<GzEncoder<Vec<u8>>>;

    fn pack(fill: impl FnOnce(&mut Packer)) -> Vec<u8> {
        let mut packer = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
        fill(&mut packer);
        packer.into_inner().unwrap().finish().unwrap()
    }

    /// Adds an entry whose name the tar crate itself would refuse to write.
    fn raw(packer: &mut Packer, name: &str, kind: EntryType, content: &[u8]) {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            header.as_old_mut().linkname[..4].copy_from_slice(b"/etc");
        }
        header.set_cksum();
        packer.append(&header, content).unwrap();
    }

    fn unpack_into_fresh(bytes: &[u8], max: u64) -> (tempfile::TempDir, Result<(), Error>) {
        let outer = tempfile::tempdir().unwrap();
        std::fs::create_dir(outer.path().join("in")).unwrap();
        let folder = Dir::open_ambient_dir(outer.path().join("in"), ambient_authority()).unwrap();
        let result = unpack(bytes, &folder, max, &CancellationToken::new());
        (outer, result)
    }

    fn refusal(bytes: &[u8]) -> String {
        let (outer, result) = unpack_into_fresh(bytes, 1 << 20);
        let names: Vec<_> =
            std::fs::read_dir(outer.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["in"], "something escaped");
        let error = result.unwrap_err();
        assert_eq!(error.failure().exit_code, 65, "{error}");
        error.to_string()
    }

    #[test]
    fn files_and_folders_come_out_as_they_went_in() {
        let bytes = pack(|packer| {
            raw(packer, "./", EntryType::Directory, b"");
            raw(packer, "./a/b/c.txt", EntryType::Regular, b"hello");
            raw(packer, "empty/", EntryType::Directory, b"");
        });
        let (outer, result) = unpack_into_fresh(&bytes, 5);
        result.unwrap();
        assert_eq!(std::fs::read(outer.path().join("in/a/b/c.txt")).unwrap(), b"hello");
        assert!(outer.path().join("in/empty").is_dir());
    }

    #[test]
    fn a_long_name_is_kept() {
        let name = format!("{}/{}", "d".repeat(120), "f".repeat(120));
        let bytes = pack(|packer| {
            let mut header = Header::new_gnu();
            header.set_size(1);
            header.set_mode(0o644);
            packer.append_data(&mut header, &name, &b"x"[..]).unwrap();
        });
        let (outer, result) = unpack_into_fresh(&bytes, 100);
        result.unwrap();
        assert!(outer.path().join("in").join(name).is_file());
    }

    #[test]
    fn every_escape_is_refused() {
        let one = |name: &'static str, kind| pack(move |packer| raw(packer, name, kind, b""));
        assert!(refusal(&one("/etc/x", EntryType::Regular)).contains("absolute"));
        assert!(refusal(&one("../x", EntryType::Regular)).contains("climbs"));
        assert!(refusal(&one("a/../../x", EntryType::Regular)).contains("climbs"));
        assert!(refusal(&one("..", EntryType::Directory)).contains("climbs"));
        assert!(refusal(&one("l", EntryType::Symlink)).contains("symbolic link"));
        assert!(refusal(&one("l", EntryType::Link)).contains("hard link"));
        assert!(refusal(&one("d", EntryType::Char)).contains("neither"));
        assert!(refusal(&one("f", EntryType::Fifo)).contains("neither"));
        assert!(refusal(&one(".", EntryType::Regular)).contains("names no file"));
    }

    #[test]
    fn unpacking_stops_within_an_entry_too() {
        let bytes = pack(|packer| raw(packer, "x", EntryType::Regular, &vec![0; 1 << 20]));
        let folder = tempfile::tempdir().unwrap();
        let into = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        let cancel = CancellationToken::new();
        cancel.cancel();
        assert!(matches!(unpack(&bytes, &into, 2 << 20, &cancel), Err(Error::Cancelled)));
    }

    #[test]
    fn a_path_that_is_there_twice_or_beneath_a_file_is_refused() {
        let twice = pack(|packer| {
            raw(packer, "x", EntryType::Regular, b"1");
            raw(packer, "./x", EntryType::Regular, b"2");
        });
        assert!(refusal(&twice).contains("twice"));
        let beneath_a_file = pack(|packer| {
            raw(packer, "x", EntryType::Regular, b"1");
            raw(packer, "x/y", EntryType::Regular, b"2");
        });
        refusal(&beneath_a_file);
    }

    #[test]
    fn bombs_are_refused_before_anything_is_written() {
        let large = pack(|packer| raw(packer, "x", EntryType::Regular, &vec![0; 2 << 20]));
        assert!(refusal(&large).contains("unpacks to more than"));
        let deep = pack(|packer| raw(packer, &"d/".repeat(45), EntryType::Directory, b""));
        assert!(unpack_into_fresh(&deep, 10).1.is_ok());
        let deeper = pack(|packer| {
            let mut header = Header::new_gnu();
            header.set_size(0);
            packer.append_data(&mut header, "d/".repeat(70), &b""[..]).unwrap();
        });
        assert!(refusal(&deeper).contains("deeper"));
        let extension = pack(|packer| {
            raw(packer, "././@LongLink", EntryType::GNULongName, &vec![b'n'; 1 << 17]);
            raw(packer, "x", EntryType::Regular, b"");
        });
        assert!(refusal(&extension).contains("extension"));
        let many = pack(|packer| {
            for _ in 0..=MAX_ENTRIES {
                raw(packer, "d/", EntryType::Directory, b"");
            }
        });
        assert!(refusal(&many).contains("entries"));
    }

    #[test]
    fn an_extension_that_says_another_size_is_no_way_around() {
        let lie = pack(|packer| {
            raw(packer, "pax", EntryType::XHeader, b"16 size=3000000\n");
            raw(packer, "x", EntryType::Regular, b"");
            let rest = vec![0; 4 << 20];
            std::io::Write::write_all(packer.get_mut(), &rest).unwrap();
        });
        refusal(&lie);
    }

    #[test]
    fn bytes_that_are_no_archive_are_refused() {
        let good = pack(|packer| raw(packer, "x", EntryType::Regular, b"hello"));
        refusal(b"");
        refusal(b"not gzip at all");
        refusal(&good[..good.len() / 2]);
        refusal(&pack(|_| ())[..5]);
        let not_tar = {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            std::io::Write::write_all(&mut gzip, &[7; 2000]).unwrap();
            gzip.finish().unwrap()
        };
        refusal(&not_tar);
    }
}
