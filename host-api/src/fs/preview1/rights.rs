//! Rights: what a descriptor may be used for.
//!
//! Mounts decide what a guest may do; rights are what preview 1 lets a guest give up on top of that. A descriptor
//! starts with all that make sense for it, and `fd_fdstat_set_rights` can only take some away.

use super::Errno;

/// A set of rights, in the bits of `wasi_snapshot_preview1.witx`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rights(pub u64);

macro_rules! rights {
    ($($name:ident $bit:literal;)*) => {
        impl Rights {
            $(#[doc = concat!("`", stringify!($name), "`")] pub const $name: Rights = Rights(1 << $bit);)*
        }
    };
}

rights! {
    FD_DATASYNC 0;
    FD_READ 1;
    FD_SEEK 2;
    FD_FDSTAT_SET_FLAGS 3;
    FD_SYNC 4;
    FD_TELL 5;
    FD_WRITE 6;
    FD_ADVISE 7;
    FD_ALLOCATE 8;
    PATH_CREATE_DIRECTORY 9;
    PATH_CREATE_FILE 10;
    PATH_LINK_SOURCE 11;
    PATH_LINK_TARGET 12;
    PATH_OPEN 13;
    FD_READDIR 14;
    PATH_READLINK 15;
    PATH_RENAME_SOURCE 16;
    PATH_RENAME_TARGET 17;
    PATH_FILESTAT_GET 18;
    PATH_FILESTAT_SET_SIZE 19;
    PATH_FILESTAT_SET_TIMES 20;
    FD_FILESTAT_GET 21;
    FD_FILESTAT_SET_SIZE 22;
    FD_FILESTAT_SET_TIMES 23;
    PATH_SYMLINK 24;
    PATH_REMOVE_DIRECTORY 25;
    PATH_UNLINK_FILE 26;
    POLL_FD_READWRITE 27;
}

impl Rights {
    /// None at all.
    pub const NONE: Rights = Rights(0);
    /// What a stream may be used for.
    pub const STREAM: Rights =
        Rights(Self::FD_READ.0 | Self::FD_WRITE.0 | Self::FD_FILESTAT_GET.0 | Self::POLL_FD_READWRITE.0);
    /// What a file may be used for.
    pub const FILE: Rights = Rights(
        Self::STREAM.0
            | Self::FD_DATASYNC.0
            | Self::FD_SEEK.0
            | Self::FD_FDSTAT_SET_FLAGS.0
            | Self::FD_SYNC.0
            | Self::FD_TELL.0
            | Self::FD_ADVISE.0
            | Self::FD_ALLOCATE.0
            | Self::FD_FILESTAT_SET_SIZE.0
            | Self::FD_FILESTAT_SET_TIMES.0,
    );
    /// What a folder may be used for.
    pub const FOLDER: Rights = Rights(
        Self::FD_FDSTAT_SET_FLAGS.0
            | Self::FD_SYNC.0
            | Self::FD_ADVISE.0
            | Self::PATH_CREATE_DIRECTORY.0
            | Self::PATH_CREATE_FILE.0
            | Self::PATH_LINK_SOURCE.0
            | Self::PATH_LINK_TARGET.0
            | Self::PATH_OPEN.0
            | Self::FD_READDIR.0
            | Self::PATH_READLINK.0
            | Self::PATH_RENAME_SOURCE.0
            | Self::PATH_RENAME_TARGET.0
            | Self::PATH_FILESTAT_GET.0
            | Self::PATH_FILESTAT_SET_SIZE.0
            | Self::PATH_FILESTAT_SET_TIMES.0
            | Self::FD_FILESTAT_GET.0
            | Self::FD_FILESTAT_SET_TIMES.0
            | Self::PATH_SYMLINK.0
            | Self::PATH_REMOVE_DIRECTORY.0
            | Self::PATH_UNLINK_FILE.0,
    );

    /// Both sets together.
    pub const fn and(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// What both sets have.
    pub const fn common(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// What this set has and the other has not.
    pub const fn without(self, other: Rights) -> Rights {
        Rights(self.0 & !other.0)
    }

    /// Whether all of `needed` are there.
    pub const fn has(self, needed: Rights) -> bool {
        self.0 & needed.0 == needed.0
    }

    /// Fails unless all of `needed` are there.
    ///
    /// # Errors
    /// `ENOTCAPABLE`.
    pub fn check(self, needed: Rights) -> Result<(), Errno> {
        if self.has(needed) { Ok(()) } else { Err(Errno::NOTCAPABLE) }
    }
}
