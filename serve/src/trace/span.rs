//! The span of a request.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use dayfly_core::Usage;
use http::header::{HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};

use super::context::{Context, STATE};
use crate::exchange::{Delivery, Exchange};
use crate::log::{bounded, ending};
use crate::{Fate, Peer};

/// The span of a request that is not over.
#[derive(Debug)]
pub(crate) struct Span {
    pub(super) context: Context,
    parent: Option<[u8; 8]>,
    /// What is only of use where the span is sent.
    said: Option<Box<Said>>,
}

/// What the head of the request says besides what its exchange knows.
#[derive(Debug)]
struct Said {
    host: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    state: Vec<HeaderValue>,
}

/// The span of a request that is over. Its texts are copies of a bounded length: what the request said is part of all that
/// was read of its client.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) context: Context,
    pub(super) parent: Option<[u8; 8]>,
    pub(super) host: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) state: String,
    pub(super) begun: SystemTime,
    pub(super) ended: SystemTime,
    pub(super) peer: Peer,
    pub(super) secure: bool,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) version: Version,
    pub(super) id: String,
    pub(super) status: Option<StatusCode>,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) delivery: Delivery,
    pub(super) function: Option<Arc<str>>,
    pub(super) route: Option<Arc<str>>,
    /// How it ended, in a word, and what it used.
    pub(super) guest: Option<(&'static str, Usage)>,
    pub(super) why: Option<String>,
}

impl Span {
    pub(super) fn new(context: Context, parent: Option<[u8; 8]>, fields: &HeaderMap) -> Span {
        let said = context.is_sampled().then(|| {
            Box::new(Said {
                host: fields.get(HOST).cloned(),
                user_agent: fields.get(USER_AGENT).cloned(),
                state: fields.get_all(STATE).iter().cloned().collect(),
            })
        });
        Span { context, parent, said }
    }

    /// The request is over. This is before its exchange is read for the log.
    pub(super) fn end(self, exchange: &Exchange, now: Instant) -> Ended {
        let took = now.saturating_duration_since(exchange.started);
        let guest = |fate: &Fate| (ending(&fate.ending).0, fate.usage.clone());
        let target = &exchange.target;
        let said = self.said.as_deref();
        let text = |value: &HeaderValue| value.to_str().ok().map(copy);
        let host = target.authority().map(|authority| copy(authority.as_str()));
        Ended {
            context: self.context,
            parent: self.parent,
            host: host.or_else(|| text(said?.host.as_ref()?)),
            user_agent: said.and_then(|said| text(said.user_agent.as_ref()?)),
            state: said.map(Said::state).unwrap_or_default(),
            begun: exchange.time,
            ended: exchange.time + took,
            peer: exchange.peer,
            secure: exchange.secure,
            // What is shorter than a method is one too.
            method: Method::from_bytes(bounded(exchange.method.as_str()).0.as_bytes()).unwrap_or_default(),
            path: copy(target.path()),
            query: target.query().map(copy),
            version: exchange.version,
            id: exchange.request_id(),
            status: exchange.status.get(),
            received: exchange.received(),
            sent: exchange.sent.get(),
            delivery: exchange.delivery.get(),
            function: exchange.function.borrow().clone(),
            route: exchange.route.borrow().clone(),
            guest: exchange.fate.borrow().as_ref().map(guest),
            why: exchange.why.borrow().as_deref().map(copy),
        }
    }
}

impl Said {
    /// As many of its members as there is room for.
    fn state(&self) -> String {
        let values: Vec<_> = self.state.iter().filter_map(|value| value.to_str().ok()).collect();
        let all = values.join(",");
        match bounded(&all) {
            (_, false) => all,
            (beginning, true) => copy(beginning.rsplit_once(',').map_or("", |(members, _)| members)),
        }
    }
}

impl Ended {
    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        let may = [&self.host, &self.user_agent, &self.query, &self.why];
        let texts: usize =
            may.into_iter().flatten().chain([&self.state, &self.path, &self.id]).map(String::len).sum();
        size_of::<Self>() + texts + self.method.as_str().len()
    }
}

fn copy(text: &str) -> String {
    bounded(text).0.to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use http::Request;

    use super::*;
    use crate::exchange;

    const LONG: usize = 30 << 10;

    /// The span of a request of which everything is as long as it can be.
    pub(in super::super) fn long() -> Ended {
        let (long, member) = ("x".repeat(LONG), format!("a={}", "y".repeat(256)));
        let request = Request::builder()
            .method(long.as_str())
            .uri(format!("/{long}?{long}"))
            .header(HOST, &long)
            .header(USER_AGENT, &long)
            .header(STATE, vec![member; 100].join(","));
        let request = request.body(()).unwrap();
        let exchange = exchange::tests::of(&request);
        exchange.set_reason(long);
        Span::new(Context::new([1; 16], [2; 8], true), None, request.headers()).end(&exchange, Instant::now())
    }

    #[test]
    fn its_texts_are_bounded() {
        let span = long();
        assert!((40 << 10..64 << 10).contains(&span.size()), "{}", span.size());
        assert!(span.state.split(',').all(|member| member.len() == 258), "members are whole");
        assert!(span.state.len() > 4 << 10);
    }
}
