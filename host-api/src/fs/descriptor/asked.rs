//! What a descriptor is opened for.

/// What a descriptor may be used for, and how its writes are kept.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::fs) struct Flags {
    pub(in crate::fs) read: bool,
    pub(in crate::fs) write: bool,
    /// Each write waits for its content, and what is known of the file, to be on the disk.
    pub(in crate::fs) file_integrity_sync: bool,
    /// Each write waits for its content to be on the disk.
    pub(in crate::fs) data_integrity_sync: bool,
    /// Reads as careful as writes. They are anyway: nothing is read that is not written.
    pub(in crate::fs) requested_write_sync: bool,
    /// Said of folders, and told again. Mounts decide what may be changed, as they do for programs of preview 1, which
    /// know no such flag.
    pub(in crate::fs) mutate_directory: bool,
}

/// How a guest asks for something to be opened.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::fs) struct Asked {
    /// Follow a link at the path's end.
    pub(in crate::fs) follow: bool,
    pub(in crate::fs) create: bool,
    pub(in crate::fs) directory: bool,
    pub(in crate::fs) exclusive: bool,
    pub(in crate::fs) truncate: bool,
    pub(in crate::fs) flags: Flags,
}
