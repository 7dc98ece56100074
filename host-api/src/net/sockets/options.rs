//! Options of sockets, in the units of WASI: nanoseconds and bytes.

use std::os::fd::AsFd;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::sockopt;
use wasmtime_wasi::sockets::ErrorCode;

use super::address::Family;

type Result<T> = std::result::Result<T, ErrorCode>;

/// The longest time between signs of life, in seconds: Linux takes no more.
const LONGEST: u64 = i16::MAX as u64;
/// The most signs of life without an answer: the same.
const MOST_PROBES: u32 = i8::MAX as u32;
/// Linux makes twice of a buffer what was asked for, and tells that.
const DOUBLED: usize = if cfg!(target_os = "linux") { 2 } else { 1 };

pub(super) fn keep_alive(socket: impl AsFd) -> Result<bool> {
    Ok(sockopt::socket_keepalive(socket)?)
}

pub(super) fn set_keep_alive(socket: impl AsFd, value: bool) -> Result<()> {
    Ok(sockopt::set_socket_keepalive(socket, value)?)
}

pub(super) fn idle_time(socket: impl AsFd) -> Result<u64> {
    Ok(nanoseconds(sockopt::tcp_keepidle(socket)?))
}

pub(super) fn set_idle_time(socket: impl AsFd, value: u64) -> Result<()> {
    Ok(sockopt::set_tcp_keepidle(socket, seconds(value)?)?)
}

pub(super) fn interval(socket: impl AsFd) -> Result<u64> {
    Ok(nanoseconds(sockopt::tcp_keepintvl(socket)?))
}

pub(super) fn set_interval(socket: impl AsFd, value: u64) -> Result<()> {
    Ok(sockopt::set_tcp_keepintvl(socket, seconds(value)?)?)
}

pub(super) fn probes(socket: impl AsFd) -> Result<u32> {
    Ok(sockopt::tcp_keepcnt(socket)?)
}

pub(super) fn set_probes(socket: impl AsFd, value: u32) -> Result<()> {
    Ok(sockopt::set_tcp_keepcnt(socket, some(value)?.min(MOST_PROBES))?)
}

pub(super) fn hop_limit(socket: impl AsFd, family: Family) -> Result<u8> {
    match family {
        Family::V4 => u8::try_from(sockopt::ip_ttl(socket)?).map_err(|_| ErrorCode::NotSupported),
        Family::V6 => Ok(sockopt::ipv6_unicast_hops(socket)?),
    }
}

pub(super) fn set_hop_limit(socket: impl AsFd, family: Family, value: u8) -> Result<()> {
    let value = some(value)?;
    match family {
        Family::V4 => sockopt::set_ip_ttl(socket, value.into())?,
        Family::V6 => sockopt::set_ipv6_unicast_hops(socket, Some(value))?,
    }
    Ok(())
}

pub(super) fn receive_buffer(socket: impl AsFd) -> Result<u64> {
    Ok((sockopt::socket_recv_buffer_size(socket)? / DOUBLED) as u64)
}

pub(super) fn set_receive_buffer(socket: impl AsFd, value: u64) -> Result<()> {
    as_much(sockopt::set_socket_recv_buffer_size(socket, size(value)?))
}

pub(super) fn send_buffer(socket: impl AsFd) -> Result<u64> {
    Ok((sockopt::socket_send_buffer_size(socket)? / DOUBLED) as u64)
}

pub(super) fn set_send_buffer(socket: impl AsFd, value: u64) -> Result<()> {
    as_much(sockopt::set_socket_send_buffer_size(socket, size(value)?))
}

/// No option can be nothing.
fn some<T: Default + PartialEq>(value: T) -> Result<T> {
    if value == T::default() { Err(ErrorCode::InvalidArgument) } else { Ok(value) }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Whole seconds are all that the system knows.
fn seconds(nanoseconds: u64) -> Result<Duration> {
    Ok(Duration::from_secs((some(nanoseconds)? / 1_000_000_000).clamp(1, LONGEST)))
}

fn size(value: u64) -> Result<usize> {
    // The system has its own limit.
    Ok(usize::try_from(some(value)?.min(i32::MAX as u64)).unwrap_or(usize::MAX))
}

/// A size is a wish: some systems refuse it where others give as much as there may be.
fn as_much(set: std::result::Result<(), Errno>) -> Result<()> {
    match set {
        Ok(()) | Err(Errno::NOBUFS) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}
