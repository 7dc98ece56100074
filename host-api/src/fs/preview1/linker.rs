//! Preview 1 as imports of a wasmtime module.

use wasmtime::{Caller, Error, Extern, Linker, Result};

use super::{Context, Errno, Exit, Memory};

const MODULE: &str = "wasi_snapshot_preview1";

/// Hands all functions, with their arguments, to another macro. The first list never waits; the second one may, and is
/// asynchronous for wasmtime.
macro_rules! functions {
    ($with:ident!($($given:ident),*)) => {
        $with! {
            ($($given),*)
            sync {
                fn args_get(argv: u32, buffer: u32);
                fn args_sizes_get(count: u32, size: u32);
                fn environ_get(environ: u32, buffer: u32);
                fn environ_sizes_get(count: u32, size: u32);
                fn clock_res_get(id: u32, resolution: u32);
                fn clock_time_get(id: u32, precision: u64, time: u32);
                fn fd_advise(fd: u32, offset: u64, length: u64, advice: u32);
                fn fd_allocate(fd: u32, offset: u64, length: u64);
                fn fd_close(fd: u32);
                fn fd_datasync(fd: u32);
                fn fd_fdstat_get(fd: u32, stat: u32);
                fn fd_fdstat_set_flags(fd: u32, flags: u32);
                fn fd_fdstat_set_rights(fd: u32, rights: u64, inheriting: u64);
                fn fd_filestat_get(fd: u32, stat: u32);
                fn fd_filestat_set_size(fd: u32, size: u64);
                fn fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32);
                fn fd_pread(fd: u32, iovs: u32, count: u32, offset: u64, nread: u32);
                fn fd_prestat_get(fd: u32, prestat: u32);
                fn fd_prestat_dir_name(fd: u32, path: u32, length: u32);
                fn fd_pwrite(fd: u32, iovs: u32, count: u32, offset: u64, nwritten: u32);
                fn fd_readdir(fd: u32, buffer: u32, length: u32, cookie: u64, used: u32);
                fn fd_renumber(from: u32, to: u32);
                fn fd_seek(fd: u32, offset: i64, whence: u32, position: u32);
                fn fd_sync(fd: u32);
                fn fd_tell(fd: u32, position: u32);
                fn path_create_directory(fd: u32, path: u32, length: u32);
                fn path_filestat_get(fd: u32, flags: u32, path: u32, length: u32, stat: u32);
                fn path_filestat_set_times(
                    fd: u32, flags: u32, path: u32, length: u32, accessed: u64, modified: u64, time_flags: u32
                );
                fn path_link(
                    fd: u32, flags: u32, old: u32, old_length: u32, new_fd: u32, new: u32, new_length: u32
                );
                fn path_open(
                    fd: u32, lookup: u32, path: u32, length: u32, open: u32, rights: u64, inheriting: u64, flags: u32,
                    opened: u32
                );
                fn path_readlink(fd: u32, path: u32, length: u32, buffer: u32, buffer_length: u32, used: u32);
                fn path_remove_directory(fd: u32, path: u32, length: u32);
                fn path_rename(fd: u32, old: u32, old_length: u32, new_fd: u32, new: u32, new_length: u32);
                fn path_symlink(contents: u32, contents_length: u32, fd: u32, path: u32, length: u32);
                fn path_unlink_file(fd: u32, path: u32, length: u32);
                fn proc_raise(signal: u32);
                fn sock_accept(fd: u32, flags: u32, opened: u32);
                fn sock_recv(fd: u32, iovs: u32, count: u32, flags: u32, nread: u32, out_flags: u32);
                fn sock_send(fd: u32, iovs: u32, count: u32, flags: u32, nwritten: u32);
                fn sock_shutdown(fd: u32, how: u32);
            }
            async {
                fn fd_read(fd: u32, iovs: u32, count: u32, nread: u32);
                fn fd_write(fd: u32, iovs: u32, count: u32, nwritten: u32);
                fn poll_oneoff(subscriptions: u32, events: u32, count: u32, stored: u32);
                fn random_get(buffer: u32, length: u32);
                fn sched_yield();
            }
        }
    };
}

/// Defines functions in a linker.
macro_rules! define {
    (
        ($linker:ident, $get:ident)
        sync { $(fn $name:ident($($arg:ident: $ty:ty),* $(,)?);)* }
        async { $(fn $wait:ident($($wait_arg:ident: $wait_ty:ty),*);)* }
    ) => {
        $(
            $linker.func_wrap(MODULE, stringify!($name), move |mut caller: Caller<'_, T>, $($arg: $ty),*| -> Result<u32> {
                let (memory, state) = memory(&mut caller, "WASI preview 1")?;
                let context = $get(state).enter()?;
                Ok(code(super::$name(context, &mut Memory::new(memory), $($arg),*)))
            })?;
        )*
        $(
            $linker.func_wrap_async(
                MODULE,
                stringify!($wait),
                move |mut caller: Caller<'_, T>, ($($wait_arg,)*): ($($wait_ty,)*)| {
                    Box::new(async move {
                        let (memory, state) = memory(&mut caller, "WASI preview 1")?;
                        let context = $get(state).enter()?;
                        Ok::<u32, Error>(code(super::$wait(context, &mut Memory::new(memory), $($wait_arg),*).await))
                    })
                },
            )?;
        )*
    };
}

/// Describes functions.
macro_rules! describe {
    (
        ()
        sync { $(fn $name:ident($($arg:ident: $ty:ty),* $(,)?);)* }
        async { $(fn $wait:ident($($wait_arg:ident: $wait_ty:ty),*);)* }
    ) => {
        &[
            $(Function { name: stringify!($name), parameters: &[$(stringify!($ty)),*], returns: true },)*
            $(Function { name: stringify!($wait), parameters: &[$(stringify!($wait_ty)),*], returns: true },)*
            Function { name: "proc_exit", parameters: &["u32"], returns: false },
        ]
    };
}

/// A function of `wasi_snapshot_preview1`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters' types: `u32`, which is an `i32` of WebAssembly, and `u64` and `i64`, which are an `i64`.
    pub parameters: &'static [&'static str],
    /// Whether it returns an error number (an `i32`).
    pub returns: bool,
}

/// All functions of `wasi_snapshot_preview1`, as [`add_to_linker`] defines them.
pub const FUNCTIONS: &[Function] = functions!(describe!());

/// Adds `wasi_snapshot_preview1` to a linker. `get` finds the guest's context in the store's data.
///
/// Stores must be driven with wasmtime's asynchronous calls, inside a tokio runtime with time and I/O enabled.
/// `proc_exit` ends the guest with an [`Exit`] as the error.
///
/// # Errors
/// The linker has such a module already.
pub fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut Context + Copy + Send + Sync + 'static,
) -> Result<()> {
    functions!(define!(linker, get));
    linker.func_wrap(MODULE, "proc_exit", |code: u32| -> Result<()> { Err(Error::new(Exit(code))) })?;
    Ok(())
}

/// The memory of who calls `interface`, and the store's data.
pub(crate) fn memory<'a, T>(
    caller: &'a mut Caller<'_, T>,
    interface: &str,
) -> Result<(&'a mut [u8], &'a mut T)> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory.data_and_store_mut(caller)),
        Some(Extern::SharedMemory(_)) => Err(Error::msg(format!(
            "a module that calls {interface} exports a shared memory as `memory`; only one of its own can be used"
        ))),
        _ => Err(Error::msg(format!(
            "a module that calls {interface} must export its memory as `memory`, and this one does not"
        ))),
    }
}

fn code(result: Result<(), Errno>) -> u32 {
    result.map_or_else(|error| error.0.into(), |()| 0)
}
