//! The connections of one execution.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::exchange::MAX_REQUESTS;
use crate::net::Error;
use crate::net::connector::Connector;

/// The most connections of one execution at a time: those in use, those that are kept for later requests, and those that
/// are still to be closed.
const MAX_CONNECTIONS: usize = 2 * MAX_REQUESTS;
/// The most connections that are kept for later requests.
const MAX_IDLE: usize = 16;
/// The most of them to one place.
const MAX_IDLE_PER_HOST: usize = 4;
/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(30);
/// The most bytes of an answer's headers, and of what is read ahead over HTTP/1.1.
const MAX_HEADER_BYTES: usize = 256 << 10;
/// The most headers of an answer.
const MAX_HEADERS: usize = 512;
/// The most bytes of one answer that are on their way at a time, over HTTP/2.
const STREAM_WINDOW: u32 = 512 << 10;
/// The same of all answers over one connection: so much that answers which a guest leaves unread do not hold up the
/// others.
const CONNECTION_WINDOW: u32 = 16 << 20;
/// The most bytes of one request that wait to be sent, over HTTP/2.
const SEND_BUFFER: usize = 256 << 10;

/// What is sent with a request.
pub(super) type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Connections that are used again.
pub(super) type Pool = legacy::Client<Connector, Body>;

/// The pool that is used, until it keeps too much.
pub(super) struct Pools {
    connector: Connector,
    connections: Connections,
    current: Mutex<Pool>,
}

impl Pools {
    pub(super) fn new(connector: Connector, connections: Connections) -> Pools {
        let current = Mutex::new(pool(&connector));
        Pools { connector, connections, current }
    }

    /// The pool for a request, while so many others are under way.
    pub(super) fn current(&self, others: usize) -> Pool {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let open = self.connections.open();
        if open.saturating_sub(others) >= MAX_IDLE || open >= MAX_CONNECTIONS - MAX_IDLE {
            // Connections that nobody uses are closed with their pool; those in use end with their requests.
            *current = pool(&self.connector);
        }
        current.clone()
    }
}

/// Counts connections.
#[derive(Clone, Debug)]
pub(in crate::net) struct Connections(Arc<Semaphore>);

impl Connections {
    pub(super) fn new() -> Connections {
        Connections(Arc::new(Semaphore::new(MAX_CONNECTIONS)))
    }

    /// A connection more, which is one for as long as what is given is kept.
    ///
    /// # Errors
    /// There are as many as there may be.
    pub(in crate::net) fn one_more(&self) -> Result<OwnedSemaphorePermit, Error> {
        let taken = self.0.clone().try_acquire_owned();
        taken.map_err(|_| {
            Error::Full(format!("{MAX_CONNECTIONS} connections are open, which is all that may be"))
        })
    }

    fn open(&self) -> usize {
        MAX_CONNECTIONS - self.0.available_permits()
    }
}

fn pool(connector: &Connector) -> Pool {
    legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(MAX_IDLE_PER_HOST)
        .http1_max_buf_size(MAX_HEADER_BYTES)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES as u32)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_send_buf_size(SEND_BUFFER)
        .build(connector.clone())
}
