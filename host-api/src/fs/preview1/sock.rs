//! Sockets: `sock_*`. No descriptor of preview 1 is one here.

use super::table::Object;
use super::{Context, Errno, Memory};

/// What a call says of a descriptor: data goes through streams and files, though they are no sockets; a folder is
/// nothing that data goes through at all.
fn not_a_socket(cx: &Context, fd: u32) -> Result<(), Errno> {
    match cx.table.get(fd)?.object {
        Object::Directory { .. } => Err(Errno::BADF),
        _ => Err(Errno::NOTSOCK),
    }
}

/// `sock_accept`
pub fn sock_accept(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    _flags: u32,
    _opened: u32,
) -> Result<(), Errno> {
    not_a_socket(cx, fd)
}

/// `sock_recv`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn sock_recv(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    _iovs: u32,
    _count: u32,
    _flags: u32,
    _nread: u32,
    _out_flags: u32,
) -> Result<(), Errno> {
    not_a_socket(cx, fd)
}

/// `sock_send`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn sock_send(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    _iovs: u32,
    _count: u32,
    _flags: u32,
    _nwritten: u32,
) -> Result<(), Errno> {
    not_a_socket(cx, fd)
}

/// `sock_shutdown`
pub fn sock_shutdown(cx: &mut Context, _: &mut Memory<'_>, fd: u32, _how: u32) -> Result<(), Errno> {
    not_a_socket(cx, fd)
}
