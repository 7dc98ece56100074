//! The interface as imports of a wasmtime module.

use wasmtime::{Caller, Linker, Result};

use super::functions;
use crate::fs::preview1::caller_memory;
use crate::gpu::guest::Context;
use crate::gpu::{Errno, Error};

/// The module name that it is imported by.
pub const MODULE: &str = "dayfly:gpu/v1";

/// Hands all functions, with their arguments, to another macro. The first list never waits; the second one may, and is
/// asynchronous for wasmtime.
macro_rules! functions {
    ($with:ident!($($given:ident),*)) => {
        $with! {
            ($($given),*)
            sync {
                fn version() -> i32;
                fn gpu_count() -> i32;
                fn gpu_info(index: u32, out: u32, room: u32) -> i32;
                fn gpu_features(index: u32) -> i64;
                fn gpu_last_error(out: u32, room: u32) -> i32;
                fn device_limits(device: i32, out: u32, room: u32) -> i32;
                fn device_features(device: i32) -> i64;
                fn device_status(device: i32) -> i32;
                fn device_usage(device: i32, out: u32, room: u32) -> i32;
                fn close(handle: i32) -> i32;
                fn encoder(device: i32) -> i32;
                fn buffer_copy(encoder: i32, source: i32, source_offset: u64, target: i32, target_offset: u64, size: u64) -> i32;
                fn buffer_clear(encoder: i32, buffer: i32, offset: u64, size: u64) -> i32;
                fn query_resolve(encoder: i32, set: i32, first: u32, count: u32, buffer: i32, offset: u64) -> i32;
                fn pass_begin(encoder: i32, set: i32, begin: u32, end: u32) -> i32;
                fn pass_pipeline(pass: i32, pipeline: i32) -> i32;
                fn pass_bind(pass: i32, index: u32, group: i32, offsets: u32, count: u32) -> i32;
                fn pass_immediates(pass: i32, offset: u32, data: u32, length: u32) -> i32;
                fn pass_dispatch(pass: i32, x: u32, y: u32, z: u32) -> i32;
                fn pass_dispatch_indirect(pass: i32, buffer: i32, offset: u64) -> i32;
                fn pass_end(pass: i32) -> i32;
                fn read_finish(ticket: i32, out: u32, length: u32) -> i32;
                fn error_push(device: i32, filter: u32) -> i32;
                fn error_pop(device: i32, kind: u32, out: u32, room: u32) -> i32;
            }
            async {
                fn device_open(index: u32, description: u32, length: u32);
                fn buffer_create(device: i32, size: u64, usage: u32);
                fn shader_create(device: i32, wgsl: u32, length: u32);
                fn pipeline_create(
                    device: i32, shader: i32, layout: i32, entry: u32, entry_length: u32, constants: u32, count: u32
                );
                fn pipeline_layout(device: i32, layouts: u32, count: u32, immediates: u32);
                fn bind_group_layout(device: i32, entries: u32, count: u32);
                fn pipeline_get_layout(pipeline: i32, group: u32);
                fn bind_group(device: i32, layout: i32, entries: u32, count: u32);
                fn query_set(device: i32, count: u32);
                fn buffer_write(buffer: i32, offset: u64, data: u32, length: u32);
                fn buffer_read(buffer: i32, offset: u64, out: u32, length: u32);
                fn read_start(buffer: i32, offset: u64, length: u32);
                fn submit(encoder: i32, out: u32);
                fn wait(device: i32, serial: u64, time: i64);
            }
        }
    };
}

/// Defines functions in a linker.
macro_rules! define {
    (
        ($linker:ident, $get:ident)
        sync { $(fn $name:ident($($arg:ident: $ty:ty),*) -> $given:ty;)* }
        async { $(fn $wait:ident($($wait_arg:ident: $wait_ty:ty),*);)* }
    ) => {
        $(
            $linker.func_wrap(MODULE, stringify!($name), move |mut caller: Caller<'_, T>, $($arg: $ty),*| -> Result<$given> {
                let (memory, state) = caller_memory(&mut caller, MODULE)?;
                let guest = $get(state).enter()?;
                let given = functions::$name(guest, memory, $($arg),*);
                Ok(given.unwrap_or_else(|error| <$given>::from(failed(guest, &error))))
            })?;
        )*
        $(
            $linker.func_wrap_async(
                MODULE,
                stringify!($wait),
                move |mut caller: Caller<'_, T>, ($($wait_arg,)*): ($($wait_ty,)*)| {
                    Box::new(async move {
                        let (memory, state) = caller_memory(&mut caller, MODULE)?;
                        let guest = $get(state).enter()?;
                        let given = functions::$wait(guest, memory, $($wait_arg),*).await;
                        Ok::<i32, wasmtime::Error>(given.unwrap_or_else(|error| failed(guest, &error)))
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
        sync { $(fn $name:ident($($arg:ident: $ty:ty),*) -> $given:ty;)* }
        async { $(fn $wait:ident($($wait_arg:ident: $wait_ty:ty),*);)* }
    ) => {
        &[
            $(Function {
                name: stringify!($name),
                parameters: &[$((stringify!($arg), stringify!($ty))),*],
                returns: stringify!($given),
            },)*
            $(Function {
                name: stringify!($wait),
                parameters: &[$((stringify!($wait_arg), stringify!($wait_ty))),*],
                returns: "i32",
            },)*
        ]
    };
}

/// Calls the function of a number.
#[cfg(feature = "testing")]
macro_rules! call {
    (
        ($guest:ident, $memory:ident, $number:ident, $arguments:ident)
        sync { $(fn $name:ident($($arg:ident: $ty:ty),*) -> $given:ty;)* }
        async { $(fn $wait:ident($($wait_arg:ident: $wait_ty:ty),*);)* }
    ) => {{
        let name = FUNCTIONS.get($number).map_or("", |function| function.name);
        let mut arguments = $arguments.iter().copied();
        $(if name == stringify!($name) {
            $(let $arg = arguments.next().unwrap_or_default() as $ty;)*
            let given = functions::$name($guest, $memory, $($arg),*);
            return given.map_or_else(|error| failed($guest, &error).into(), i64::from);
        })*
        $(if name == stringify!($wait) {
            $(let $wait_arg = arguments.next().unwrap_or_default() as $wait_ty;)*
            let given = functions::$wait($guest, $memory, $($wait_arg),*).await;
            return given.map_or_else(|error| failed($guest, &error).into(), i64::from);
        })*
        panic!("no function has the number {}", $number)
    }};
}

/// Calls the function of a number in [`FUNCTIONS`] as a module would whose memory this is. Arguments that are missing are 0.
///
/// # Panics
/// There is no such function.
#[cfg(feature = "testing")]
#[allow(clippy::panic, reason = "tests may fail loudly")]
pub async fn call(guest: &mut Context, memory: &mut [u8], number: usize, arguments: &[i64]) -> i64 {
    functions!(call!(guest, memory, number, arguments))
}

/// A function of the interface.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters' names and types: `u32` and `i32`, which are an `i32` of WebAssembly, and `u64` and `i64`, which
    /// are an `i64`.
    pub parameters: &'static [(&'static str, &'static str)],
    /// The type of what it returns: `i32` or `i64`.
    pub returns: &'static str,
}

/// All functions of the interface, as [`add_to_linker`] defines them.
pub const FUNCTIONS: &[Function] = functions!(describe!());

/// Adds the interface to a linker. `get` finds the guest's GPUs in the store's data.
///
/// Stores must be driven with wasmtime's asynchronous calls, inside a tokio runtime with time enabled.
///
/// # Errors
/// The linker has such a module already.
pub fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut Context + Copy + Send + Sync + 'static,
) -> Result<()> {
    functions!(define!(linker, get));
    Ok(())
}

fn failed(guest: &mut Context, error: &Error) -> i32 {
    Errno::code(guest.failed(error))
}
