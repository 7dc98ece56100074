//! The client of one execution.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, USER_AGENT};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;
use url::Url;

use super::connector::Connector;
use super::meter::Meter;
use super::resolver::Resolver;
#[cfg(feature = "components")]
use super::sockets::CommonOfSockets;
use super::task::AbortOnDrop;
use super::{
    Answer, Denied, Error, Failure, Policy, Refusal, SendLimits, Servers, Tls, Traffic, answer, credentials,
    place, redirect,
};
use crate::Gate;

/// How long a request may take, from its beginning to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// The most connections of one execution at a time. A guest waits for one answer at a time, so that all but one are
/// kept for later requests.
const MAX_CONNECTIONS: usize = 16;
/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(30);
/// The most bytes of an answer's headers.
const MAX_HEADER_BYTES: usize = 256 << 10;
/// The most headers of an answer.
const MAX_HEADERS: usize = 512;
/// The most bytes of an answer that are on their way at a time, over HTTP/2.
const WINDOW: u32 = 1 << 20;

/// The most characters of why a request got no answer.
const MAX_WHY: usize = 300;

/// What a client needs.
#[derive(Clone)]
pub struct Settings {
    /// Decides where the guest may connect to.
    pub policy: Arc<dyn Policy>,
    /// Who is asked for addresses.
    pub servers: Servers,
    /// Whom it trusts.
    pub tls: Arc<Tls>,
    /// What it may send.
    pub limits: SendLimits,
    /// The open files that this guest shares with others, where they are counted: each connection takes one.
    pub handles: Option<Arc<Semaphore>>,
    /// How long a request may take.
    pub timeout: Duration,
}

impl Settings {
    /// A client for a policy: this machine's resolvers, this machine's authorities, nothing but time limited.
    pub fn new(policy: Arc<dyn Policy>) -> Settings {
        Settings {
            policy,
            servers: Servers::System,
            tls: Arc::default(),
            limits: SendLimits::default(),
            handles: None,
            timeout: TIMEOUT,
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// Of whom: one that [`parse`](super::place::parse) takes.
    pub url: Url,
    /// The guest's own headers.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// The bytes of the answer's body that are of interest; the rest is read and dropped.
    pub keep: usize,
    /// The bytes that the answer's body may have.
    pub most: u64,
}

/// Sends requests for one execution. It keeps connections for later requests, and what it resolved; all that ends with
/// it. Its requests are sent by tasks of the runtime that it is used in, one with time and I/O enabled.
pub struct Client {
    policy: Arc<dyn Policy>,
    meter: Arc<Meter>,
    connector: Connector,
    timeout: Duration,
    pool: Mutex<Pool>,
    #[cfg(feature = "components")]
    sockets: Arc<CommonOfSockets>,
}

type Pool = legacy::Client<Connector, Full<Bytes>>;

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
        let connector = Connector::new(resolver, &settings, meter.clone());
        let Settings { policy, timeout, .. } = settings;
        let pool = Mutex::new(pool(&connector));
        Client {
            policy,
            meter,
            connector,
            timeout,
            pool,
            #[cfg(feature = "components")]
            sockets,
        }
    }

    /// What the guest's sockets have in common, and share with its requests.
    #[cfg(feature = "components")]
    pub(crate) fn sockets(&self) -> &Arc<CommonOfSockets> {
        &self.sockets
    }

    /// Sends a request, follows redirects, and gives the answer.
    ///
    /// All work is done by a task of its own, on the stack of the runtime's thread: who awaits this may have a small
    /// one. Dropping the future ends it.
    ///
    /// # Errors
    /// There is no answer, no whole one, or one that is too long. What the policy refuses is noted.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        let (policy, meter, pool) = (self.policy.clone(), self.meter.clone(), self.pool());
        let timeout = self.timeout;
        let (host, port) = place::host(&request.url);
        let host = host.to_owned();
        let task = AbortOnDrop(tokio::spawn(async move {
            let answered = exchange(&*policy, &meter, &pool, request);
            tokio::time::timeout(timeout, answered).await.unwrap_or(Err(Error::TimedOut))
        }));
        let sent = task.ended().await.unwrap_or_else(|error| Err(Error::Http(error.to_string())));
        match &sent {
            Err(Error::Denied(denied)) => self.meter.refuse(denied),
            // What could not be sent is refused already, and a guest that is to end needs no reason of the network's.
            Err(error) if self.meter.limit_met().is_none() && !self.meter.is_closed() => {
                self.meter.fail(failure(&host, port, error))
            }
            _ => {}
        }
        sent
    }

    /// What is read and written for the guest passes this gate first, which holds its thread for as long as it is paused.
    /// The first one counts.
    pub fn behind(&self, gate: Arc<Gate>) {
        self.meter.behind(gate);
    }

    /// What was sent and received.
    pub fn traffic(&self) -> Traffic {
        self.meter.traffic()
    }

    /// What is to be said of the limit on all that is sent, once something was not sent because of it.
    pub fn limit_met(&self) -> Option<&Denied> {
        self.meter.limit_met()
    }

    /// What failed though nothing was refused: the guest is told no more than that it did.
    pub fn failures(&self) -> Vec<Failure> {
        self.meter.failures()
    }

    /// What was refused.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.meter.refusals()
    }

    fn pool(&self) -> Pool {
        let mut current = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if self.meter.open() >= MAX_CONNECTIONS {
            // None of them is in use: with the pool they are closed.
            *current = pool(&self.connector);
        }
        current.clone()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("traffic", &self.traffic()).finish_non_exhaustive()
    }
}

fn pool(connector: &Connector) -> Pool {
    legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(1)
        .http1_max_buf_size(MAX_HEADER_BYTES)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES as u32)
        .http2_initial_stream_window_size(WINDOW)
        .http2_initial_connection_window_size(WINDOW)
        .build(connector.clone())
}

/// Why a request got no answer, on one line: what servers say of themselves may be long, and hold anything.
fn failure(host: &str, port: u16, error: &Error) -> String {
    let why = error.to_string();
    let visible = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    let why: String = why.chars().take(MAX_WHY).map(visible).collect();
    format!("the guest got no answer from `{host}` on port {port}: {why}")
}

/// Sends a request and those that it is redirected to.
async fn exchange(
    policy: &dyn Policy,
    meter: &Meter,
    pool: &Pool,
    mut request: Request,
) -> Result<Answer, Error> {
    // What happened to connections while the guest computed, and nothing else ran on its thread, is noticed now: a request
    // that is sent on one that the server has closed is lost.
    tokio::task::yield_now().await;
    for _ in 0..=redirect::MOST {
        credentials::of_url(&mut request);
        // A connection that is there already was decided when it was made; what is asked for is decided each time.
        let (host, port) = place::host(&request.url);
        policy.destination(host, port).map_err(Error::Denied)?;
        meter.operation();
        let response = pool.request(message(&request)?).await.map_err(Error::of_client)?;
        let (head, body) = response.into_parts();
        if !redirect::follow(&mut request, head.status, &head.headers)? {
            return answer::read(head, body, &request).await;
        }
    }
    Err(Error::Http(format!("the server redirects more than {} times", redirect::MOST)))
}

/// What is sent: the guest's headers, and those that it does not decide about.
fn message(request: &Request) -> Result<http::Request<Full<Bytes>>, Error> {
    let mut message = http::Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = place::uri(&request.url)?;
    let headers = message.headers_mut();
    headers.clone_from(&request.headers);
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(concat!("dayfly/", env!("CARGO_PKG_VERSION"))));
    // Servers may insist on a length where a body is expected.
    let expected = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if expected || !request.body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    Ok(message)
}
