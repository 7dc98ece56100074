//! What answers requests.

use std::error::Error;
use std::future::Future;
use std::rc::Rc;

use bytes::Bytes;
use dayfly_core::{Ending, Refusal, Usage};
use http::{Request, Response};
use http_body::Body;

use crate::{Exchange, RequestBody};

/// What answers requests. Each thread of a server has a clone of its own, and calls it from tasks of that thread alone.
pub trait Handler: Clone + 'static {
    /// What its answers are sent as. An error cuts the answer off; its text is logged.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + 'static;

    /// Answers a request. Dropping the future, or the body of the answer, ends what works on it: the client has gone.
    fn handle(
        &self,
        request: Request<RequestBody>,
        exchange: Rc<Exchange>,
    ) -> impl Future<Output = Response<Self::Body>>;
}

/// What became of the guest that a request had.
#[derive(Clone, Debug)]
pub struct Fate {
    /// How it ended.
    pub ending: Ending,
    /// What it used.
    pub usage: Usage,
    /// What was refused to it.
    pub refusals: Vec<Refusal>,
}
