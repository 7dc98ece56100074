//! The cache when it is in use.

use std::io;
use std::path::Path;

use super::doubt::Doubt;
use super::folder::Folder;
use super::secret::Secret;

/// The folder and its secret: what it takes to read or write entries.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) folder: Folder,
    pub(super) secret: Secret,
}

impl Open {
    /// For reading. None if nothing was ever kept here.
    ///
    /// # Errors
    /// The folder or the key is not to be trusted, or can't be read.
    pub(super) fn to_read(path: &Path) -> io::Result<Option<Open>> {
        Folder::open(path)?.map_or(Ok(None), Open::read)
    }

    /// For saying what is there, and changing nothing. None if there is nothing that could be used.
    ///
    /// # Errors
    /// The folder or the key is not to be trusted, or can't be read.
    pub(super) fn to_look(path: &Path) -> io::Result<Option<Open>> {
        Folder::look(path)?.map_or(Ok(None), Open::read)
    }

    fn read(folder: Folder) -> io::Result<Option<Open>> {
        match Secret::read(&folder) {
            Ok(Some(secret)) => Ok(Some(Open { folder, secret })),
            Ok(None) => Ok(None),
            Err(doubt) => Err(about_key(&folder, doubt)),
        }
    }

    /// For looking after what is there, with a new key if the old one can't be used. None if there is no folder.
    ///
    /// # Errors
    /// The folder is not to be trusted, or the system says no.
    pub(super) fn to_tidy(path: &Path) -> io::Result<Option<Open>> {
        let Some(folder) = Folder::open(path)? else { return Ok(None) };
        let secret = Secret::read_or_make(&folder)?;
        Ok(Some(Open { folder, secret }))
    }

    /// For writing: makes what is missing.
    ///
    /// # Errors
    /// The folder is not to be trusted, or the system says no.
    pub(super) fn to_write(path: &Path) -> io::Result<Open> {
        let folder = Folder::open_or_make(path)?;
        let secret = Secret::read_or_make(&folder)?;
        Ok(Open { folder, secret })
    }
}

fn about_key(folder: &Folder, doubt: Doubt) -> io::Error {
    let path = folder.path().display();
    let error = io::Error::from(doubt);
    io::Error::new(error.kind(), format!("the key of the code cache {path} is not used: {error}"))
}
