//! One instance that answers several requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use dayfly_core::Ending;
use dayfly_host_api::CpuStretch;
use dayfly_host_api::net::http::Visit;
use dayfly_host_api::slots::Taken;
use tokio::sync::Notify;

use super::super::exchange::{Exchange, Over};
use super::super::guest::Answering;
use super::super::prepare::{Answers, Ready};
use super::account::{Account, add};
use super::seat::{Asked, Seat};
use super::visits::answer;
use super::wakes::Wakes;
use super::{AT_A_TIME, lock};
use crate::ending::Stopped;
use crate::guest::nanoseconds;

/// How much processor time a guest may use after it has answered all that it was asked.
const ALONE: Duration = Duration::from_millis(50);

/// How much processor time a guest uses without an end before it gets no more requests until it comes to rest.
const BUSY: Duration = Duration::from_millis(5);
/// How often an instance is polled at once if it wants to be polled again. One that computes is polled again after others
/// of its thread.
const ROUNDS: u32 = 4;

/// An instance, with the requests that are in it.
pub(super) struct Instance {
    ready: Arc<Ready>,
    shared: Arc<Shared>,
    waker: Waker,
    /// How many requests it answers in all, and at a time.
    requests: u32,
    at_a_time: u32,
    /// None when it has ended. Never waited for: who finds it locked leaves it to who has it.
    alive: Mutex<Option<Alive>>,
    is_over: AtomicBool,
    /// Wakes one that waits for a seat.
    freed: Arc<Notify>,
}

struct Alive {
    guest: Answering,
    /// Given back after the guest's store is gone.
    _room: Taken,
}

/// What an instance and its guest's store both look at. It is locked for a moment only, and never while anything is polled.
pub(super) struct Shared {
    /// The guest's own: what it wrote, and how it ended.
    pub(super) exchange: Arc<Exchange>,
    pub(super) wakes: Arc<Wakes>,
    pub(super) state: Mutex<Standing>,
}

/// How an instance stands.
pub(super) struct Standing {
    /// What it was asked and has not seen yet.
    pub(super) queue: VecDeque<Visit<Arc<Asked>>>,
    /// What it was asked and is not over.
    asked: Vec<Arc<Asked>>,
    /// What is taken of the places for requests.
    seats: u32,
    /// How many requests it was given.
    given: u32,
    /// It takes requests.
    pub(super) open: bool,
    /// What its guest used of the processor since it came to rest.
    busy: Duration,
    /// It gets no more requests, and ends when it has none.
    retired: bool,
    /// Somebody looked for a seat since it had one.
    sought: bool,
    idle_since: Instant,
    cpu: Duration,
    /// What it used of that since it has no request.
    alone: Duration,
    pub(super) account: Account,
    /// What nobody was told of yet.
    pub(super) news: Over,
}

impl Standing {
    /// Whether it takes a request now, where it takes so many at a time.
    fn has_seat(&self, at_a_time: u32) -> bool {
        !self.retired && self.busy < BUSY && self.open && self.seats < at_a_time
    }
}

impl Instance {
    /// An instance that begins when it is polled.
    pub(super) fn new(ready: Arc<Ready>, requests: u32, room: Taken, freed: Arc<Notify>) -> Arc<Instance> {
        let wakes = Arc::<Wakes>::default();
        let shared = Arc::new(Shared {
            exchange: Arc::default(),
            wakes: wakes.clone(),
            state: Mutex::new(Standing {
                queue: VecDeque::new(),
                asked: Vec::new(),
                seats: 0,
                given: 0,
                open: true,
                busy: Duration::ZERO,
                retired: false,
                sought: false,
                idle_since: Instant::now(),
                cpu: Duration::ZERO,
                alone: Duration::ZERO,
                account: Account::default(),
                news: Over::default(),
            }),
        });
        let is_concurrent =
            matches!(&ready.answers, Answers::Component(program) if program.handler.is_concurrent());
        let guest = Box::pin(answer(ready.clone(), shared.clone()));
        Arc::new(Instance {
            ready,
            shared,
            waker: Waker::from(wakes),
            requests,
            at_a_time: if is_concurrent { AT_A_TIME } else { 1 },
            alive: Mutex::new(Some(Alive { guest, _room: room })),
            is_over: AtomicBool::new(false),
            freed,
        })
    }

    pub(super) fn ready(&self) -> &Ready {
        &self.ready
    }

    pub(super) fn wakes(&self) -> &Wakes {
        &self.shared.wakes
    }

    /// Whether it answers several requests at a time.
    pub(super) fn is_concurrent(&self) -> bool {
        self.at_a_time > 1
    }

    /// Whether it has ended.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// Since when it has no request; none where it has one.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let state = lock(&self.shared.state);
        (state.seats == 0).then_some(state.idle_since)
    }

    /// Whether it waits for requests.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_over() && self.idle_since().is_some()
    }

    /// A place for a request, if it takes one now.
    pub(super) fn seat(self: &Arc<Self>) -> Option<Seat> {
        let mut state = lock(&self.shared.state);
        if !state.has_seat(self.at_a_time) {
            state.sought = true;
            return None;
        }
        let before = state.given;
        state.given += 1;
        state.seats += 1;
        state.retired = state.given >= self.requests;
        Some(Seat { instance: self.clone(), before, cpu: state.cpu, asked: None })
    }

    /// Whether it takes a request now.
    pub(super) fn has_seat(&self) -> bool {
        lock(&self.shared.state).has_seat(self.at_a_time)
    }

    /// Puts a request to it, for whoever polls it next.
    pub(super) fn ask(&self, visit: Visit<Arc<Asked>>) {
        let mut state = lock(&self.shared.state);
        state.asked.push(visit.key.clone());
        state.queue.push_back(visit);
        drop(state);
        self.shared.wakes.note();
    }

    /// A seat is free again. Whoever had it is told what is to be told of the instance.
    pub(super) fn leave(&self, asked: Option<&Arc<Asked>>, before: u32) {
        let mut state = lock(&self.shared.state);
        let mut unseen = None;
        state.seats -= 1;
        if let Some(asked) = asked {
            state.asked.retain(|other| !Arc::ptr_eq(other, asked));
            let place = state.queue.iter().position(|visit| Arc::ptr_eq(&visit.key, asked));
            unseen = place.and_then(|place| state.queue.remove(place));
            // Nobody can stop what a guest does for one request alone.
            state.retired |= unseen.is_none() && !asked.is_done() && !asked.exchange.was_taken();
        }
        if state.seats == 0 {
            (state.idle_since, state.alone) = (Instant::now(), Duration::ZERO);
        }
        drop(state);
        drop(unseen);
        self.end_if_left();
        if thread::panicking() {
            // It may be what panicked, and nobody would poll it again for the others that are in it.
            self.end_if_panicked();
        }
        self.is_freed();
        let Some(asked) = asked else { return };
        let mut over = asked.exchange.over();
        over.reused = before;
        add(&mut over, std::mem::take(&mut lock(&self.shared.state).news));
        self.pass_on(&asked.exchange);
        asked.exchange.end(over);
    }

    /// What its guest wrote since the last time goes with this request: which one it is of nobody can tell.
    pub(super) fn pass_on(&self, exchange: &Exchange) {
        let own = &self.shared.exchange;
        if !own.has_unheard() {
            return;
        }
        own.is_heard();
        for stream in [0, 1] {
            let news = own.tail(stream).news();
            exchange.tail(stream).append(&news);
        }
        exchange.is_written();
    }

    /// One that waits for a seat looks for it, and tells the next if there are more.
    pub(super) fn is_freed(&self) {
        self.freed.notify_one();
    }

    /// It gets no more requests.
    pub(super) fn retire(&self) {
        lock(&self.shared.state).retired = true;
        self.end_if_left();
    }

    /// It ends now, whoever is in it.
    pub(super) fn abandon(&self) {
        self.end_if_panicked();
        lock(&self.shared.state).retired = true;
        let alive = lock(&self.alive).take();
        if let Some(alive) = alive {
            self.end(alive, Ending::Cancelled);
        }
    }

    /// Polls it, unless somebody else does. What woke it meanwhile, its own task sees to.
    pub(super) fn poll(&self) {
        let Ok(mut locked) = self.alive.try_lock() else { return self.end_if_panicked() };
        let Some(alive) = &mut *locked else { return };
        let (wakes, pace) = (&self.shared.wakes, &self.shared.exchange.pace);
        // What it does for one request is short. One that computes is measured more closely.
        let stretch = CpuStretch::begin(Instant::now(), CpuStretch::is_long(lock(&self.shared.state).busy));
        let mut rounds = 0;
        let polled = loop {
            let polling = wakes.begin();
            pace.begin();
            let polled = alive.guest.as_mut().poll(&mut Context::from_waker(&self.waker));
            pace.end();
            drop(polling);
            rounds += 1;
            // Whoever looks at many futures wakes itself once more when it has seen all, and then there is nothing.
            if polled.is_ready() || !wakes.is_woken() || pace.has_yielded() || rounds == ROUNDS {
                break polled;
            }
        };
        self.count(stretch.end());
        let ended = if polled.is_ready() { locked.take() } else { None };
        drop(locked);
        match ended {
            Some(alive) => self.end(alive, Ending::Cancelled),
            None => {
                self.end_if_left();
                if wakes.is_woken() {
                    wakes.driver.wake();
                }
            }
        }
    }

    /// It used so much of the processor.
    fn count(&self, cpu: Duration) {
        let mut state = lock(&self.shared.state);
        state.cpu += cpu;
        state.news.usage.cpu_ns += nanoseconds(cpu);
        state.busy = if self.shared.exchange.pace.has_yielded() { state.busy + cpu } else { Duration::ZERO };
        if state.seats == 0 {
            state.alone += cpu;
            state.retired |= state.alone > ALONE;
        }
        // What it wrote is told by one of those that are in it.
        if self.shared.exchange.has_unheard()
            && let Some(asked) = state.asked.first()
        {
            asked.wake();
        }
        let limits = &self.ready.limits;
        if let Some(limit) = &limits.cpu_time {
            for asked in &state.asked {
                if state.cpu.saturating_sub(asked.cpu) >= limit.value {
                    asked.fail(Some(Stopped::Spent.ending(limits)), true);
                }
            }
        }
        // It came to rest, or takes requests again.
        if state.sought && state.has_seat(self.at_a_time) {
            state.sought = false;
            drop(state);
            self.is_freed();
        }
    }

    /// Ends it if it gets no more requests and has none. If it is being polled, who does that sees to it.
    fn end_if_left(&self) {
        let state = lock(&self.shared.state);
        let is_left = state.retired && state.seats == 0;
        drop(state);
        if !is_left {
            return;
        }
        let Ok(mut locked) = self.alive.try_lock() else { return self.end_if_panicked() };
        let alive = locked.take();
        drop(locked);
        if let Some(alive) = alive {
            self.end(alive, Ending::Cancelled);
        }
    }

    /// Ends it if it panicked when it was polled: there is no telling what it would do next.
    fn end_if_panicked(&self) {
        if let Err(TryLockError::Poisoned(poisoned)) = self.alive.try_lock() {
            let alive = poisoned.into_inner().take();
            if let Some(alive) = alive {
                self.end(alive, Ending::Fault("another request of the instance panicked".to_owned()));
            }
        }
    }

    /// It has ended, or does so here. The requests that are in it fail as it did, or `otherwise`. Who took what is alive of it is the only
    /// one to come here.
    fn end(&self, alive: Alive, otherwise: Ending) {
        // The guest's account is told to the exchange.
        drop(alive);
        let over = self.shared.exchange.over();
        let ending = over.ending.clone().unwrap_or(otherwise);
        let mut state = lock(&self.shared.state);
        state.retired = true;
        let news = state.account.news(over);
        add(&mut state.news, news);
        let (asked, unseen) = (std::mem::take(&mut state.asked), std::mem::take(&mut state.queue));
        drop(state);
        drop(unseen);
        for asked in asked {
            asked.fail(Some(ending.clone()), false);
        }
        self.is_over.store(true, Ordering::Release);
        self.shared.wakes.driver.wake();
    }
}
