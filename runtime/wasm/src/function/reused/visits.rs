//! The requests of an instance, as its guest's store gets them.

use std::sync::Arc;
use std::time::Instant;

use dayfly_core::Ending;
use dayfly_host_api::component::Context;
use dayfly_host_api::net::http::{Left, Visit, Visits};
use dayfly_host_api::net::{Client, Trace};

use super::super::exchange::Over;
use super::super::guest::{self, Failed, Guest};
use super::super::prepare::{Answers, ComponentFunction, Ready};
use super::super::trace;
use super::account::add;
use super::instance::Shared;
use super::lock;
use super::seat::Asked;
use crate::guest::{State, nanoseconds};

/// Has an instance answer what it is asked, until it fails or is dropped. How it ended is told to its exchange.
pub(super) async fn answer(ready: Arc<Ready>, shared: Arc<Shared>) {
    let ended = |ending| shared.exchange.end(Over { ending: Some(ending), ..Over::default() });
    let Answers::Component(program) = &ready.answers else {
        return ended(Ending::Fault("core modules answer one request an instance".to_owned()));
    };
    let ComponentFunction { handler, name } = &**program;
    let mut guest = match Guest::component(&ready, shared.exchange.clone()) {
        Ok(guest) => guest,
        Err(ending) => return ended(ending),
    };
    let is_concurrent = handler.is_concurrent();
    let mut visits =
        Own { ready: &ready, shared: &shared, is_concurrent, began: Instant::now(), traces: Vec::new() };
    let served = handler.serve(&mut guest.store, &mut visits).await;
    guest.over(served.map_err(|error| Failed::of(error, name)));
}

struct Own<'a> {
    ready: &'a Ready,
    shared: &'a Shared,
    /// Whether its guest answers several requests at a time.
    is_concurrent: bool,
    began: Instant,
    /// What the requests that are under way are a part of, where the guest may ask others over the network.
    traces: Vec<(Arc<Asked>, Option<Trace>)>,
}

impl Own<'_> {
    /// What the guest asks for is a part of the one request that is under way. Of which one it is where there are several
    /// nobody can tell.
    fn hand_on(&self, client: &Client) {
        client.trace(match &self.traces[..] {
            [(_, trace)] => trace.clone(),
            _ => None,
        });
    }
}

impl Visits<State<Context>> for Own<'_> {
    type Key = Arc<Asked>;

    fn instantiated(&mut self) {
        lock(&self.shared.state).news.usage.instantiate_ns = nanoseconds(self.began.elapsed());
    }

    fn polled(&mut self) {
        self.shared.wakes.looked();
    }

    fn next(&mut self, open: bool) -> Option<Visit<Arc<Asked>>> {
        let mut state = lock(&self.shared.state);
        let visit = state.queue.pop_front();
        // One of 0.2 that was given a request takes none before it asks again, which is after all that it does for this.
        state.open = open && (self.is_concurrent || visit.is_none());
        visit
    }

    fn begin(&mut self, visit: &Visit<Arc<Asked>>, data: &mut State<Context>) {
        if let Some(client) = data.network.client() {
            self.traces.push((visit.key.clone(), trace(visit.request.headers())));
            self.hand_on(client);
        }
    }

    fn over(&mut self, key: &Arc<Asked>, data: &mut State<Context>, left: Left) {
        let all = guest::account(data, self.ready, &self.shared.exchange);
        {
            let mut state = lock(&self.shared.state);
            let news = state.account.news(all);
            add(&mut state.news, news);
        }
        if let Some(client) = data.network.client() {
            self.traces.retain(|(other, _)| !Arc::ptr_eq(other, key));
            self.hand_on(client);
        }
        key.done(left == Left::Half);
    }
}
