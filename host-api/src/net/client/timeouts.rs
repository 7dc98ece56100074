//! How long each part of a request may take.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::capture_connection;

use super::pool::{Body, Pool};
use crate::net::Error;

/// How long each part of a request may take; none has no limit of its own.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Timeouts {
    /// Until there is a connection: to resolve the name, to connect, and for TLS.
    pub connect: Option<Duration>,
    /// From then on until the answer begins, with all of the request's body that the server wants to have before.
    pub first_byte: Option<Duration>,
    /// From when more of the answer's body is waited for until some comes.
    pub between_bytes: Option<Duration>,
}

/// Sends a request, and waits for the beginning of its answer.
pub(super) async fn begun(
    pool: &Pool,
    mut message: Request<Body>,
    timeouts: &Timeouts,
) -> Result<Response<Incoming>, Error> {
    let mut connection = timeouts.connect.map(|time| (time, capture_connection(&mut message)));
    let mut answer = pin!(pool.request(message));
    if let Some((time, connection)) = &mut connection {
        let connected = async { drop(connection.wait_for_connection_metadata().await) };
        tokio::select! {
            // What failed to connect has failed before it is looked whether it is connected.
            biased;
            answer = &mut answer => return answer.map_err(Error::of_client),
            () = connected => {}
            () = tokio::time::sleep(*time) => {
                return Err(Error::Connect(io::Error::from(io::ErrorKind::TimedOut)));
            }
        }
    }
    let answer = within(timeouts.first_byte, answer).await.ok_or(Error::Stalled)?;
    answer.map_err(Error::of_client)
}

/// What a future gives in time, or nothing.
pub(super) async fn within<F: Future>(time: Option<Duration>, future: F) -> Option<F::Output> {
    match time {
        Some(time) => tokio::time::timeout(time, future).await.ok(),
        None => Some(future.await),
    }
}
