//! One request and its answer.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use dayfly_core::{Ending, OutputStream};
use http::{Method, Request, StatusCode, Uri, Version};

use crate::body::{Fault, Received};
use crate::connection::outbox;
use crate::log::Heard;
use crate::request_id::{Names, RequestId};
use crate::trace::Span;
use crate::turns::{self, Task, Turn, Turns};
use crate::{Cost, Crowded, Fate, GuestLog, Peer};

/// One request and its answer, as the access log sees them. What works on the request notes here what only it knows.
#[derive(Debug)]
pub struct Exchange {
    /// When the head of the request was there.
    pub(crate) time: SystemTime,
    pub(crate) started: Instant,
    pub(crate) peer: Peer,
    pub(crate) secure: bool,
    pub(crate) method: Method,
    pub(crate) target: Uri,
    pub(crate) version: Version,
    pub(crate) id: RequestId,
    pub(crate) status: Cell<Option<StatusCode>>,
    /// Shared with the body, which may be read elsewhere.
    pub(crate) received: OnceCell<Arc<Received>>,
    pub(crate) sent: Cell<u64>,
    pub(crate) delivery: Cell<Delivery>,
    pub(crate) function: RefCell<Option<Arc<str>>>,
    pub(crate) route: RefCell<Option<Arc<str>>>,
    pub(crate) fate: RefCell<Option<Fate>>,
    pub(crate) why: RefCell<Option<String>>,
    /// How many requests the guest's instance was given before.
    pub(crate) reused: Cell<u32>,
    pub(crate) said: RefCell<Vec<Said>>,
    /// What of that is written already, where it is to be.
    pub(crate) heard: Heard,
    guests: Rc<Option<GuestLog>>,
    /// What answers it is polled by.
    pub(crate) task: RefCell<Option<Rc<Task>>>,
    /// Whether nothing works on the answer any more.
    pub(crate) settled: Cell<bool>,
    turns: Rc<Turns>,
    turn: RefCell<Option<Turn>>,
    cost: RefCell<Option<Arc<Cost>>>,
    /// Whether it was turned away, because too many wait for their turn.
    pub(crate) crowded: Cell<bool>,
    /// Where traces are sent.
    pub(crate) span: RefCell<Option<Span>>,
    /// Since when a part of the answer waits to be sent on a connection that sends several.
    pub(crate) waits: Cell<Option<Instant>>,
    /// When what works on the answer is to be over.
    deadline: Cell<Option<Instant>>,
    /// Why the server cut it off.
    pub(crate) cut: Cell<Option<&'static str>>,
}

/// How long after its deadline what works on an answer may take to say itself that it is over. It may begin a second late,
/// when it had to wait for its place.
const GRACE: Duration = Duration::from_secs(2);

/// What a guest wrote to one of its outputs.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stream: OutputStream,
    /// How much.
    pub(crate) bytes: u64,
    /// The end of it.
    pub(crate) tail: Vec<u8>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delivery {
    /// It was handed over from its first byte to its last.
    Whole,
    /// The client did not wait for its end, or for its beginning.
    Cut,
    /// What wrote it failed on the way.
    Broken,
    /// The server stopped before it had ended.
    Stopped,
}

impl Exchange {
    pub(crate) fn new<B>(
        request: &Request<B>,
        peer: Peer,
        secure: bool,
        names: &Names,
        turns: &Rc<Turns>,
        guests: &Rc<Option<GuestLog>>,
    ) -> Self {
        let started = Instant::now();
        outbox::hand_over_in_time(started);
        Self {
            time: SystemTime::now(),
            started,
            peer,
            secure,
            method: request.method().clone(),
            target: request.uri().clone(),
            version: request.version(),
            id: names.of(request.headers()),
            status: Cell::new(None),
            received: OnceCell::new(),
            sent: Cell::new(0),
            delivery: Cell::new(Delivery::Cut),
            function: RefCell::new(None),
            route: RefCell::new(None),
            fate: RefCell::new(None),
            why: RefCell::new(None),
            reused: Cell::new(0),
            said: RefCell::new(Vec::new()),
            heard: Heard::default(),
            guests: guests.clone(),
            task: RefCell::new(None),
            settled: Cell::new(false),
            turns: turns.clone(),
            turn: RefCell::new(None),
            cost: RefCell::new(None),
            crowded: Cell::new(false),
            span: RefCell::new(None),
            waits: Cell::new(None),
            deadline: Cell::new(None),
            cut: Cell::new(None),
        }
    }

    /// Notes which function answers.
    pub fn set_function(&self, name: &Arc<str>) {
        *self.function.borrow_mut() = Some(name.clone());
    }

    /// Notes by which route the request came there, as it is written.
    pub fn set_route(&self, route: &Arc<str>) {
        *self.route.borrow_mut() = Some(route.clone());
    }

    /// Asks whether what answers may begin: something whose requests cost so much. What this one will have cost is added
    /// when its [fate](Exchange::set_fate) is known.
    ///
    /// # Errors
    /// Too many others on this thread wait for their turn to compute. The client is to be told to come back later.
    pub fn enter(&self, cost: &Arc<Cost>) -> Result<(), Crowded> {
        *self.cost.borrow_mut() = Some(cost.clone());
        let average = cost.average();
        if turns::is_cheap(average) {
            return Ok(());
        }
        // Nobody's answer waits behind that.
        outbox::hand_over();
        let task = self.task.borrow();
        let Some(task) = &*task else { return Ok(()) };
        let entered = self.turns.enter(task, average, Instant::now());
        let turn = entered.inspect_err(|crowded| {
            self.crowded.set(true);
            self.set_reason(crowded.to_string());
        })?;
        *self.turn.borrow_mut() = turn;
        Ok(())
    }

    /// Notes that nothing works on it any more.
    pub(crate) fn leave(&self) {
        self.turn.take();
    }

    /// Notes what became of the guest. It is in the log if it is noted before the body of the answer is gone: noting
    /// it when that is dropped is soon enough.
    pub fn set_fate(&self, fate: Fate) {
        // One whose client went away says little of the others, and one that was never started nothing.
        let started = fate.usage.cpu_ns > 0 || fate.usage.wall_ns > 0;
        if let Some(cost) = self.cost.take().filter(|_| started && fate.ending != Ending::Cancelled) {
            cost.add(fate.usage.cpu_ns);
        }
        *self.fate.borrow_mut() = Some(fate);
        self.settle();
    }

    /// Notes until when what works on the answer may do so. It is to end by itself then; but it is not asked while its client
    /// takes nothing, and so is cut off two seconds later unless the answer is [settled](Exchange::settle).
    pub fn set_deadline(&self, deadline: Instant) {
        self.deadline.set(Some(deadline));
    }

    /// Whether something works on the answer for longer than it may.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        !self.settled.get()
            && self.deadline.get().is_some_and(|deadline| now.saturating_duration_since(deadline) >= GRACE)
    }

    /// Notes that nothing works on the answer any more: all of it lies in memory. Others may run while its client takes it.
    /// Where a [fate](Exchange::set_fate) is noted, so is this.
    pub fn settle(&self) {
        self.settled.set(true);
    }

    /// Whether what the guest writes to its outputs besides its answer is to be [heard](Exchange::hear) now: somebody
    /// reads it, and it is not too much.
    pub fn hears(&self, now: Instant) -> bool {
        self.guests.is_some() && self.heard.has_room(now)
    }

    /// Notes what the guest, which goes on, wrote to an output since the last time: how many bytes, and the end of them.
    pub fn hear(&self, stream: OutputStream, bytes: u64, tail: &[u8]) {
        if let Some(log) = &*self.guests {
            log.say(self, stream, bytes, tail);
            self.heard.add(stream, bytes, tail.len());
        }
    }

    /// Notes what the guest wrote to an output besides its answer, in all: how many bytes, and the end of them. What of
    /// it was not heard is in the log under the same conditions.
    pub fn add_output(&self, stream: OutputStream, bytes: u64, tail: Vec<u8>) {
        if bytes > 0 {
            self.said.borrow_mut().push(Said { stream, bytes, tail });
        }
    }

    /// Notes how many requests the guest's instance was given before this one.
    pub fn set_reused(&self, before: u32) {
        self.reused.set(before);
    }

    /// Notes why the answer is not what it should be, in a sentence for the log.
    pub fn set_reason(&self, why: impl Into<String>) {
        *self.why.borrow_mut() = Some(why.into());
    }

    /// When the head of the request was there.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Who asks.
    pub fn peer(&self) -> Peer {
        self.peer
    }

    /// Whether the connection is one with TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// What the request is called: what the client says in `x-request-id`, or a UUID.
    pub fn request_id(&self) -> String {
        self.id.with(str::to_owned)
    }

    /// Why the request's body has no end, where that is the client's fault.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.received.get()?.fault()
    }

    /// Bytes of the request's body that were read so far.
    pub(crate) fn received(&self) -> u64 {
        self.received.get().map_or(0, |received| received.bytes())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use dayfly_core::Usage;

    use super::*;
    use crate::Bounds;
    use crate::turns::Everywhere;

    fn exchange() -> Exchange {
        of(&Request::new(()))
    }

    pub(crate) fn of(request: &Request<()>) -> Exchange {
        let turns = Rc::new(Turns::new(&Bounds::default(), Arc::new(Everywhere::new(1))));
        Exchange::new(request, Peer::Unix, false, &Names::default(), &turns, &Rc::default())
    }

    #[test]
    fn who_was_refused_or_went_away_says_nothing_of_what_a_function_costs() {
        let cost = Arc::<Cost>::default();
        let over = |ending: Ending, usage: Usage| {
            let exchange = exchange();
            exchange.enter(&cost).unwrap();
            exchange.set_fate(Fate { ending, usage, refusals: Vec::new() });
            cost.average()
        };
        let used = |cpu_ns| Usage { cpu_ns, wall_ns: cpu_ns + 1, ..Usage::default() };
        let known = over(Ending::Exited(0), used(20_000_000));
        assert_eq!(known.as_millis(), 20);
        for _ in 0..100 {
            assert_eq!(over(Ending::Limited("no room".to_owned()), Usage::default()), known);
            assert_eq!(over(Ending::Cancelled, used(7)), known);
        }
        assert!(over(Ending::Exited(0), used(0)) < known, "one that takes nothing does");
    }

    #[test]
    fn what_is_settled_is_not_overdue() {
        let exchange = exchange();
        let now = Instant::now();
        assert!(!exchange.is_overdue(now + 2 * GRACE));
        exchange.set_deadline(now);
        assert!(!exchange.is_overdue(now + GRACE / 2));
        assert!(exchange.is_overdue(now + GRACE));
        exchange.settle();
        assert!(!exchange.is_overdue(now + GRACE));
    }
}
