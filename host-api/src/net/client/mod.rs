//! The client of one execution.
//!
//! * [`Client::send`]: a request with all of its body, for an answer with all of its own; redirects are followed.
//! * [`Client::open`]: a request and an answer as they come.
//!
//! Both go the same way: [`Shared::answer`] decides, waits for its turn ([`Slots`]), and sends over the connections of
//! the [`Pools`]; [`Place::note`] says what became of it.

mod buffered;
mod exchange;
mod incoming;
mod note;
mod outgoing;
mod pool;
mod settings;
mod timeouts;
mod trace;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use url::Url;

pub use self::buffered::Request;
use self::exchange::Shared;
pub use self::incoming::Incoming;
use self::note::Place;
use self::outgoing::Outgoing;
pub use self::outgoing::Sent;
pub(super) use self::pool::Connections;
use self::pool::Pools;
pub use self::settings::{Settings, TIMEOUT};
pub use self::timeouts::Timeouts;
pub use self::trace::Trace;
use super::connector::Connector;
use super::meter::Meter;
use super::resolver::Resolver;
#[cfg(feature = "components")]
use super::sockets::CommonOfSockets;
use super::task::AbortOnDrop;
use super::{Answer, Denied, Error, Failure, Refusal, Traffic, credentials, place};
use crate::Gate;

/// Sends requests for one execution. It keeps connections for later requests, and what it resolved; all that ends with
/// it. Its requests are sent by tasks of the runtime that it is used in, one with time and I/O enabled.
pub struct Client {
    shared: Arc<Shared>,
    timeout: Duration,
    #[cfg(feature = "components")]
    sockets: Arc<CommonOfSockets>,
}

impl Client {
    /// A client that has no connections yet.
    pub fn new(settings: Settings) -> Client {
        let meter = Arc::new(Meter::new(settings.limits.clone()));
        let resolver =
            Arc::new(Resolver::new(settings.servers.clone(), settings.policy.ipv6(), meter.clone()));
        #[cfg(feature = "components")]
        let sockets = {
            let (policy, handles) = (settings.policy.clone(), settings.handles.clone());
            Arc::new(CommonOfSockets::new(policy, meter.clone(), resolver.clone(), handles))
        };
        let connections = Connections::new();
        let connector = Connector::new(resolver, &settings, meter.clone(), connections.clone());
        let Settings { policy, timeout, .. } = settings;
        let pools = Pools::new(connector, connections);
        Client {
            shared: Arc::new(Shared {
                policy,
                meter,
                pools,
                slots: exchange::slots(),
                trace: Mutex::default(),
            }),
            timeout,
            #[cfg(feature = "components")]
            sockets,
        }
    }

    /// Sends a request, follows redirects, and gives the answer.
    ///
    /// All work is done by a task of its own, on the stack of the runtime's thread: who awaits this may have a small
    /// one. Dropping the future ends it.
    ///
    /// # Errors
    /// There is no answer, no whole one, or one that is too long. What the policy refuses is noted.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        let (shared, timeout) = (self.shared.clone(), self.timeout);
        let place = Place::of(&request.url);
        let answered = async move {
            let answered = buffered::exchange(&shared, request);
            tokio::time::timeout(timeout, answered).await.unwrap_or(Err(Error::TimedOut))
        };
        self.done(&place, answered).await
    }

    /// Sends a request whose body may still be written, and gives the beginning of the answer. Redirects are answers.
    ///
    /// The host is that of the request's URI, read as browsers read it; its path is sent as it is. A `Content-Length`
    /// has to be the body's.
    ///
    /// All work is done by tasks, as with [`send`](Client::send): dropping the future ends the request, and so does
    /// dropping the answer's body, or, while the request is still being sent, what says whether it was.
    ///
    /// # Errors
    /// There is no answer, or not in time. What the policy refuses is noted.
    pub async fn open<B>(
        &self,
        request: http::Request<B>,
        timeouts: Timeouts,
    ) -> Result<(http::Response<Incoming>, Sent), Error>
    where
        B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let (mut head, body) = request.into_parts();
        let url = place::of_uri(&head.uri)?;
        head.uri = place::uri_with(&url, head.uri.path_and_query())?;
        credentials::of_url(&url, &mut head.headers);
        // What was decided about is what the server hears.
        head.headers.remove(HOST);
        let (shared, place) = (self.shared.clone(), Place::of(&url));
        let noted = place.clone();
        let answered = async move { streamed(&shared, &url, head, body, timeouts, noted).await };
        self.done(&place, answered).await
    }

    /// What the guest's sockets have in common, and share with its requests.
    #[cfg(feature = "components")]
    pub(crate) fn sockets(&self) -> &Arc<CommonOfSockets> {
        &self.sockets
    }

    /// What is read and written for the guest passes this gate first, which holds its thread for as long as it is paused.
    /// The first one counts.
    pub fn behind(&self, gate: Arc<Gate>) {
        self.shared.meter.behind(gate);
    }

    /// Has each request that is sent from now on and says nothing of a trace say that it is a part of this one, if any.
    pub fn trace(&self, trace: Option<Trace>) {
        *self.shared.trace.lock().unwrap_or_else(PoisonError::into_inner) = trace;
    }

    /// What was sent and received.
    pub fn traffic(&self) -> Traffic {
        self.shared.meter.traffic()
    }

    /// What is to be said of the limit on all that is sent, once something was not sent because of it.
    pub fn limit_met(&self) -> Option<&Denied> {
        self.shared.meter.limit_met()
    }

    /// What failed though nothing was refused: the guest is told no more than that it did.
    pub fn failures(&self) -> Vec<Failure> {
        self.shared.meter.failures()
    }

    /// What was refused.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.shared.meter.refusals()
    }

    /// Does the work of a request in a task, and notes how it fails.
    async fn done<A: Send + 'static>(
        &self,
        place: &Place,
        work: impl Future<Output = Result<A, Error>> + Send + 'static,
    ) -> Result<A, Error> {
        let task = AbortOnDrop(tokio::spawn(async move {
            // What happened to connections while the guest computed, and nothing else ran on its thread, is noticed now:
            // a request that is sent on one that the server has closed is lost.
            tokio::task::yield_now().await;
            work.await
        }));
        let done = task.ended().await.unwrap_or_else(|error| Err(Error::Http(error.to_string())));
        done.map_err(|error| place.note(&self.shared.meter, error))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("traffic", &self.traffic()).finish_non_exhaustive()
    }
}

async fn streamed<B>(
    shared: &Shared,
    url: &Url,
    head: http::request::Parts,
    body: B,
    timeouts: Timeouts,
    place: Place,
) -> Result<(http::Response<Incoming>, Sent), Error>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let declared = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let (body, mut sent) = Outgoing::new(body.map_err(Into::into).boxed_unsync(), declared);
    let message = http::Request::from_parts(head, body.map_err(Into::into).boxed_unsync());
    let answer = shared.answer(url, message, &timeouts).await;
    // The connection only says that it ended.
    let answer = answer.map_err(|error| sent.failure().unwrap_or(error))?;
    Ok((answer.map(|body| body.noted(shared.meter.clone(), place)), sent))
}
