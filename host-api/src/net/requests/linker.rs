//! The host function as an import of a wasmtime module.

use std::fmt;
use std::sync::Arc;

use wasmtime::{Caller, Error, Linker, Result};

use super::{Call, http_request};
use crate::Gate;
use crate::fs::preview1::caller_memory;
use crate::net::Client;

/// The module name that it is imported by.
pub const MODULE: &str = "wasi:http/requests";
/// Its name.
pub const FUNCTION: &str = "http_request";
/// How many numbers it is called with, each an `i32` of WebAssembly. It returns another one.
pub const PARAMETERS: usize = 12;

/// A guest as this function sees it.
pub struct Requests {
    client: Arc<Client>,
    gate: Arc<Gate>,
}

impl Requests {
    /// A guest that sends its requests with `client`.
    pub fn new(client: Arc<Client>) -> Requests {
        Requests { client, gate: Arc::default() }
    }

    /// The function passes this gate first, and so does what it reads and writes.
    pub fn behind(&mut self, gate: Arc<Gate>) {
        self.client.behind(gate.clone());
        self.gate = gate;
    }

    /// What was used, and what was refused.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Adds `wasi:http/requests` to a linker. `get` finds the guest's requests in the store's data; a guest without any may
/// not call it, which ends it.
///
/// Stores must be driven with wasmtime's asynchronous calls, inside a tokio runtime with time and I/O enabled.
///
/// # Errors
/// The linker has such a module already.
pub fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> Option<&mut Requests> + Copy + Send + Sync + 'static,
) -> Result<()> {
    type Numbers = (u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32);
    linker.func_wrap_async(MODULE, FUNCTION, move |mut caller: Caller<'_, T>, numbers: Numbers| {
        Box::new(async move {
            let (memory, state) = caller_memory(&mut caller, MODULE)?;
            let requests = get(state).ok_or_else(|| Error::msg("the guest may not use the network"))?;
            requests.gate.pass()?;
            let call = Call::from(<[u32; PARAMETERS]>::from(numbers));
            Ok(http_request(&*requests.client, memory, &call).await as u32)
        })
    })?;
    Ok(())
}
