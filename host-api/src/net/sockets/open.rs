//! Sockets of the system: made, named, accepted.

use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrAny, SocketType, sockopt};
use wasmtime_wasi::sockets::ErrorCode;

use super::address::Family;

/// A new socket that does not block and that no other program gets.
pub(super) fn open(family: Family, kind: SocketType) -> Result<OwnedFd, Errno> {
    let domain = match family {
        Family::V4 => AddressFamily::INET,
        Family::V6 => AddressFamily::INET6,
    };
    let socket = new(domain, kind)?;
    if family == Family::V6 {
        // As WASI has it: sockets of version 6 have nothing to do with version 4.
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    Ok(socket)
}

#[cfg(target_os = "linux")]
fn new(domain: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    use rustix::net::SocketFlags;
    rustix::net::socket_with(domain, kind, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)
}

#[cfg(not(target_os = "linux"))]
fn new(domain: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    our_own(rustix::net::socket(domain, kind, None)?)
}

/// Takes a connection, and says whose it is.
pub(super) fn accept(listener: impl AsFd) -> Result<OwnedFd, Errno> {
    accepted(listener).map_err(|errno| match errno {
        // What was wrong with a connection before it was taken; other systems don't tell of it.
        Errno::CONNRESET
        | Errno::NETRESET
        | Errno::HOSTUNREACH
        | Errno::HOSTDOWN
        | Errno::NETDOWN
        | Errno::NETUNREACH
        | Errno::PROTO
        | Errno::NOPROTOOPT
        | Errno::OPNOTSUPP => Errno::CONNABORTED,
        errno => errno,
    })
}

#[cfg(target_os = "linux")]
fn accepted(listener: impl AsFd) -> Result<OwnedFd, Errno> {
    use rustix::net::SocketFlags;
    rustix::net::accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)
}

#[cfg(not(target_os = "linux"))]
fn accepted(listener: impl AsFd) -> Result<OwnedFd, Errno> {
    our_own(rustix::net::accept(listener)?)
}

/// Where sockets can't be made so.
#[cfg(not(target_os = "linux"))]
fn our_own(socket: OwnedFd) -> Result<OwnedFd, Errno> {
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    Ok(socket)
}

/// Binds a socket.
pub(super) fn bind(socket: impl AsFd, address: SocketAddr) -> Result<(), ErrorCode> {
    rustix::net::bind(socket, &address).map_err(|errno| match errno {
        Errno::AFNOSUPPORT => ErrorCode::InvalidArgument,
        errno => errno.into(),
    })
}

/// Where a socket is bound.
pub(super) fn local_address(socket: impl AsFd) -> Result<SocketAddr, ErrorCode> {
    of_system(rustix::net::getsockname(socket)?)
}

/// What a socket is connected to.
pub(super) fn remote_address(socket: impl AsFd) -> Result<SocketAddr, ErrorCode> {
    rustix::net::getpeername(socket)?.map_or(Err(ErrorCode::InvalidState), of_system)
}

pub(super) fn of_system(address: SocketAddrAny) -> Result<SocketAddr, ErrorCode> {
    SocketAddr::try_from(address).map_err(ErrorCode::from)
}
