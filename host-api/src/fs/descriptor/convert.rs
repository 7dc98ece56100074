//! How both generations say the same things. Their types have the same names, and are not the same types.

/// The conversions between a front's `types` and what is said here: made once for each generation.
macro_rules! conversions {
    () => {
        use $crate::fs::descriptor::{Asked, Flags};
        use $crate::fs::{Errno, Metadata, SetTime, SetTimes};

        /// How an error is told. There is no code for too many open files: they are something that the host has no more
        /// room for.
        pub(super) fn code(error: Errno) -> types::ErrorCode {
            use types::ErrorCode as Code;
            match error {
                Errno::ACCESS => Code::Access,
                Errno::ALREADY => Code::Already,
                Errno::BADF => Code::BadDescriptor,
                Errno::BUSY => Code::Busy,
                Errno::DEADLK => Code::Deadlock,
                Errno::DQUOT => Code::Quota,
                Errno::EXIST => Code::Exist,
                Errno::FBIG => Code::FileTooLarge,
                Errno::ILSEQ => Code::IllegalByteSequence,
                Errno::INPROGRESS => Code::InProgress,
                Errno::INTR => Code::Interrupted,
                Errno::INVAL => Code::Invalid,
                Errno::ISDIR => Code::IsDirectory,
                Errno::LOOP => Code::Loop,
                Errno::MFILE | Errno::NFILE | Errno::NOMEM => Code::InsufficientMemory,
                Errno::MLINK => Code::TooManyLinks,
                Errno::NAMETOOLONG => Code::NameTooLong,
                Errno::NODEV => Code::NoDevice,
                Errno::NOENT => Code::NoEntry,
                Errno::NOLCK => Code::NoLock,
                Errno::NOSPC => Code::InsufficientSpace,
                Errno::NOSYS | Errno::NOTSUP => Code::Unsupported,
                Errno::NOTDIR => Code::NotDirectory,
                Errno::NOTEMPTY => Code::NotEmpty,
                Errno::NOTTY => Code::NoTty,
                Errno::NXIO => Code::NoSuchDevice,
                Errno::OVERFLOW => Code::Overflow,
                Errno::PERM => Code::NotPermitted,
                Errno::PIPE => Code::Pipe,
                Errno::ROFS => Code::ReadOnly,
                Errno::SPIPE => Code::InvalidSeek,
                Errno::TXTBSY => Code::TextFileBusy,
                Errno::XDEV => Code::CrossDevice,
                _ => Code::Io,
            }
        }

        pub(super) fn follow(flags: types::PathFlags) -> bool {
            flags.contains(types::PathFlags::SYMLINK_FOLLOW)
        }

        pub(super) fn asked(
            path: types::PathFlags,
            open: types::OpenFlags,
            flags: types::DescriptorFlags,
        ) -> Asked {
            use types::{DescriptorFlags as D, OpenFlags as O};
            Asked {
                follow: follow(path),
                create: open.contains(O::CREATE),
                directory: open.contains(O::DIRECTORY),
                exclusive: open.contains(O::EXCLUSIVE),
                truncate: open.contains(O::TRUNCATE),
                flags: Flags {
                    read: flags.contains(D::READ),
                    write: flags.contains(D::WRITE),
                    file_integrity_sync: flags.contains(D::FILE_INTEGRITY_SYNC),
                    data_integrity_sync: flags.contains(D::DATA_INTEGRITY_SYNC),
                    requested_write_sync: flags.contains(D::REQUESTED_WRITE_SYNC),
                    mutate_directory: flags.contains(D::MUTATE_DIRECTORY),
                },
            }
        }

        pub(super) fn flags(flags: Flags) -> types::DescriptorFlags {
            use types::DescriptorFlags as D;
            [
                (flags.read, D::READ),
                (flags.write, D::WRITE),
                (flags.file_integrity_sync, D::FILE_INTEGRITY_SYNC),
                (flags.data_integrity_sync, D::DATA_INTEGRITY_SYNC),
                (flags.requested_write_sync, D::REQUESTED_WRITE_SYNC),
                (flags.mutate_directory, D::MUTATE_DIRECTORY),
            ]
            .into_iter()
            .filter(|(set, _)| *set)
            .fold(D::empty(), |flags, (_, flag)| flags | flag)
        }

        pub(super) fn stat(metadata: &Metadata) -> types::DescriptorStat {
            types::DescriptorStat {
                type_: kind(metadata.kind),
                link_count: metadata.links,
                size: metadata.size,
                data_access_timestamp: Some(time(metadata.accessed)),
                data_modification_timestamp: Some(time(metadata.modified)),
                status_change_timestamp: Some(time(metadata.changed)),
            }
        }

        pub(super) fn hash((lower, upper): (u64, u64)) -> types::MetadataHashValue {
            types::MetadataHashValue { lower, upper }
        }

        pub(super) fn set_times(
            accessed: types::NewTimestamp,
            modified: types::NewTimestamp,
        ) -> Result<SetTimes, Errno> {
            let set = |time| match time {
                types::NewTimestamp::NoChange => Ok(SetTime::Keep),
                types::NewTimestamp::Now => Ok(SetTime::Now),
                types::NewTimestamp::Timestamp(time) => nanoseconds(time).map(SetTime::At),
            };
            Ok(SetTimes { accessed: set(accessed)?, modified: set(modified)? })
        }

        fn time(nanoseconds: u64) -> Time {
            // What is left of a division by a billion fits.
            let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
            Time { seconds: seconds as _, nanoseconds: rest as u32 }
        }

        /// Nanoseconds since 1970: files have no times before that, and none after 2554.
        fn nanoseconds(time: Time) -> Result<u64, Errno> {
            let seconds = u64::try_from(time.seconds).map_err(|_| Errno::OVERFLOW)?;
            let nanoseconds = seconds.checked_mul(1_000_000_000);
            nanoseconds.and_then(|all| all.checked_add(time.nanoseconds.into())).ok_or(Errno::OVERFLOW)
        }
    };
}

pub(in crate::fs) use conversions;
