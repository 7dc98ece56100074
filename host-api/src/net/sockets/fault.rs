//! Why something about a socket failed.

use std::io;

use rustix::io::Errno;
use wasmtime_wasi::p2;
use wasmtime_wasi::sockets::ErrorCode;

/// Why something about a socket failed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// What both generations have a name for.
    Code(ErrorCode),
    /// The guest may have no more sockets.
    Full,
}

impl Fault {
    /// It is refused. Who refuses it has noted that.
    pub(super) const DENIED: Fault = Fault::Code(ErrorCode::AccessDenied);
}

impl From<ErrorCode> for Fault {
    fn from(code: ErrorCode) -> Fault {
        Fault::Code(code)
    }
}

impl From<Errno> for Fault {
    fn from(errno: Errno) -> Fault {
        Fault::Code(errno.into())
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Code(error.into())
    }
}

impl From<Fault> for p2::SocketError {
    fn from(fault: Fault) -> p2::SocketError {
        use p2::bindings::sockets::network::ErrorCode as Code;
        match fault {
            Fault::Code(code) => code.into(),
            Fault::Full => Code::NewSocketLimit.into(),
        }
    }
}

#[cfg(feature = "wasi03")]
impl From<Fault> for wasmtime_wasi::p3::sockets::SocketError {
    fn from(fault: Fault) -> wasmtime_wasi::p3::sockets::SocketError {
        use wasmtime_wasi::p3::bindings::sockets::types::ErrorCode as Code;
        match fault {
            Fault::Code(code) => code.into(),
            Fault::Full => Code::Other(Some("the guest may have no more sockets".to_owned())).into(),
        }
    }
}
