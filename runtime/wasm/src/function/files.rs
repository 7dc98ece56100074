//! The files of requests: inputs that all see, over a private folder that each has for itself.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_core::{Ending, Limits, Mount, MountObject, SharedFiles as Handles};
use dayfly_host_api::fs::{self, Access, FileSystem, MountError, MountId, Quota, SharedFiles, SharedHandles};

use crate::files::Places;

/// The folder that is a request's root where it can have none of its own.
const EMPTY: &str = "empty";

/// What the files of all requests of a function are made of.
#[derive(Debug)]
pub(super) struct Files {
    /// Where the private folders are.
    place: Dir,
    empty: fs::Mount,
    mounts: Vec<(String, fs::Mount)>,
    pub(super) places: Places,
    quota: Quota,
    max_open: usize,
    handles: SharedHandles,
    next: AtomicU64,
}

/// The private folder of one request. It is removed when this is dropped, if it was ever made.
#[derive(Debug)]
pub(super) struct Scratch {
    files: Arc<Files>,
    number: u64,
    pub(super) made: bool,
}

impl Files {
    /// Opens the place, and sees whether the mounts make files.
    ///
    /// # Errors
    /// How the function ends: they don't, or the place is no folder that can be written to.
    pub(super) fn new(
        place: &Path,
        mounts: Vec<Mount>,
        limits: &Limits,
        handles: Handles,
    ) -> Result<Files, Ending> {
        let fault = |error: io::Error| {
            Ending::Fault(format!("{} can't be used for requests' files: {error}", place.display()))
        };
        let opened = Dir::open_ambient_dir(place, ambient_authority()).map_err(fault)?;
        match opened.create_dir(EMPTY) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(fault(error)),
            _ => {}
        }
        let empty = MountObject::Folder(opened.open_dir(EMPTY).map_err(fault)?);
        let empty = Mount { target: "/".into(), object: empty, writable: false, remedy: None, alias: None };
        let mut places = Places::default();
        let (_, empty) = places.mount(empty);
        let mounts = mounts.into_iter().map(|mount| places.mount(mount)).collect();
        let files = Files {
            place: opened,
            empty,
            mounts,
            places,
            quota: Quota { bytes: limits.disk.value, files: limits.files },
            max_open: limits.open_files,
            handles: SharedHandles { own: handles.own, left: handles.left },
            next: AtomicU64::new(0),
        };
        files.over(files.empty.clone()).map_err(|error| Ending::Invalid(error.to_string()))?;
        Ok(files)
    }

    /// A private folder for one request, which is made later, if ever.
    pub(super) fn scratch(self: &Arc<Files>) -> Scratch {
        Scratch { files: self.clone(), number: self.next.fetch_add(1, Ordering::Relaxed), made: false }
    }

    /// All that a request sees, over a root.
    fn over(&self, root: fs::Mount) -> Result<FileSystem, MountError> {
        let mut builder = FileSystem::builder()
            .root(root)
            .quota(self.quota)
            .max_open(self.max_open)
            .shared_handles(self.handles.clone());
        for (target, mount) in &self.mounts {
            builder = builder.mount(target.clone(), mount.clone());
        }
        builder.build()
    }

    /// The files of the request with this number, with a root that can't be written to where there is no other.
    fn make(&self, number: u64) -> FileSystem {
        let private = self.folder(number).and_then(|root| self.over(root).map_err(io::Error::other));
        private.unwrap_or_else(|error| {
            tracing::warn!(%error, "a request has no private folder");
            #[allow(clippy::expect_used, reason = "the same mounts over the same root were fine in `new`")]
            self.over(self.empty.clone()).expect("mounts that were fine before")
        })
    }

    fn folder(&self, number: u64) -> io::Result<fs::Mount> {
        let name = name(number);
        self.place.create_dir(&name)?;
        // The root is the first mount in `places`, whichever folder it is.
        Ok(fs::Mount::dir(self.place.open_dir(name)?, Access::ReadWrite, MountId(0)))
    }
}

impl Scratch {
    /// The request's files, which are made when it asks for one.
    pub(super) fn later(&self) -> SharedFiles {
        let (files, number) = (self.files.clone(), self.number);
        SharedFiles::later(move || files.make(number))
    }

    /// The request's files.
    pub(super) fn now(&mut self) -> FileSystem {
        self.made = true;
        self.files.make(self.number)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.made
            && let Err(error) = self.files.place.remove_dir_all(name(self.number))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the private folder of a request can't be removed");
        }
    }
}

fn name(number: u64) -> String {
    format!("request-{number}")
}
