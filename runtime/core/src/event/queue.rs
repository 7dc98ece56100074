//! The way of events from whoever tells them to whoever reads them.
//!
//! What a guest writes waits for the reader once [`ROOM`] bytes of it lie in the queue. All other events never wait:
//! there are a few of them for each execution, so that the outcome of the run is what bounds them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::Stream;

use super::{Event, EventKind};

/// How much output lies in the queue before guests wait, in bytes.
const ROOM: usize = 256 << 10;
/// The most bytes of one event. What several guests write at a time may pass the room by so much each.
const LARGEST: usize = 16 << 10;
/// What an event with output counts for besides its bytes: many small ones take memory too.
const OVERHEAD: usize = 256;

/// The events of one run, in the order in which they happened. It ends when the run is over, or was dropped.
///
/// A guest waits for a reader that is slow, as it would for a pipe; what it writes is neither lost nor heaped up.
/// So read the events while the run is awaited. Dropping them stops nothing: the run goes on as if nobody had asked
/// for them.
///
/// It is a [`Stream`]; [`Events::next`] is there for whoever has no crate for streams at hand.
#[derive(Debug)]
#[must_use = "guests wait until their output is read; drop the events if nobody will"]
pub struct Events {
    queue: Arc<Queue>,
}

impl Events {
    /// The next event; none when the run is over.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| self.queue.poll_take(cx)).await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.queue.poll_take(cx)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let (unread, writers) = {
            let mut state = self.queue.lock();
            state.unread = true;
            (mem::take(&mut state.events), mem::take(&mut state.writers))
        };
        drop(unread);
        writers.into_iter().for_each(Waker::wake);
    }
}

/// The run's own end: events end when it is dropped, even if a guest that is being stopped would still tell some.
#[derive(Debug)]
pub(crate) struct Teller {
    pub(super) queue: Arc<Queue>,
    /// Whether what guests write is told too.
    pub(super) output: bool,
}

impl Drop for Teller {
    fn drop(&mut self) {
        let (reader, writers) = {
            let mut state = self.queue.lock();
            state.over = true;
            (state.reader.take(), mem::take(&mut state.writers))
        };
        reader.into_iter().chain(writers).for_each(Waker::wake);
    }
}

/// Both ends of a run's events, with or without what guests write.
pub(crate) fn channel(output: bool) -> (Teller, Events) {
    let queue = Arc::<Queue>::default();
    (Teller { queue: queue.clone(), output }, Events { queue })
}

/// Events on their way.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    /// What the output among them counts for.
    bytes: usize,
    /// Who waits for an event.
    reader: Option<Waker>,
    /// Which guests wait for room.
    writers: Vec<Waker>,
    /// The run is over: nothing is added any more.
    over: bool,
    /// Nobody reads any more.
    unread: bool,
}

impl Queue {
    /// Adds an event.
    pub(super) fn tell(&self, event: Event) {
        let reader = {
            let mut state = self.lock();
            if state.over || state.unread {
                return;
            }
            state.bytes += cost(&event);
            state.events.push_back(event);
            state.reader.take()
        };
        reader.into_iter().for_each(Waker::wake);
    }

    /// How many bytes of output the next event may have; it waits until there is room for some.
    pub(super) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<usize> {
        let mut state = self.lock();
        if state.over || state.unread {
            return Poll::Ready(usize::MAX);
        }
        if state.bytes < ROOM {
            return Poll::Ready(LARGEST);
        }
        if !state.writers.iter().any(|writer| writer.will_wake(cx.waker())) {
            state.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let (taken, writers) = {
            let mut state = self.lock();
            let Some(event) = state.events.pop_front() else {
                if state.over {
                    return Poll::Ready(None);
                }
                state.reader = Some(cx.waker().clone());
                return Poll::Pending;
            };
            state.bytes -= cost(&event);
            // Half of it free before anybody is woken: a wake-up for each event would be most of the work.
            let writers = if state.bytes <= ROOM / 2 { mem::take(&mut state.writers) } else { Vec::new() };
            (event, writers)
        };
        writers.into_iter().for_each(Waker::wake);
        Poll::Ready(Some(taken))
    }

    /// The state is right whatever panicked while it was locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an event counts for in the queue's room.
fn cost(event: &Event) -> usize {
    match &event.kind {
        EventKind::Output { bytes, .. } => bytes.len() + OVERHEAD,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExecutionId, OutputStream, Reporter};

    fn poll_room(output: &super::super::OutputReporter) -> Poll<usize> {
        output.poll_room(&mut Context::from_waker(Waker::noop()))
    }

    fn reporter(teller: &Teller) -> Reporter {
        Reporter::of(Some(teller), &ExecutionId::fresh(), "main", 0)
    }

    #[tokio::test]
    async fn output_waits_for_its_reader_and_nothing_else_does() {
        let (teller, mut events) = channel(true);
        let reporter = reporter(&teller);
        let output = reporter.output(OutputStream::Stdout).unwrap();
        let mut told = 0;
        while let Poll::Ready(room) = poll_room(&output) {
            output.tell(&vec![b'x'; room]);
            told += room;
        }
        assert!((ROOM / 2..ROOM + LARGEST).contains(&told), "{told}");
        for _ in 0..1000 {
            reporter.started();
        }
        while poll_room(&output).is_pending() {
            let event = events.next().await.unwrap();
            let EventKind::Output { bytes, .. } = event.kind else { panic!("{event:?} is out of order") };
            told -= bytes.len();
        }
        assert!(told < ROOM);
    }

    #[test]
    fn many_small_pieces_take_room_too() {
        let (teller, _events) = channel(true);
        let output = reporter(&teller).output(OutputStream::Stderr).unwrap();
        let mut count = 0;
        while poll_room(&output).is_ready() {
            output.tell(b"x");
            count += 1;
        }
        assert!(count <= ROOM / OVERHEAD, "{count}");
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_at_either_end() {
        let (teller, mut events) = channel(true);
        let output = reporter(&teller).output(OutputStream::Stdout).unwrap();
        let write = async {
            for _ in 0..100 {
                let room = poll_fn(|cx| output.poll_room(cx)).await.min(100_000);
                output.tell(&vec![0; room]);
                tokio::task::yield_now().await;
            }
            drop(teller);
        };
        let read = async {
            let mut sum = 0;
            while let Some(event) = events.next().await {
                if let EventKind::Output { bytes, .. } = event.kind {
                    sum += bytes.len();
                }
            }
            sum
        };
        let ((), sum) = tokio::join!(write, read);
        assert_eq!(sum, 100 * LARGEST);
    }

    #[test]
    fn without_a_reader_there_is_always_room_and_nothing_is_kept() {
        let (teller, events) = channel(true);
        let reporter = reporter(&teller);
        drop(events);
        reporter.started();
        let output = reporter.output(OutputStream::Stdout).unwrap();
        for _ in 0..100 {
            assert_eq!(poll_room(&output), Poll::Ready(usize::MAX));
            output.tell(&[0; 10_000]);
        }
        assert!(teller.queue.lock().events.is_empty());
        assert!(Reporter::default().output(OutputStream::Stdout).is_none());
    }
}
