//! The thread that sends spans.

use std::collections::VecDeque;
use std::time::{Duration, Instant};
use std::{io, mem};

use tokio::runtime::Runtime;
use tokio::time;

use super::json;
use super::post::{Post, Refused};
use super::span::Ended;
use crate::queue::{Added, Held, Queue, Worker};

/// What those take that wait, in bytes; what is over is left out.
const MOST_BYTES: usize = 16 << 20;
/// How long a flush may take.
const FLUSH: Duration = Duration::from_secs(2);
/// How long after each attempt the next one is made, where it may be of use.
const AGAIN: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// How spans are put together before they are sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batches {
    /// Spans that may wait to be sent; what is over is left out.
    pub(super) most: usize,
    /// The most spans that are sent at a time.
    pub(super) size: usize,
    /// How long a span may wait to be sent with others.
    pub(super) patience: Duration,
    /// How long it may take to send some, with all attempts at it; as long as these take where nothing is said.
    pub(super) timeout: Option<Duration>,
}

/// The thread that sends spans. When it is dropped what waits is sent, if that takes no longer than a flush may.
pub(super) struct Exporter {
    worker: Worker<Spans>,
    batches: Batches,
}

#[derive(Default)]
struct Spans {
    spans: VecDeque<Ended>,
    bytes: usize,
}

/// What is sent besides the spans, and how.
pub(super) struct Sending {
    pub(super) post: Post,
    pub(super) resource: Vec<(String, String)>,
    pub(super) batches: Batches,
}

impl Default for Batches {
    fn default() -> Batches {
        Batches { most: 8192, size: 512, patience: Duration::from_secs(1), timeout: None }
    }
}

impl Held for Spans {
    fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

impl Spans {
    fn add(&mut self, span: Ended, batches: &Batches) -> Added {
        let size = span.size();
        if self.spans.len() >= batches.most || self.bytes + size > MOST_BYTES {
            return Added::LeftOut;
        }
        self.bytes += size;
        self.spans.push_back(span);
        let count = self.spans.len();
        if count == 1 || count == batches.size { Added::Wakes } else { Added::Waits }
    }

    fn take(&mut self, most: usize) -> Vec<Ended> {
        let taken: Vec<_> = self.spans.drain(..self.spans.len().min(most)).collect();
        self.bytes -= taken.iter().map(Ended::size).sum::<usize>();
        taken
    }
}

impl Exporter {
    /// # Errors
    /// The system gives no thread, or none that can wait for the network.
    pub(super) fn start(sending: Sending) -> io::Result<Exporter> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let batches = sending.batches;
        let worker = Worker::start("traces", FLUSH, move |queue| send(queue, &runtime, &sending))?;
        Ok(Exporter { worker, batches })
    }

    /// Adds a span, unless too many wait already.
    pub(super) fn add(&self, span: Ended) {
        self.worker.queue().add(|spans| spans.add(span, &self.batches));
    }

    pub(super) fn flush(&self) {
        self.worker.flush();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.worker.queue().dropped()
    }
}

fn send(queue: &Queue<Spans>, runtime: &Runtime, sending: &Sending) {
    let Batches { size, patience, .. } = sending.batches;
    let mut told = false;
    while let Some(spans) = queue.take(patience, |spans| spans.spans.len() >= size, |spans| spans.take(size))
    {
        let (lost, why) = match send_these(queue, runtime, sending, &spans) {
            Ok(None) => {
                told = false;
                continue;
            }
            Ok(Some((rejected, why))) => (rejected, why),
            Err(why) => (spans.len() as u64, why),
        };
        queue.leave_out(lost);
        if !mem::replace(&mut told, true) {
            tracing::warn!("traces can't be sent to {}: {why}", sending.post.endpoint());
        }
    }
}

/// Sends some, in several attempts where that may be of use. Gives how many were not taken, and why.
fn send_these(
    queue: &Queue<Spans>,
    runtime: &Runtime,
    sending: &Sending,
    spans: &[Ended],
) -> Result<Option<(u64, String)>, String> {
    let body = json::write(&sending.resource, spans);
    let deadline = sending.batches.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut pauses = AGAIN.iter();
    loop {
        let sent = runtime.block_on(async {
            let sent = sending.post.send(body.clone());
            match deadline {
                None => sent.await,
                Some(deadline) => time::timeout_at(deadline.into(), sent).await.unwrap_or_else(|_| {
                    Err(Refused { again: false, why: "it was not done in time".to_owned() })
                }),
            }
        });
        match sent {
            Ok(rejected) => return Ok(rejected),
            Err(Refused { again: false, why }) => return Err(why),
            Err(Refused { again: true, why }) => {
                let in_time =
                    |pause: &&Duration| deadline.is_none_or(|deadline| Instant::now() + **pause < deadline);
                match pauses.next().filter(in_time) {
                    Some(&pause) if queue.pause(pause) => {}
                    _ => return Err(why),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::span::tests::long;
    use super::*;

    #[test]
    fn what_waits_is_bounded_in_bytes() {
        let (mut spans, batches) = (Spans::default(), Batches::default());
        let mut left_out = 0;
        for _ in 0..1_000 {
            left_out += usize::from(matches!(spans.add(long(), &batches), Added::LeftOut));
        }
        let taken = spans.take(batches.size);
        assert!(!taken.is_empty() && left_out > 0);
        let count = spans.spans.len() + taken.len();
        assert_eq!(count + left_out, 1_000);
        assert!(count * long().size() <= MOST_BYTES);
        // What is sent makes room.
        assert!(!matches!(spans.add(long(), &batches), Added::LeftOut));
    }

    #[test]
    fn what_waits_is_bounded_in_number() {
        let (mut spans, batches) = (Spans::default(), Batches { most: 3, size: 2, ..Batches::default() });
        let added: Vec<_> = (0..4).map(|_| spans.add(long(), &batches)).collect();
        assert!(matches!(added[..], [Added::Wakes, Added::Wakes, Added::Waits, Added::LeftOut]));
        assert_eq!((spans.take(2).len(), spans.take(2).len(), spans.bytes), (2, 1, 0));
    }
}
