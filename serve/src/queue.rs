//! What waits for a thread that sees to it, some of it at a time: lines that are written, spans that are sent.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What waits.
pub(crate) trait Held: Default + Send + 'static {
    /// Whether nothing does.
    fn is_empty(&self) -> bool;
}

/// What becomes of something that is added.
pub(crate) enum Added {
    /// It waits with others.
    Waits,
    /// It waits, and is the first, or as much as is seen to at a time.
    Wakes,
    /// There is no room for it.
    LeftOut,
}

/// What waits, and how its thread gets on. Who adds something never waits.
pub(crate) struct Queue<H> {
    state: Mutex<State<H>>,
    /// There is something to do, or somebody is in a hurry.
    changed: Condvar,
    /// There is nothing left to do.
    emptied: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct State<H> {
    held: H,
    working: bool,
    /// So many wait for it to be empty.
    hurry: usize,
    /// Somebody has given up on that since it was empty last.
    stuck: bool,
    ended: bool,
}

/// A queue and its thread. When it is dropped what waits is seen to, if that takes no longer than a flush may.
pub(crate) struct Worker<H: Held> {
    queue: Arc<Queue<H>>,
    thread: Option<JoinHandle<()>>,
    /// How long a flush may take: who is to take it all may have stopped to.
    flush: Duration,
}

impl<H: Held> Worker<H> {
    /// Starts a thread that does `work`, until that finds [nothing](Queue::take) any more.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(
        name: &str,
        flush: Duration,
        work: impl FnOnce(&Queue<H>) + Send + 'static,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let of_thread = queue.clone();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || work(&of_thread))?;
        Ok(Self { queue, thread: Some(thread), flush })
    }

    pub(crate) fn queue(&self) -> &Queue<H> {
        &self.queue
    }

    /// Waits until all that was added so far is seen to, for as long as that may take.
    pub(crate) fn flush(&self) {
        self.queue.flush(self.flush);
    }
}

impl<H: Held> Drop for Worker<H> {
    fn drop(&mut self) {
        // Who has waited for it in vain need not do so again.
        if !self.queue.lock().stuck {
            self.flush();
        }
        self.queue.end();
        let done = !self.queue.lock().stuck;
        if let Some(thread) = self.thread.take().filter(|_| done) {
            // One that has more to do is stuck with it, and is left to it.
            let _ = thread.join();
        }
    }
}

impl<H: Held> Default for Queue<H> {
    fn default() -> Self {
        let (changed, emptied) = (Condvar::new(), Condvar::new());
        Self { state: Mutex::default(), changed, emptied, dropped: AtomicU64::new(0) }
    }
}

impl<H: Held> Queue<H> {
    fn lock(&self) -> MutexGuard<'_, State<H>> {
        // Nothing that holds it leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds something to what waits, as `add` does it.
    pub(crate) fn add(&self, add: impl FnOnce(&mut H) -> Added) {
        let added = add(&mut self.lock().held);
        match added {
            Added::Waits => {}
            Added::Wakes => self.changed.notify_one(),
            Added::LeftOut => self.leave_out(1),
        }
    }

    /// Counts what is left out.
    pub(crate) fn leave_out(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }

    /// How many were left out.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until something is there, and then until it is enough or has waited for as long as it may. Gives what `take`
    /// takes of it; none at the end.
    pub(crate) fn take<T>(
        &self,
        patience: Duration,
        enough: impl Fn(&H) -> bool,
        take: impl FnOnce(&mut H) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        state.working = false;
        if state.held.is_empty() {
            state.stuck = false;
            self.emptied.notify_all();
        }
        while state.held.is_empty() {
            if state.ended {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let waits = |state: &mut State<H>| !enough(&state.held) && state.is_calm();
        let waited = self.changed.wait_timeout_while(state, patience, waits);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.working = true;
        Some(take(&mut state.held))
    }

    /// Waits before another attempt; false where there is no time for one.
    pub(crate) fn pause(&self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        let waited = self.changed.wait_timeout_while(self.lock(), pause, |state| state.is_calm());
        drop(waited);
        Instant::now() >= until
    }

    fn flush(&self, most: Duration) {
        let mut state = self.lock();
        state.hurry += 1;
        self.changed.notify_one();
        let busy = |state: &mut State<H>| state.working || !state.held.is_empty();
        let waited = self.emptied.wait_timeout_while(state, most, busy);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        state.hurry -= 1;
        state.stuck |= waited.timed_out();
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_one();
    }

    /// Whether its thread is at what it took last.
    #[cfg(test)]
    pub(crate) fn is_working(&self) -> bool {
        self.lock().working
    }

    /// Looks at what waits.
    #[cfg(test)]
    pub(crate) fn look<T>(&self, look: impl FnOnce(&H) -> T) -> T {
        look(&self.lock().held)
    }
}

impl<H> State<H> {
    /// Whether nobody waits for it, and it goes on.
    fn is_calm(&self) -> bool {
        self.hurry == 0 && !self.ended
    }
}

#[cfg(test)]
mod tests {
    use std::mem;
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;

    #[derive(Default)]
    struct Numbers(Vec<u32>);

    impl Held for Numbers {
        fn is_empty(&self) -> bool {
            self.0.is_empty()
        }
    }

    fn add(worker: &Worker<Numbers>, number: u32) {
        worker.queue().add(|numbers| {
            numbers.0.push(number);
            Added::Wakes
        });
    }

    /// Says what it takes, and goes on when that is heard.
    fn worker(flush: Duration) -> (Worker<Numbers>, Receiver<Vec<u32>>) {
        let (sender, receiver) = sync_channel(0);
        let work = move |queue: &Queue<Numbers>| {
            while let Some(taken) = queue.take(Duration::ZERO, |_| false, |numbers| mem::take(&mut numbers.0))
            {
                let _ = sender.send(taken);
            }
        };
        (Worker::start("test", flush, work).unwrap(), receiver)
    }

    #[test]
    fn who_waits_in_vain_is_in_no_hurry_any_more_and_does_not_wait_again() {
        let (worker, heard) = worker(Duration::from_millis(10));
        add(&worker, 1);
        worker.flush();
        let hurry_and_stuck = || {
            let state = worker.queue().lock();
            (state.hurry, state.stuck)
        };
        assert_eq!(hurry_and_stuck(), (0, true));
        // Until all was seen to after all.
        assert_eq!(heard.recv().unwrap(), [1]);
        while hurry_and_stuck() != (0, false) {
            thread::yield_now();
        }
        add(&worker, 2);
        worker.flush();
        assert_eq!(hurry_and_stuck(), (0, true));
        // Nobody takes it: this does not wait for the thread.
        drop(worker);
        assert_eq!(heard.recv().unwrap(), [2]);
    }

    #[test]
    fn what_waits_is_seen_to_at_the_end() {
        let (worker, heard) = worker(Duration::from_secs(60));
        let listening = thread::spawn(move || heard.iter().flatten().collect::<Vec<_>>());
        for number in 0..10 {
            add(&worker, number);
        }
        worker.queue().add(|_| Added::LeftOut);
        assert_eq!(worker.queue().dropped(), 1);
        drop(worker);
        assert_eq!(listening.join().unwrap(), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn a_pause_is_over_at_once_where_somebody_is_in_a_hurry() {
        let queue = Queue::<Numbers>::default();
        assert!(queue.pause(Duration::from_millis(1)));
        queue.end();
        assert!(!queue.pause(Duration::from_secs(3600)));
    }
}
