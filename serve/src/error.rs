//! Why a server can't start, or go on.

use std::io;
use std::path::PathBuf;

use crate::Address;

/// Why a server can't start, or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It was given nowhere to listen.
    #[error("a server needs an address to listen on")]
    NoAddress,
    /// The system does not let it listen there.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Where it was to listen.
        address: Address,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody listens on this Unix socket.
    #[error("can't listen on unix:{}: another process does", .0.display())]
    Taken(PathBuf),
    /// What is there is no socket, so it is left alone.
    #[error("can't listen on unix:{}: what is there is no socket; remove it, or choose another path", .0.display())]
    NoSocket(PathBuf),
    /// No socket was passed to this process, or what was passed is none that connections arrive at.
    #[error("can't listen on what the service manager passes: {0}")]
    Inherited(String),
    /// A thread of the server could not be started, or failed.
    #[error("a thread of the server failed: {0}")]
    Thread(io::Error),
}
