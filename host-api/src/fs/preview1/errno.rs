//! Error numbers of preview 1, and how POSIX ones are told in them.

use std::io;

use crate::fs::Errno as Posix;

/// An error number of preview 1, as `wasi_snapshot_preview1.witx` lists them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Errno(pub u16);

macro_rules! errnos {
    ($($name:ident $number:literal $($posix:ident)*;)*) => {
        impl Errno {
            $(#[doc = concat!("`", stringify!($name), "`")] pub const $name: Errno = Errno($number);)*
        }

        impl From<Posix> for Errno {
            fn from(error: Posix) -> Errno {
                match error {
                    $($(Posix::$posix => Errno::$name,)*)*
                    _ => Errno::IO,
                }
            }
        }
    };
}

errnos! {
    TOOBIG 1 TOOBIG;
    ACCES 2 ACCESS;
    AGAIN 6 AGAIN;
    BADF 8 BADF;
    BUSY 10 BUSY;
    DQUOT 19 DQUOT;
    EXIST 20 EXIST;
    FAULT 21 FAULT;
    FBIG 22 FBIG;
    ILSEQ 25 ILSEQ;
    INTR 27 INTR;
    INVAL 28 INVAL;
    IO 29 IO;
    ISDIR 31 ISDIR;
    LOOP 32 LOOP;
    MFILE 33 MFILE;
    MLINK 34 MLINK;
    NAMETOOLONG 37 NAMETOOLONG;
    NFILE 41 NFILE;
    NODEV 43 NODEV;
    NOENT 44 NOENT;
    NOLCK 46 NOLCK;
    NOMEM 48 NOMEM;
    NOSPC 51 NOSPC;
    NOSYS 52 NOSYS;
    NOTDIR 54 NOTDIR;
    NOTEMPTY 55 NOTEMPTY;
    NOTSOCK 57 NOTSOCK;
    NOTSUP 58 NOTSUP;
    NOTTY 59 NOTTY;
    NXIO 60 NXIO;
    OVERFLOW 61 OVERFLOW;
    PERM 63 PERM;
    PIPE 64 PIPE;
    RANGE 68 RANGE;
    ROFS 69 ROFS;
    SPIPE 70 SPIPE;
    STALE 72 STALE;
    TXTBSY 74 TXTBSY;
    XDEV 75 XDEV;
    NOTCAPABLE 76;
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        if let Some(code) = Posix::from_io_error(&error) {
            return code.into();
        }
        match error.kind() {
            io::ErrorKind::BrokenPipe => Errno::PIPE,
            io::ErrorKind::Interrupted => Errno::INTR,
            io::ErrorKind::StorageFull => Errno::NOSPC,
            io::ErrorKind::WouldBlock => Errno::AGAIN,
            _ => Errno::IO,
        }
    }
}
