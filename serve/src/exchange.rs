//! One request and its answer.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use http::{Method, Request, StatusCode, Uri, Version};

use crate::request_id::{Names, RequestId};
use crate::{Fate, Peer};

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
    pub(crate) received: OnceCell<Arc<AtomicU64>>,
    pub(crate) sent: Cell<u64>,
    pub(crate) delivery: Cell<Delivery>,
    pub(crate) function: RefCell<Option<Arc<str>>>,
    pub(crate) fate: RefCell<Option<Fate>>,
    pub(crate) why: RefCell<Option<String>>,
    /// Since when a part of the answer waits to be sent on a connection that sends several.
    pub(crate) waits: Cell<Option<Instant>>,
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
    pub(crate) fn new<B>(request: &Request<B>, peer: Peer, secure: bool, names: &Names) -> Self {
        Self {
            time: SystemTime::now(),
            started: Instant::now(),
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
            fate: RefCell::new(None),
            why: RefCell::new(None),
            waits: Cell::new(None),
        }
    }

    /// Notes which function answers.
    pub fn set_function(&self, name: &Arc<str>) {
        *self.function.borrow_mut() = Some(name.clone());
    }

    /// Notes what became of the guest. It is in the log if it is noted before the body of the answer is gone: noting
    /// it when that is dropped is soon enough.
    pub fn set_fate(&self, fate: Fate) {
        *self.fate.borrow_mut() = Some(fate);
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

    /// Bytes of the request's body that were read so far.
    pub(crate) fn received(&self) -> u64 {
        self.received.get().map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
