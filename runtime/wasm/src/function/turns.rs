//! Turns that the guests of a thread share which keep on computing: one of them goes on in each round of the thread.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;
use tokio::runtime::Handle;

thread_local! {
    static OWN: Arc<Row> = Arc::default();
}

/// Those of a thread that wait for a turn. The first of them gets it at the end of this round.
#[derive(Debug, Default)]
struct Row(Mutex<VecDeque<Arc<Place>>>);

/// One that waits.
#[derive(Debug)]
struct Place {
    row: Arc<Row>,
    has_turn: AtomicBool,
    waker: AtomicWaker,
}

/// Ready when it is its turn, which comes after that of all that wait already.
#[derive(Debug, Default)]
pub(super) struct Turn(Option<Arc<Place>>);

impl Row {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Place>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, place: Arc<Place>) {
        let mut row = self.lock();
        row.push_back(place.clone());
        let is_first = row.len() == 1;
        drop(row);
        if is_first {
            place.in_the_next_round();
        }
    }

    /// Gives the one that is the first now, if this was.
    fn leave(&self, place: &Arc<Place>) -> Option<Arc<Place>> {
        let mut row = self.lock();
        let was_first = row.front().is_some_and(|first| Arc::ptr_eq(first, place));
        row.retain(|other| !Arc::ptr_eq(other, place));
        if was_first { row.front().cloned() } else { None }
    }
}

impl Place {
    /// Gives it the turn when all that is ready on this thread went, and what came in was looked at.
    fn in_the_next_round(self: Arc<Self>) {
        let waker = Waker::from(self);
        // It leaves the waker with the thread, or outside of tokio wakes it, and is not needed for more.
        let _ = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
    }

    /// The same for who is being woken at the end of a round: with the thread, nothing can be left just then.
    fn in_the_round_after(self: Arc<Self>) {
        match Handle::try_current() {
            Ok(tokio) => drop(tokio.spawn(async move { self.in_the_next_round() })),
            Err(_) => self.in_the_next_round(),
        }
    }
}

impl Wake for Place {
    /// It has the turn, and makes way for the next at once: its guest may not be polled for long, as when nobody takes what
    /// it wrote.
    fn wake(self: Arc<Self>) {
        let next = self.row.leave(&self);
        self.has_turn.store(true, Ordering::Release);
        self.waker.wake();
        if let Some(next) = next {
            next.in_the_round_after();
        }
    }
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &self.0 {
            None => {
                let row = OWN.with(Arc::clone);
                let (has_turn, waker) = (AtomicBool::new(false), AtomicWaker::new());
                let place = Arc::new(Place { row, has_turn, waker });
                place.waker.register(cx.waker());
                place.row.join(place.clone());
                self.0 = Some(place);
                Poll::Pending
            }
            Some(place) => {
                place.waker.register(cx.waker());
                if !place.has_turn.load(Ordering::Acquire) {
                    return Poll::Pending;
                }
                self.0 = None;
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(place) = &self.0
            && let Some(next) = place.row.leave(place)
        {
            next.in_the_next_round();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn on_one_thread(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
    }

    #[test]
    fn one_goes_on_in_each_round_and_all_one_after_the_other() {
        let went = RefCell::new(Vec::new());
        on_one_thread(async {
            let computes = |name: char| {
                let went = &went;
                async move {
                    for _ in 0..5 {
                        Turn::default().await;
                        went.borrow_mut().push(name);
                    }
                }
            };
            let rounds = async {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                    went.borrow_mut().push('.');
                }
            };
            tokio::join!(biased; computes('a'), computes('b'), computes('c'), rounds);
        });
        let went: String = went.into_inner().into_iter().collect();
        assert_eq!(went.trim_end_matches('.'), "a.b.c.a.b.c.a.b.c.a.b.c.a.b.c");
    }

    #[test]
    fn who_goes_away_leaves_its_turn_to_the_next() {
        on_one_thread(async {
            let mut cx = Context::from_waker(Waker::noop());
            let mut all = [(); 3].map(|()| Box::pin(Turn::default()));
            for turn in &mut all {
                assert!(turn.as_mut().poll(&mut cx).is_pending());
            }
            let [first, second, mut third] = all;
            drop((second, first));
            tokio::task::yield_now().await;
            assert!(third.as_mut().poll(&mut cx).is_ready());
            assert!(OWN.with(|row| row.lock().is_empty()));
        });
    }

    #[test]
    fn who_is_not_polled_any_more_keeps_no_turn() {
        on_one_thread(async {
            let mut cx = Context::from_waker(Waker::noop());
            let mut all = [(); 3].map(|()| Box::pin(Turn::default()));
            for turn in &mut all {
                assert!(turn.as_mut().poll(&mut cx).is_pending());
            }
            let [_first, _second, mut third] = all;
            for _ in 0..2 {
                tokio::task::yield_now().await;
                assert!(third.as_mut().poll(&mut cx).is_pending(), "one in each round");
            }
            tokio::task::yield_now().await;
            assert!(third.as_mut().poll(&mut cx).is_ready());
        });
    }
}
