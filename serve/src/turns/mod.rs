//! Whose turn it is on a thread, and who is turned away because too many wait for theirs.
//!
//! What answers requests computes on the thread of their connections, a turn of a millisecond each, so that ten requests
//! that compute take ten times as long as one. Were all let in, none would be answered in time under a load that is too
//! high. So a request that costs much is turned away at once where too many others wait for their turn: those that are let
//! in are answered as quickly as ever, and the thread does no less.
//!
//! * [`Task`] is whether something waits for its turn.
//! * [`Cost`] is what requests of a function take of a processor.
//! * [`Turns`] are those of a thread that compute.

mod cost;
mod held;
mod task;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::time;

pub use cost::Cost;
use held::Held;
pub(crate) use task::Task;

use crate::Bounds;

/// What a request costs that is never turned away: to say so would cost as much. What is not optimised takes longer, for
/// that too.
const CHEAP: Duration =
    if cfg!(debug_assertions) { Duration::from_millis(3) } else { Duration::from_micros(200) };
/// What a request computes before it counts as one that keeps on.
const LONG: Duration = Duration::from_millis(50);
/// How long a thread may have no rest before it takes fewer than a sudden crowd.
const RESTLESS: Duration = Duration::from_millis(100);

/// The requests of a thread that compute, or will when what they wait for is there.
#[derive(Debug)]
pub(crate) struct Turns {
    computing: RefCell<Vec<Rc<Computing>>>,
    /// When somebody came and nobody waited.
    rested: Cell<Instant>,
    wait: Duration,
    line: u32,
    crowd: u32,
    server: Arc<Everywhere>,
    held: Held,
}

/// How many requests compute on all threads of a server.
#[derive(Debug)]
pub(crate) struct Everywhere {
    computing: AtomicUsize,
    threads: usize,
}

#[derive(Debug)]
struct Computing {
    task: Rc<Task>,
    cost: Duration,
}

/// That a request computes, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Rc<Turns>,
    computing: Rc<Computing>,
}

/// Too many requests wait for their turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the requests that wait for their turn would take {wait:?} of the processor before this one is over")]
pub struct Crowded {
    /// How long others would take meanwhile.
    pub wait: Duration,
}

/// Whether a request costs too little to be turned away.
pub(crate) fn is_cheap(cost: Duration) -> bool {
    cost < CHEAP
}

impl Turns {
    pub(crate) fn new(bounds: &Bounds, server: Arc<Everywhere>) -> Self {
        let (wait, line, crowd) = (bounds.wait, bounds.line, bounds.crowd.max(bounds.line));
        let (computing, rested) = (RefCell::default(), Cell::new(Instant::now()));
        Self { computing, rested, wait, line, crowd, server, held: Held::default() }
    }

    /// Holds a request back that was turned away, until there is room for others again or for so long: one that comes at
    /// once again takes nothing then of what there is for those that were let in, and none stays away from a thread that
    /// has nothing to do.
    pub(crate) async fn hold_back(&self, time: Duration) {
        // Whichever it is, the client is told the same.
        let _ = time::timeout(time, self.held.hold()).await;
    }

    /// Lets a request in that costs so much and is answered by this task, unless it would have to wait for too long; none
    /// where it costs too little to matter.
    pub(crate) fn enter(
        self: &Rc<Self>,
        task: &Rc<Task>,
        cost: Duration,
        now: Instant,
    ) -> Result<Option<Turn>, Crowded> {
        if is_cheap(cost) {
            return Ok(None);
        }
        let wait = self.wait(cost);
        if wait.is_zero() {
            self.rested.set(now);
        }
        let restless = now.saturating_duration_since(self.rested.get()) > RESTLESS;
        // Where other threads have little to do, it is the clients' connections that are not shared out well.
        let crowded = restless && !self.server.has_room(self.line);
        let most = cost.saturating_mul(if crowded { self.line } else { self.crowd });
        if wait > most.max(self.wait) {
            return Err(Crowded { wait });
        }
        let computing = Rc::new(Computing { task: task.clone(), cost });
        self.computing.borrow_mut().push(computing.clone());
        self.server.computing.fetch_add(1, Ordering::Relaxed);
        Ok(Some(Turn { turns: self.clone(), computing }))
    }

    /// How long others would compute until a request is over that costs so much. Turns are equally long: each takes as much
    /// meanwhile as this one, or what it needs. Those that keep on share their turns, and so take as much together.
    fn wait(&self, cost: Duration) -> Duration {
        let computing = self.computing.borrow();
        let waiting = || computing.iter().filter(|other| other.task.waits());
        let keeps_on = |other: &&Rc<Computing>| cost <= LONG && other.cost > LONG;
        let others: Duration =
            waiting().filter(|other| !keeps_on(other)).map(|other| other.cost.min(cost)).sum();
        if waiting().any(|other| keeps_on(&other)) { others + cost } else { others }
    }
}

impl Everywhere {
    pub(crate) fn new(threads: usize) -> Self {
        Self { computing: AtomicUsize::new(0), threads }
    }

    /// Whether there are fewer than so many on each thread, or would be if they were shared out.
    fn has_room(&self, line: u32) -> bool {
        self.computing.load(Ordering::Relaxed) < (line as usize).saturating_mul(self.threads)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut computing = self.turns.computing.borrow_mut();
        if let Some(place) = computing.iter().position(|other| Rc::ptr_eq(other, &self.computing)) {
            computing.swap_remove(place);
            self.turns.server.computing.fetch_sub(1, Ordering::Relaxed);
        }
        drop(computing);
        let cost = self.computing.cost;
        let most = cost.saturating_mul(self.turns.line).max(self.turns.wait);
        // Who goes now comes again when some more are over.
        if self.turns.wait(cost) <= most / 2 {
            // None stays away from a thread that has nothing to do.
            let rests = self.turns.computing.borrow().is_empty();
            self.turns.held.let_go(if rests { self.turns.crowd } else { 1 });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use dayfly_core::turn;
    use futures_util::future::join_all;

    use super::*;

    const COST: Duration = Duration::from_millis(20);
    const SHORT: Duration = Duration::from_millis(5);

    fn turns(line: u32, crowd: u32) -> (Rc<Turns>, Instant) {
        let turns = of(line, crowd, &Arc::new(Everywhere::new(1)));
        let now = turns.rested.get();
        (turns, now)
    }

    fn of(line: u32, crowd: u32, server: &Arc<Everywhere>) -> Rc<Turns> {
        Rc::new(Turns::new(&Bounds { wait: SHORT, line, crowd, ..Bounds::default() }, server.clone()))
    }

    /// A task that was polled, and waits for its turn if it computes.
    fn task(computes: bool) -> Rc<Task> {
        let task = Rc::<Task>::default();
        let polled = task.poll(|| {
            if computes {
                turn::ends();
            }
            Poll::<()>::Pending
        });
        assert!(polled.is_pending());
        task
    }

    #[test]
    fn a_crowd_is_let_in_once_and_then_a_line() {
        let (turns, now) = turns(3, 16);
        let enter = |at| turns.enter(&task(true), COST, at);
        let mut inside: Vec<_> = (0..17).map(|_| enter(now).unwrap()).collect();
        assert_eq!(enter(now).unwrap_err(), Crowded { wait: 17 * COST });
        // The thread had no rest since: others must have left first.
        let later = now + 2 * RESTLESS;
        inside.truncate(4);
        assert_eq!(enter(later).unwrap_err(), Crowded { wait: 4 * COST });
        inside.truncate(3);
        inside.push(enter(later).unwrap());
        assert!(enter(later).is_err());
        // Nobody is there any more: it has had a rest.
        inside.clear();
        inside.extend((0..17).map(|_| enter(later).unwrap()));
        assert!(enter(later).is_err());
        assert_eq!(turns.computing.borrow().len(), 17);
    }

    #[test]
    fn those_that_keep_on_count_as_one() {
        let (turns, now) = turns(0, 3);
        let enter = |cost| turns.enter(&task(true), cost, now);
        let long: Vec<_> = (0..4).map(|_| enter(2 * LONG).unwrap()).collect();
        assert!(enter(2 * LONG).is_err());
        let short: Vec<_> = (0..3).map(|_| enter(COST).unwrap()).collect();
        assert_eq!(enter(COST).unwrap_err(), Crowded { wait: 4 * COST });
        drop((long, short));
    }

    #[test]
    fn one_thread_is_not_crowded_while_others_have_nothing_to_do() {
        let server = Arc::new(Everywhere::new(2));
        let (turns, other) = (of(3, 16, &server), of(3, 16, &server));
        let later = turns.rested.get() + 2 * RESTLESS;
        let enter = |turns: &Rc<Turns>| turns.enter(&task(true), COST, later);
        // Who comes first finds nobody, and that is a rest.
        let rested = turns.enter(&task(true), COST, turns.rested.get()).unwrap();
        let mut inside: Vec<_> = (0..5).map(|_| enter(&turns).unwrap()).collect();
        assert_eq!(enter(&turns).unwrap_err(), Crowded { wait: 6 * COST });
        inside.pop();
        let elsewhere = enter(&other).unwrap();
        assert!(enter(&turns).is_err(), "there are as many, wherever they are");
        drop(elsewhere);
        inside.push(enter(&turns).unwrap());
        drop((inside, rested));
        assert_eq!(server.computing.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn who_is_held_back_comes_again_when_the_line_is_short() {
        let (turns, now) = turns(4, 4);
        let context = &mut Context::from_waker(Waker::noop());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _within = runtime.enter();
        let mut inside: Vec<_> = (0..5).map(|_| turns.enter(&task(true), COST, now).unwrap()).collect();
        let went = RefCell::new(Vec::new());
        let held = [0, 1, 2].map(|number| {
            let (turns, went) = (&turns, &went);
            async move {
                turns.hold_back(Duration::from_secs(3600)).await;
                went.borrow_mut().push(number);
            }
        });
        let mut held = pin!(join_all(held));
        let mut went = || {
            let _ = held.as_mut().poll(context);
            went.borrow().clone()
        };
        assert_eq!(went(), [0; 0]);
        inside.truncate(3);
        assert_eq!(went(), [0; 0]);
        // Half of those that may wait do now, and each that leaves makes room for one: for who came last.
        inside.truncate(2);
        assert_eq!(went(), [2]);
        inside.truncate(1);
        assert_eq!(went(), [2, 1]);
    }

    #[test]
    fn who_costs_little_or_waits_for_something_is_in_nobodys_way() {
        let (turns, now) = turns(0, 0);
        let _waiting: Vec<_> = (0..100).map(|_| turns.enter(&task(false), COST, now).unwrap()).collect();
        let one = turns.enter(&task(true), COST, now).unwrap();
        assert!(turns.enter(&task(true), COST, now).is_err());
        assert!(turns.enter(&task(true), CHEAP / 2, now).unwrap().is_none());
        // The other takes no more meanwhile than this one does.
        assert!(turns.enter(&task(true), SHORT, now).unwrap().is_some());
        drop(one);
    }
}
