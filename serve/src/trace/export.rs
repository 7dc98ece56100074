//! The thread that sends spans.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, mem};

use tokio::runtime::Runtime;

use super::json;
use super::post::{Post, Refused};
use super::span::Ended;

/// Spans that wait to be sent; what is over is left out.
const MOST: usize = 8192;
/// What those take that wait, in bytes; what is over is left out, too.
const MOST_BYTES: usize = 16 << 20;
/// The most spans that are sent at a time.
const BATCH: usize = 512;
/// How long a span may wait to be sent with others.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a flush may take.
const FLUSH: Duration = Duration::from_secs(2);
/// How long after each attempt the next one is made, where it may be of use.
const AGAIN: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// The thread that sends spans. When it is dropped what waits is sent, if that takes no longer than a flush may.
pub(super) struct Exporter {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    /// There is something to send, or somebody is in a hurry.
    changed: Condvar,
    /// There is nothing left to send.
    emptied: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    spans: VecDeque<Ended>,
    bytes: usize,
    sending: bool,
    /// So many wait for it to be empty.
    hurry: usize,
    /// Somebody has given up on that since it was empty last.
    stuck: bool,
    ended: bool,
}

/// What is sent besides the spans, and how.
pub(super) struct Sending {
    pub(super) post: Post,
    pub(super) resource: Vec<(String, String)>,
}

impl Exporter {
    /// # Errors
    /// The system gives no thread, or none that can wait for the network.
    pub(super) fn start(sending: Sending) -> io::Result<Exporter> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let queue = Arc::new(Queue::default());
        let of_thread = queue.clone();
        let send = move || of_thread.send(&runtime, &sending);
        let thread = thread::Builder::new().name("traces".to_owned()).spawn(send)?;
        Ok(Exporter { queue, thread: Some(thread) })
    }

    /// Adds a span, unless too many wait already.
    pub(super) fn add(&self, span: Ended) {
        let size = span.size();
        let mut waiting = self.queue.waiting();
        if waiting.spans.len() >= MOST || waiting.bytes + size > MOST_BYTES {
            drop(waiting);
            self.queue.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.bytes += size;
        waiting.spans.push_back(span);
        let count = waiting.spans.len();
        drop(waiting);
        if count == 1 || count == BATCH {
            self.queue.changed.notify_all();
        }
    }

    pub(super) fn flush(&self) {
        let mut waiting = self.queue.waiting();
        waiting.hurry += 1;
        self.queue.changed.notify_all();
        let busy = |waiting: &mut Waiting| waiting.sending || !waiting.spans.is_empty();
        let waited = self.queue.emptied.wait_timeout_while(waiting, FLUSH, busy);
        let (mut waiting, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.hurry -= 1;
        waiting.stuck |= waited.timed_out();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.queue.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // Who has waited for it in vain need not do so again.
        if !self.queue.waiting().stuck {
            self.flush();
        }
        self.queue.waiting().ended = true;
        self.queue.changed.notify_all();
        let done = !self.queue.waiting().stuck;
        if let Some(thread) = self.thread.take().filter(|_| done) {
            // One that has more to do is stuck with its collector, and is left to it.
            let _ = thread.join();
        }
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that holds it leaves it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, runtime: &Runtime, sending: &Sending) {
        let mut told = false;
        while let Some(spans) = self.take() {
            let body = json::write(&sending.resource, &spans);
            let mut pauses = AGAIN.iter();
            let sent = loop {
                match runtime.block_on(sending.post.send(body.clone())) {
                    Err(Refused { again: true, why }) => match pauses.next() {
                        Some(&pause) if self.pause(pause) => {}
                        _ => break Err(why),
                    },
                    Err(Refused { why, .. }) => break Err(why),
                    Ok(rejected) => break Ok(rejected),
                }
            };
            let (lost, why) = match sent {
                Ok(None) => {
                    told = false;
                    continue;
                }
                Ok(Some((rejected, why))) => (rejected, why),
                Err(why) => (spans.len() as u64, why),
            };
            self.dropped.fetch_add(lost, Ordering::Relaxed);
            if !mem::replace(&mut told, true) {
                tracing::warn!("traces can't be sent to {}: {why}", sending.post.endpoint());
            }
        }
    }

    /// Takes what waits, once there is enough of it or it has waited long enough; none at the end.
    fn take(&self) -> Option<Vec<Ended>> {
        let mut waiting = self.waiting();
        waiting.sending = false;
        if waiting.spans.is_empty() {
            waiting.stuck = false;
            self.emptied.notify_all();
        }
        while waiting.spans.is_empty() {
            if waiting.ended {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let enough =
            |waiting: &mut Waiting| waiting.spans.len() < BATCH && waiting.hurry == 0 && !waiting.ended;
        let waited = self.changed.wait_timeout_while(waiting, PATIENCE, enough);
        waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        let count = waiting.spans.len().min(BATCH);
        waiting.sending = true;
        let taken: Vec<_> = waiting.spans.drain(..count).collect();
        waiting.bytes -= taken.iter().map(Ended::size).sum::<usize>();
        Some(taken)
    }

    /// Waits before another attempt; false where there is no time for one.
    fn pause(&self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        let calm = |waiting: &mut Waiting| waiting.hurry == 0 && !waiting.ended;
        let waited = self.changed.wait_timeout_while(self.waiting(), pause, calm);
        drop(waited);
        Instant::now() >= until
    }
}

#[cfg(test)]
mod tests {
    use super::super::span::tests::long;
    use super::*;

    #[test]
    fn who_waits_in_vain_is_in_no_hurry_any_more_and_does_not_wait_again() {
        let exporter = Exporter { queue: Arc::default(), thread: None };
        exporter.add(long());
        exporter.flush();
        let hurry_and_stuck = || {
            let waiting = exporter.queue.waiting();
            (waiting.hurry, waiting.stuck)
        };
        assert_eq!(hurry_and_stuck(), (0, true));
        // Until all was sent after all.
        assert_eq!(exporter.queue.take().unwrap().len(), 1);
        exporter.queue.waiting().ended = true;
        assert!(exporter.queue.take().is_none());
        assert_eq!(hurry_and_stuck(), (0, false));
    }

    #[test]
    fn what_waits_is_bounded_in_bytes() {
        let exporter = Exporter { queue: Arc::default(), thread: None };
        for _ in 0..1_000 {
            exporter.add(long());
        }
        let taken = exporter.queue.take().unwrap();
        assert!(!taken.is_empty() && exporter.dropped() > 0);
        let count = exporter.queue.waiting().spans.len() + taken.len();
        assert_eq!(count as u64 + exporter.dropped(), 1_000);
        assert!(count * long().size() <= MOST_BYTES);
        // What is sent makes room.
        let before = exporter.dropped();
        exporter.add(long());
        assert_eq!(exporter.dropped(), before);
        *exporter.queue.waiting() = Waiting::default();
    }
}
