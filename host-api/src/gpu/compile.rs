//! Compiling shaders and pipelines: on threads of their own, whose stacks are large enough.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use super::device::Shared;
use super::meter::{Meter, Taken};
use super::{Errno, Error, quiet};

/// What a thread has for anything, in bytes.
const STACK: usize = 16 << 20;
/// What it has for each byte of the text that it compiles: a byte may be a level of nesting. Only what is used is taken.
const STACK_OF_A_BYTE: usize = 6 << 10;

/// How often it is looked whether a turn is nobody's any more.
const LOOK: Duration = Duration::from_secs(1);

/// What a thread has that compiles a text of so many bytes, or drops what was compiled of it, in bytes.
pub(super) fn stack(bytes: usize) -> usize {
    STACK.saturating_add(bytes.saturating_mul(STACK_OF_A_BYTE))
}

/// What compiles, a few at a time. Nothing that compiles can be stopped, so that a guest that is gone may keep one of
/// them for as long as the largest text takes. One that a driver does not come back to is no longer counted.
#[derive(Debug)]
pub(super) struct Compilers {
    turns: Arc<Turns>,
    /// Who has a turn, and since when.
    running: Mutex<Vec<(Instant, Weak<Turn>)>>,
}

/// How many compile, and may. Who is free to go on takes the next turn: nothing is kept for who waits, as the guest of that
/// may be doing something else, and wait for another turn itself.
#[derive(Debug)]
struct Turns {
    meter: Arc<Meter>,
    freed: Notify,
}

/// A turn, until it is given to the next one.
type Turn = Mutex<Option<Taken>>;

impl Turns {
    fn new(most: usize) -> Turns {
        Turns { meter: Meter::new(most as u64), freed: Notify::new() }
    }

    /// Gives a turn to the next one, if that was not done yet.
    fn release(&self, turn: &Turn) {
        drop(turn.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.freed.notify_waiters();
    }
}

impl Default for Compilers {
    fn default() -> Compilers {
        let most = thread::available_parallelism().map_or(1, usize::from);
        Compilers { turns: Arc::new(Turns::new(most)), running: Mutex::default() }
    }
}

impl Compilers {
    /// Compiles a text of so many bytes for a device, for as long as that is there and no longer than `patience`.
    ///
    /// # Errors
    /// What `job` gives; there can be no such thread; it panicked; or the device is lost.
    pub(super) async fn compile<T: Send + 'static>(
        &self,
        device: &Shared,
        patience: Duration,
        bytes: usize,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = device.unless_lost(self.turn(patience)).await?;
        let (answer, comes) = oneshot::channel();
        let thread =
            thread::Builder::new().name(format!("{}-compile", quiet::THREADS)).stack_size(stack(bytes));
        let (turns, own) = (self.turns.clone(), turn.clone());
        let thread = thread.spawn(move || {
            let compiled = catch_unwind(AssertUnwindSafe(job));
            turns.release(&own);
            let compiled = compiled.unwrap_or_else(|_| Err(Error::internal("the compiler panicked")));
            // Whoever waited may be gone.
            let _ = answer.send(compiled);
        });
        thread.map_err(|error| {
            Error::new(Errno::NoMemory, format!("there is no thread to compile with: {error}"))
        })?;
        let compiled = device.answered_within(comes, patience).await;
        // Who gives up waiting has the next one begin; who is gone does not come here.
        self.turns.release(&turn);
        compiled?
    }

    /// Waits for a turn. Those that were taken longer ago than `patience` are nobody's any more: the driver hangs, and the
    /// guest may be gone.
    async fn turn(&self, patience: Duration) -> Arc<Turn> {
        let taken = loop {
            // Heard of from here on, so that none is missed that is freed before it is waited for.
            let freed = self.turns.freed.notified();
            if let Some(taken) = self.turns.meter.take(1) {
                break taken;
            }
            tokio::select! {
                () = freed => {}
                () = tokio::time::sleep(patience.min(LOOK)) => self.reap(patience),
            }
        };
        let turn = Arc::new(Mutex::new(Some(taken)));
        self.running().push((Instant::now(), Arc::downgrade(&turn)));
        turn
    }

    fn reap(&self, patience: Duration) {
        self.running().retain(|(since, turn)| match turn.upgrade() {
            Some(turn) if since.elapsed() > patience => {
                self.turns.release(&turn);
                false
            }
            turn => turn.is_some(),
        });
    }

    fn running(&self) -> MutexGuard<'_, Vec<(Instant, Weak<Turn>)>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|(_, turn)| turn.strong_count() > 0);
        running
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::Quotas;
    use crate::gpu::usage::Counters;

    #[test]
    fn a_compiler_that_does_not_come_back_loses_its_device_and_no_turn() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let quotas = Quotas::default();
        let shared = || Shared::new(Arc::new(Counters::new(0, &quotas)), &quotas);
        let (hung, other) = (shared(), shared());
        let compilers = Compilers { turns: Arc::new(Turns::new(1)), running: Mutex::default() };
        let (_stop, stopped) = std::sync::mpsc::channel::<()>();
        let hangs = compilers.compile(&hung, Duration::from_millis(20), 0, move || {
            // Until the test is over.
            let _ = stopped.recv();
            Ok(())
        });
        let error = runtime.block_on(hangs).unwrap_err();
        assert_eq!((error.errno, error.text.contains("does not answer")), (Errno::Lost, true), "{error:?}");
        let next = compilers.compile(&other, Duration::from_secs(60), 0, || Ok(7));
        assert_eq!(runtime.block_on(next).unwrap(), 7);
    }

    #[test]
    fn the_turn_of_a_guest_that_is_gone_comes_back_from_a_driver_that_hangs() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let quotas = Quotas::default();
        let shared = Shared::new(Arc::new(Counters::new(0, &quotas)), &quotas);
        let compilers = Compilers { turns: Arc::new(Turns::new(1)), running: Mutex::default() };
        let (_stop, stopped) = std::sync::mpsc::channel::<()>();
        let hangs = compilers.compile(&shared, Duration::from_secs(60), 0, move || {
            // Until the test is over.
            let _ = stopped.recv();
            Ok(())
        });
        runtime.block_on(async {
            assert!(tokio::time::timeout(Duration::from_millis(20), hangs).await.is_err());
            let next = compilers.compile(&shared, Duration::from_millis(50), 0, || Ok(7));
            let next = tokio::time::timeout(Duration::from_secs(20), next).await;
            assert_eq!(next.unwrap().unwrap(), 7);
        });
    }

    /// A guest that begins several at a time may go on to something else before it looks after them.
    #[test]
    fn nothing_is_kept_for_who_is_not_there_to_take_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let quotas = Quotas::default();
        let shared = Shared::new(Arc::new(Counters::new(0, &quotas)), &quotas);
        let compilers = Compilers { turns: Arc::new(Turns::new(1)), running: Mutex::default() };
        let minute = Duration::from_secs(60);
        runtime.block_on(async {
            let (go_on, waits) = std::sync::mpsc::channel::<()>();
            let first = compilers.compile(&shared, minute, 0, move || {
                let _ = waits.recv();
                Ok(1)
            });
            type Compiled<'a> = std::pin::Pin<Box<dyn Future<Output = Result<u32, Error>> + 'a>>;
            let mut all: Vec<Compiled<'_>> = vec![Box::pin(first)];
            all.extend(
                (2_u32..5)
                    .map(|number| Box::pin(compilers.compile(&shared, minute, 0, move || Ok(number))) as _),
            );
            // All of them begin, and nobody looks after them.
            for one in &mut all {
                assert!(poll_once(one.as_mut()).await.is_none());
            }
            drop(go_on);
            let own = tokio::time::timeout(minute, compilers.compile(&shared, minute, 0, || Ok(7)));
            assert_eq!(own.await.unwrap().unwrap(), 7);
            for (one, number) in all.into_iter().zip(1..) {
                assert_eq!(one.await.unwrap(), number);
            }
        });
    }

    /// Polls something once.
    async fn poll_once<T>(mut one: std::pin::Pin<&mut (dyn Future<Output = T> + '_)>) -> Option<T> {
        std::future::poll_fn(|cx| match one.as_mut().poll(cx) {
            std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
            std::task::Poll::Pending => std::task::Poll::Ready(None),
        })
        .await
    }
}
