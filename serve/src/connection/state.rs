//! What is known of a connection, and how it is told to end.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use crate::turns::Task;
use crate::{Bounds, Exchange, Peer};

/// What is known of a connection, and how it is told to end.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    outbox: Rc<Outbox>,
    secure: Cell<bool>,
    /// Whether it speaks HTTP/2, in which heads stand between other things and have no beginning that is seen.
    two: Cell<bool>,
    phase: Cell<Phase>,
    /// Requests that are not over.
    running: Cell<u32>,
    /// Since when the client takes nothing of what is written.
    blocked: Cell<Option<Instant>>,
    stopping: Cell<bool>,
    /// Whether the head of its request takes too long.
    late: Cell<bool>,
    cut: Cell<Option<Cut>>,
    /// What answers its requests, where these have no tasks of their own: for HTTP/1.
    pub(crate) task: Rc<Task>,
    /// When a request of it was told last to come back later.
    sent_away: Cell<Option<Instant>>,
    /// Of the task that serves it.
    waker: RefCell<Option<Waker>>,
    /// HTTP/2 requests that were taken back, less those that were not.
    resets: Cell<u32>,
    /// The request that began last: of HTTP/2 until its task takes it, of HTTP/1 until it is over.
    pub(crate) latest: RefCell<Option<Rc<Exchange>>>,
    /// HTTP/2 requests whose tasks run.
    pub(crate) streams: RefCell<Vec<Weak<Stream>>>,
}

/// A task that answers an HTTP/2 request, and how it is told to end.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) exchange: Rc<Exchange>,
    pub(crate) cut: Cell<bool>,
    pub(crate) waker: RefCell<Option<Waker>>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// It has not yet said which protocol it speaks.
    Fresh(Instant),
    /// It has no request since then.
    Idle(Instant),
    /// It has part of a head since then.
    Head(Instant),
    /// It has requests.
    Busy,
}

/// Why a connection is cut off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cut {
    /// It did not get to its first request in time.
    SlowHandshake,
    /// It had no request for too long.
    Idle,
    /// The client took nothing of an answer for too long.
    SlowReader,
    /// What works on its request takes longer than it may.
    Overdue,
    /// It took back too many requests.
    Resets,
    /// The server stopped.
    Stopped,
}

/// Why a stream, or the request of a connection, is cut off, as the log has it.
const SLOW_READER: &str = "the client took nothing of the answer for too long";
/// As above.
const OVERDUE: &str = "the time of the request was over while its client took nothing of the answer";

/// When those come back who are told to, as `Retry-After` says it.
const BACK: Duration = Duration::from_secs(1);

impl Connection {
    pub(crate) fn new(peer: Peer, outbox: Rc<Outbox>) -> Self {
        Self {
            peer,
            outbox,
            secure: Cell::new(false),
            two: Cell::new(false),
            phase: Cell::new(Phase::Fresh(Instant::now())),
            running: Cell::new(0),
            blocked: Cell::new(None),
            stopping: Cell::new(false),
            late: Cell::new(false),
            cut: Cell::new(None),
            task: Rc::default(),
            sent_away: Cell::new(None),
            waker: RefCell::new(None),
            resets: Cell::new(0),
            latest: RefCell::new(None),
            streams: RefCell::new(Vec::new()),
        }
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.secure.get()
    }

    /// Notes that what is said on it is said to this server alone.
    pub(crate) fn set_secure(&self) {
        self.secure.set(true);
    }

    /// Whether it is to end when it has no request.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.get()
    }

    /// Whether the head of its request takes too long: the client can still be told so.
    pub(super) fn is_late(&self) -> bool {
        self.late.get() && matches!(self.phase.get(), Phase::Head(_))
    }

    /// Whether it works on the answer to a request of HTTP/1.
    pub(super) fn is_answering(&self) -> bool {
        !self.two.get() && self.phase.get() == Phase::Busy
    }

    /// Whether it was cut off because the server stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        self.cut.get() == Some(Cut::Stopped)
    }

    /// Why it was cut off, if it was.
    pub(crate) fn why(&self) -> Option<Cut> {
        self.cut.get()
    }

    /// Notes that it speaks HTTP/1, of which the first bytes are there, or HTTP/2.
    pub(crate) fn speaks(&self, two: bool) {
        let now = Instant::now();
        self.two.set(two);
        self.phase.set(if two { Phase::Idle(now) } else { Phase::Head(now) });
    }

    /// Notes that bytes came in.
    pub(crate) fn read(&self) {
        if matches!(self.phase.get(), Phase::Idle(_)) && !self.two.get() {
            self.phase.set(Phase::Head(Instant::now()));
        }
    }

    /// Notes whether the client takes what is written.
    pub(crate) fn wrote(&self, blocked: bool) {
        if blocked != self.blocked.get().is_some() {
            self.blocked.set(blocked.then(Instant::now));
        }
    }

    /// Notes that a request begins.
    pub(crate) fn begins(&self) {
        self.running.set(self.running.get() + 1);
        self.phase.set(Phase::Busy);
    }

    /// Notes that a request is over, and whether it got its answer.
    pub(crate) fn ends(&self, now: Instant, answered: bool) {
        let running = self.running.get().saturating_sub(1);
        self.running.set(running);
        if running == 0 {
            self.latest.take();
            self.phase.set(Phase::Idle(now));
        }
        let resets = self.resets.get();
        self.resets.set(if answered { resets.saturating_sub(1) } else { resets + 1 });
    }

    /// Notes that a request of it is told to come back after a [while](BACK); gives what was left of that since another
    /// one was told so.
    pub(crate) fn sent_away(&self, now: Instant) -> Option<Duration> {
        let before = self.sent_away.replace(Some(now))?;
        BACK.checked_sub(now.saturating_duration_since(before)).filter(|left| !left.is_zero())
    }

    /// Tells it to end when it has no request.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
        self.wake();
    }

    /// Tells it to end now.
    pub(crate) fn cut(&self, why: Cut) {
        if self.cut.get().is_none() {
            self.cut.set(Some(why));
            self.wake();
        }
    }

    /// Cuts it off where it is over a bound.
    pub(crate) fn look(&self, now: Instant, bounds: &Bounds) {
        let over = |since: Instant, bound| now.saturating_duration_since(since) >= bound;
        let why = match self.phase.get() {
            Phase::Fresh(since) if over(since, bounds.handshake) => Some(Cut::SlowHandshake),
            Phase::Head(since) if over(since, bounds.head) => {
                self.late.set(true);
                return self.wake();
            }
            Phase::Idle(since) if over(since, bounds.idle) => Some(Cut::Idle),
            _ if self.blocked.get().is_some_and(|since| over(since, bounds.answer_idle)) => {
                Some(Cut::SlowReader)
            }
            _ if self.resets.get() > bounds.resets => Some(Cut::Resets),
            _ => None,
        };
        if let Some(why) = why {
            return self.cut(why);
        }
        if let Some(exchange) = self.latest.borrow().as_ref().filter(|exchange| exchange.is_overdue(now)) {
            exchange.cut.set(Some(OVERDUE));
            return self.cut(Cut::Overdue);
        }
        for stream in self.streams.borrow().iter().filter_map(Weak::upgrade) {
            let slow = stream.exchange.waits.get().is_some_and(|since| over(since, bounds.answer_idle));
            if slow || stream.exchange.is_overdue(now) {
                stream.exchange.cut.set(Some(if slow { SLOW_READER } else { OVERDUE }));
                stream.cut.set(true);
                if let Some(waker) = &*stream.waker.borrow() {
                    waker.wake_by_ref();
                }
            }
        }
    }

    /// Works on it until it has ended by itself, or was cut off: then none.
    pub(crate) async fn unless_cut<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|cx| {
            if self.cut.get().is_some() {
                return Poll::Ready(None);
            }
            self.waker.borrow_mut().get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
            self.hand_over(cx);
            work.as_mut().poll(cx).map(Some)
        })
        .await
    }

    /// Goes on with what the client did not take at once.
    fn hand_over(&self, cx: &mut Context<'_>) {
        let (handed_over, took_some) = self.outbox.poll_stuck(cx);
        if took_some {
            self.wrote(false);
        }
        if handed_over.is_pending() {
            self.wrote(true);
        }
    }

    fn wake(&self) {
        // Woken outside of the borrow: a waker may run what looks here.
        let waker = self.waker.borrow().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
