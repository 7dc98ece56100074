//! Work on a thread of its own.

use std::thread;

use dayfly_core::Ending;
use tokio::sync::oneshot;

/// The stack of a guest's thread. The guest itself runs on a fiber; compiling needs the room.
pub(crate) const STACK: usize = 4 << 20;

/// Runs `work` on a new thread and waits for what it gives.
///
/// # Errors
/// How the execution ends: the system gives no thread.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ending> {
    let (sender, receiver) = oneshot::channel();
    let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK);
    // Nobody waits any more if sending fails.
    let spawned = thread.spawn(move || drop(sender.send(work())));
    spawned.map_err(|error| Ending::Fault(format!("the system gives no thread: {error}")))?;
    receiver.await.map_err(|_| Ending::Fault(format!("the thread {name} ended unexpectedly")))
}
