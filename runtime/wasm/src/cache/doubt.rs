//! Why something in the cache is not used.

use std::fmt;
use std::io;

use rustix::io::Errno;

/// Why something in the cache is not used.
#[derive(Debug)]
pub(super) enum Doubt {
    /// It is not what dayfly left there, and is removed.
    Refused(String),
    /// The system failed. What is there may be sound, and stays.
    Failed(io::Error),
}

impl Doubt {
    pub(super) fn refused(why: impl Into<String>) -> Doubt {
        Doubt::Refused(why.into())
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Refused(why) => f.write_str(why),
            Doubt::Failed(error) => write!(f, "it can't be read: {error}"),
        }
    }
}

impl From<io::Error> for Doubt {
    fn from(error: io::Error) -> Doubt {
        Doubt::Failed(error)
    }
}

impl From<Errno> for Doubt {
    /// For opening: some errors say what kind of thing is there, and the others nothing about it.
    fn from(error: Errno) -> Doubt {
        match error {
            // EMLINK and EFTYPE say the same elsewhere.
            Errno::LOOP | Errno::MLINK => Doubt::refused("it is a symbolic link"),
            Errno::NXIO | Errno::ISDIR => Doubt::refused("it is no regular file"),
            Errno::ACCESS => Doubt::refused("its own user may not read it"),
            other => Doubt::Failed(other.into()),
        }
    }
}

impl From<Doubt> for io::Error {
    fn from(doubt: Doubt) -> io::Error {
        match doubt {
            Doubt::Refused(why) => io::Error::new(io::ErrorKind::InvalidData, why),
            Doubt::Failed(error) => error,
        }
    }
}
