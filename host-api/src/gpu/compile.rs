//! Compiling shaders and pipelines: on threads of their own, whose stacks are large enough.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use super::{Errno, Error};

/// What a thread has for anything, in bytes.
const STACK: usize = 16 << 20;
/// What it has for each byte of the text that it compiles: a byte may be a level of nesting. Only what is used is taken.
const STACK_OF_A_BYTE: usize = 6 << 10;

/// What compiles, a few at a time. Nothing that compiles can be stopped, so that a guest that is gone may keep one of
/// them for as long as the largest text takes.
#[derive(Debug)]
pub(super) struct Compilers {
    turns: Arc<Semaphore>,
}

impl Default for Compilers {
    fn default() -> Compilers {
        let most = thread::available_parallelism().map_or(1, usize::from);
        Compilers { turns: Arc::new(Semaphore::new(most)) }
    }
}

impl Compilers {
    /// Compiles a text of so many bytes.
    ///
    /// # Errors
    /// What `job` gives; there can be no such thread; or it panicked.
    pub(super) async fn compile<T: Send + 'static>(
        &self,
        bytes: usize,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let gone = |_| Error::internal("compiling was stopped");
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Error::internal("nothing is compiled any more"))?;
        let (answer, comes) = oneshot::channel();
        let stack = STACK.saturating_add(bytes.saturating_mul(STACK_OF_A_BYTE));
        let thread = thread::Builder::new().name("dayfly-gpu-compile".to_owned()).stack_size(stack);
        let thread = thread.spawn(move || {
            let compiled = catch_unwind(AssertUnwindSafe(job));
            drop(turn);
            let compiled = compiled.unwrap_or_else(|_| Err(Error::internal("the compiler panicked")));
            // Whoever waited may be gone.
            let _ = answer.send(compiled);
        });
        thread.map_err(|error| {
            Error::new(Errno::NoMemory, format!("there is no thread to compile with: {error}"))
        })?;
        comes.await.map_err(gone)?
    }
}
