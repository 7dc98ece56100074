//! The span of a request.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use dayfly_core::{Ending, Usage};
use http::header::{HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version};

use super::context::{Context, STATE};
use crate::exchange::{Delivery, Exchange};
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
pub(super) struct Said {
    pub(super) host: Option<HeaderValue>,
    pub(super) user_agent: Option<HeaderValue>,
    pub(super) state: Vec<HeaderValue>,
}

/// The span of a request that is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) context: Context,
    pub(super) parent: Option<[u8; 8]>,
    pub(super) said: Option<Box<Said>>,
    pub(super) begun: SystemTime,
    pub(super) ended: SystemTime,
    pub(super) peer: Peer,
    pub(super) secure: bool,
    pub(super) method: Method,
    pub(super) target: Uri,
    pub(super) version: Version,
    pub(super) id: String,
    pub(super) status: Option<StatusCode>,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) delivery: Delivery,
    pub(super) function: Option<Arc<str>>,
    pub(super) route: Option<Arc<str>>,
    pub(super) guest: Option<(Ending, Usage)>,
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
        let guest = |fate: &Fate| (fate.ending.clone(), fate.usage.clone());
        Ended {
            context: self.context,
            parent: self.parent,
            said: self.said,
            begun: exchange.time,
            ended: exchange.time + took,
            peer: exchange.peer,
            secure: exchange.secure,
            method: exchange.method.clone(),
            target: exchange.target.clone(),
            version: exchange.version,
            id: exchange.request_id(),
            status: exchange.status.get(),
            received: exchange.received(),
            sent: exchange.sent.get(),
            delivery: exchange.delivery.get(),
            function: exchange.function.borrow().clone(),
            route: exchange.route.borrow().clone(),
            guest: exchange.fate.borrow().as_ref().map(guest),
            why: exchange.why.borrow().clone(),
        }
    }
}
