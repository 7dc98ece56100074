//! Unix sockets: a file that goes when the server does.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use super::{Listening, Socket};
use crate::{Address, Error};

/// The file of a socket that this process made.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    /// Its device and inode: another server may have put its own in place.
    identity: (u64, u64),
}

pub(super) fn bind(path: &Path, threads: usize) -> Result<Listening, Error> {
    let address = Address::Unix(path.to_owned());
    let failed = |source| Error::Listen { address: address.clone(), source };
    let socket = match UnixListener::bind(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            make_room(path)?;
            UnixListener::bind(path)
        }
        bound => bound,
    };
    let socket = socket.map_err(failed)?;
    let file = File::of(path).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    let sockets = Socket::Unix(socket).shared(threads).map_err(failed)?;
    Ok(Listening { address, sockets, _file: Some(file) })
}

/// Removes a socket that nobody listens on any more.
fn make_room(path: &Path) -> Result<(), Error> {
    let failed = |source| Error::Listen { address: Address::Unix(path.to_owned()), source };
    if !fs::symlink_metadata(path).map_err(failed)?.file_type().is_socket() {
        return Err(Error::NoSocket(path.to_owned()));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed),
        // Who listened there stopped meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(_) => Err(Error::Taken(path.to_owned())),
    }
}

impl File {
    fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { path: std::path::absolute(path)?, identity: identity(path)? })
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            // Nothing is lost where this fails: the next server finds that nobody listens there.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let listening = bind(&path, 2).unwrap();
        assert_eq!(listening.sockets.len(), 2);
        assert!(matches!(bind(&path, 1), Err(Error::Taken(_))));
        drop(listening);
        assert!(!path.exists());
    }

    #[test]
    fn what_nobody_listens_on_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "the stale socket");
        let listening = bind(&path, 1).unwrap();
        UnixStream::connect(&path).unwrap();
        drop(listening);
    }

    #[test]
    fn what_is_no_socket_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        fs::write(&path, "dear").unwrap();
        assert!(matches!(bind(&path, 1), Err(Error::NoSocket(_))));
        assert_eq!(fs::read(&path).unwrap(), b"dear");
    }

    #[test]
    fn what_another_put_in_place_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let first = bind(&path, 1).unwrap();
        fs::rename(&path, folder.path().join("kept")).unwrap();
        let second = bind(&path, 1).unwrap();
        drop(first);
        UnixStream::connect(&path).unwrap();
        drop(second);
    }
}
