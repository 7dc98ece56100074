//! Calls that no honest guest makes: every function of preview 1 with any arguments at all.

use std::future::Future;
use std::pin::pin;
use std::task::{Context as Task, Poll, Waker};

use crate::fs::preview1::{self as wasi, Context, Memory};

/// How many functions [`call`] knows.
const FUNCTIONS: u32 = 46;

/// Where the arguments of a hostile call come from: a generator of noise, or a fuzzer's bytes.
pub trait Arguments {
    /// A number below `count`, which is at least 1.
    fn below(&mut self, count: u32) -> u32;
    /// A descriptor: now and then one that is open.
    fn descriptor(&mut self) -> u32;
    /// A pointer, a length or flags: now and then good ones.
    fn short(&mut self) -> u32;
    /// An offset, a time or rights.
    fn long(&mut self) -> u64;
}

/// One call of any function, those that may wait included; gives whether it went well, and nothing where it would
/// have to wait: such a call is dropped, as it is when a guest is stopped.
///
/// Needs a tokio runtime with time and I/O to be entered.
#[allow(clippy::too_many_lines, reason = "the interface has so many functions")]
pub fn call(cx: &mut Context, m: &mut Memory<'_>, a: &mut impl Arguments) -> Option<bool> {
    let fd = a.descriptor();
    let result = match a.below(FUNCTIONS) {
        0 => wasi::args_get(cx, m, a.short(), a.short()),
        1 => wasi::args_sizes_get(cx, m, a.short(), a.short()),
        2 => wasi::environ_get(cx, m, a.short(), a.short()),
        3 => wasi::environ_sizes_get(cx, m, a.short(), a.short()),
        4 => wasi::clock_res_get(cx, m, a.below(6), a.short()),
        5 => wasi::clock_time_get(cx, m, a.below(6), a.long(), a.short()),
        6 => wasi::fd_advise(cx, m, fd, a.long(), a.long(), a.below(8)),
        7 => wasi::fd_allocate(cx, m, fd, a.long(), a.long()),
        8 => wasi::fd_close(cx, m, fd),
        9 => wasi::fd_datasync(cx, m, fd),
        10 => wasi::fd_fdstat_get(cx, m, fd, a.short()),
        11 => wasi::fd_fdstat_set_flags(cx, m, fd, a.short()),
        12 => wasi::fd_fdstat_set_rights(cx, m, fd, a.long(), a.long()),
        13 => wasi::fd_filestat_get(cx, m, fd, a.short()),
        14 => wasi::fd_filestat_set_size(cx, m, fd, a.long()),
        15 => wasi::fd_filestat_set_times(cx, m, fd, a.long(), a.long(), a.short()),
        16 => wasi::fd_pread(cx, m, fd, a.short(), a.short(), a.long(), a.short()),
        17 => wasi::fd_prestat_get(cx, m, fd, a.short()),
        18 => wasi::fd_prestat_dir_name(cx, m, fd, a.short(), a.short()),
        19 => wasi::fd_pwrite(cx, m, fd, a.short(), a.short(), a.long(), a.short()),
        20 => wasi::fd_readdir(cx, m, fd, a.short(), a.short(), a.long(), a.short()),
        21 => wasi::fd_renumber(cx, m, fd, a.descriptor()),
        22 => wasi::fd_seek(cx, m, fd, a.long().cast_signed(), a.below(4), a.short()),
        23 => wasi::fd_sync(cx, m, fd),
        24 => wasi::fd_tell(cx, m, fd, a.short()),
        25 => wasi::path_create_directory(cx, m, fd, a.short(), a.short()),
        26 => wasi::path_filestat_get(cx, m, fd, a.below(3), a.short(), a.short(), a.short()),
        27 => {
            let (flags, path, length) = (a.below(3), a.short(), a.short());
            wasi::path_filestat_set_times(cx, m, fd, flags, path, length, a.long(), a.long(), a.below(17))
        }
        28 => {
            let (flags, old, length) = (a.below(2), a.short(), a.short());
            wasi::path_link(cx, m, fd, flags, old, length, a.descriptor(), a.short(), a.short())
        }
        29 | 30 => {
            let (lookup, path, length, open) = (a.below(3), a.short(), a.short(), a.below(17));
            let (rights, inheriting, flags) = (a.long(), a.long(), a.below(33));
            wasi::path_open(cx, m, fd, lookup, path, length, open, rights, inheriting, flags, a.short())
        }
        31 => wasi::path_readlink(cx, m, fd, a.short(), a.short(), a.short(), a.short(), a.short()),
        32 => wasi::path_remove_directory(cx, m, fd, a.short(), a.short()),
        33 => {
            let (old, length, new_fd) = (a.short(), a.short(), a.descriptor());
            wasi::path_rename(cx, m, fd, old, length, new_fd, a.short(), a.short())
        }
        34 => wasi::path_symlink(cx, m, a.short(), a.short(), fd, a.short(), a.short()),
        35 => wasi::path_unlink_file(cx, m, fd, a.short(), a.short()),
        36 => wasi::proc_raise(cx, m, a.short()),
        37 => wasi::sock_accept(cx, m, fd, a.short(), a.short()),
        38 => wasi::sock_recv(cx, m, fd, a.short(), a.short(), a.short(), a.short(), a.short()),
        39 => wasi::sock_send(cx, m, fd, a.short(), a.short(), a.short(), a.short()),
        40 => wasi::sock_shutdown(cx, m, fd, a.short()),
        41 => return now(wasi::fd_read(cx, m, fd, a.short(), a.short(), a.short())),
        42 => return now(wasi::fd_write(cx, m, fd, a.short(), a.short(), a.short())),
        43 => return now(wasi::random_get(cx, m, a.short(), a.short())),
        44 => return now(wasi::poll_oneoff(cx, m, a.short(), a.short(), a.short(), a.short())),
        _ => return now(wasi::sched_yield(cx, m)),
    };
    Some(result.is_ok())
}

/// What a call comes to that may wait, if it does not.
pub fn now<E>(call: impl Future<Output = Result<(), E>>) -> Option<bool> {
    match pin!(call).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result.is_ok()),
        Poll::Pending => None,
    }
}
