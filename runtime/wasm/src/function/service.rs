//! Functions as services of tower, which servers and middleware of many kinds know.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{Answer, Failed, Function};

/// The answer of a [`Function`] to come. To drop it is to end its guest.
#[must_use = "nothing is answered until this is awaited"]
pub struct Answering(Pin<Box<dyn Future<Output = Result<Response<Answer>, Failed>> + Send>>);

/// It is always ready: a request waits for room within its call, for no longer than a second, and fails with 503 where
/// there is none then. Who would rather not ask at all looks at [`Function::free`].
impl<B> Service<Request<B>> for Function
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Answer>;
    type Error = Failed;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        Answering(Box::pin(Function::call(self, request)))
    }
}

impl Future for Answering {
    type Output = Result<Response<Answer>, Failed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answering").finish_non_exhaustive()
    }
}
