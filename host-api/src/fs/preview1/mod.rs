//! WASI preview 1: all 46 functions of `wasi_snapshot_preview1`, over the core of [`fs`](crate::fs).
//!
//! Each function is a plain one over a [`Context`] and the guest's [`Memory`], with the arguments of its
//! `witx` definition in their order, a result pointer last. [`add_to_linker`] is the one place that knows wasmtime.
//! Functions that may make the guest wait are `async`; they are polled on the guest's own thread, and dropping them
//! is how a guest that waits is stopped.

mod clock;
mod context;
mod errno;
mod fd;
mod file;
mod filestat;
mod io;
mod linker;
mod memory;
mod path;
mod poll;
mod process;
mod readdir;
mod rights;
mod sock;
mod table;

pub use clock::{clock_res_get, clock_time_get};
pub use context::{Context, Streamed};
pub use errno::Errno;
pub use fd::{
    fd_close, fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights, fd_prestat_dir_name, fd_prestat_get,
    fd_renumber,
};
pub use file::{fd_advise, fd_allocate, fd_datasync, fd_seek, fd_sync, fd_tell};
pub use filestat::{
    fd_filestat_get, fd_filestat_set_size, fd_filestat_set_times, path_filestat_get, path_filestat_set_times,
};
pub use io::{fd_pread, fd_pwrite, fd_read, fd_write};
#[cfg(any(feature = "gpu", feature = "http"))]
pub(crate) use linker::memory as caller_memory;
pub use linker::{FUNCTIONS, Function, add_to_linker};
pub use memory::{MAX_VECTORS, Memory};
pub use path::{
    path_create_directory, path_link, path_open, path_readlink, path_remove_directory, path_rename,
    path_symlink, path_unlink_file,
};
pub use poll::{MAX_SUBSCRIPTIONS, poll_oneoff};
pub use process::{
    Exit, args_get, args_sizes_get, environ_get, environ_sizes_get, proc_raise, random_get, sched_yield,
};
pub use readdir::fd_readdir;
pub use rights::Rights;
pub use sock::{sock_accept, sock_recv, sock_send, sock_shutdown};
