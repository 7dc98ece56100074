//! Why a request got no answer.

use std::error::Error as StdError;
use std::io;

use super::{Denied, TlsError};

/// Why a request got no answer, or no whole one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the request is none, or is not one of HTTP.
    #[error("it is no URL of http or https: {0}")]
    Url(String),
    /// The policy forbids it.
    #[error("{0}")]
    Denied(Denied),
    /// The bytes that may be sent are used up, which is noted as refused.
    #[error("the bytes that may be sent are used up")]
    Spent,
    /// There are too many requests, connections or open files at a time.
    #[error("{0}")]
    Full(String),
    /// A name has no addresses.
    #[error("`{name}` can't be resolved: {why}")]
    Resolve {
        /// The name.
        name: String,
        /// What kind of failure it is.
        kind: Unresolved,
        /// What the resolver says.
        why: String,
    },
    /// No address could be connected to.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// There is no trust in the server, or no common version of TLS.
    #[error("no secure connection: {0}")]
    Tls(TlsError),
    /// The connection ended before there was an answer.
    #[error("{0}")]
    Ended(String),
    /// The headers of the answer are longer than may be.
    #[error("the answer's headers are too long")]
    TooManyHeaders,
    /// The answer is none of HTTP.
    #[error("{0}")]
    Http(String),
    /// The answer began and did not come to its end.
    #[error("the answer is not whole: {0}")]
    Incomplete(String),
    /// The answer did not begin in time, or nothing more came of it.
    #[error("nothing came in time")]
    Stalled,
    /// There was no whole answer in time.
    #[error("there was no whole answer in time")]
    TimedOut,
    /// The body of the answer is longer than may be.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(u64),
    /// The body of the request is not as long as its `Content-Length` says.
    #[error("the request's body has {sent} bytes, and was declared to have {declared}")]
    Length {
        /// What was declared.
        declared: u64,
        /// What there was.
        sent: u64,
    },
    /// The guest itself gave up writing the request's body.
    #[error("the request's body failed: {0}")]
    Body(Box<dyn StdError + Send + Sync>),
}

/// What kind of failure it is that a name has no addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unresolved {
    /// Nobody answered in time.
    TimedOut,
    /// The answer was no, with this code of DNS: `NXDOMAIN` where there is no such name.
    Code(&'static str),
    /// Anything else.
    Other,
}

impl Error {
    /// The error of ours that made a request fail, or what the client says in one line.
    pub(super) fn of_client(error: hyper_util::client::legacy::Error) -> Error {
        // The error itself says only in which of the client's steps it came.
        let cause = error.source().unwrap_or(&error);
        if let Some(ours) = causes(cause).find_map(|cause| cause.downcast_ref::<Error>()) {
            return ours.again();
        }
        match words(cause) {
            _ if causes(cause).any(is_too_long) => Error::TooManyHeaders,
            words if causes(cause).any(is_end) => Error::Ended(words),
            words => Error::Http(words),
        }
    }

    /// What made the body of an answer fail.
    pub(super) fn of_body(error: hyper::Error) -> Error {
        let is_wrong = |cause: &(dyn StdError + 'static)| {
            let kind = cause.downcast_ref().map(io::Error::kind);
            matches!(kind, Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
        };
        let words = words(&error);
        if causes(&error).any(is_wrong) { Error::Http(words) } else { Error::Incomplete(words) }
    }

    /// The same again, for an error that a connection was not made for: an error of the system can't be cloned, and its
    /// words are all that is of interest.
    fn again(&self) -> Error {
        match self {
            Error::Url(why) => Error::Url(why.clone()),
            Error::Denied(denied) => Error::Denied(denied.clone()),
            Error::Full(why) => Error::Full(why.clone()),
            Error::Resolve { name, kind, why } => {
                Error::Resolve { name: name.clone(), kind: *kind, why: why.clone() }
            }
            Error::Connect(error) => Error::Connect(io::Error::new(error.kind(), error.to_string())),
            Error::Tls(error) => Error::Tls(error.clone()),
            error => Error::Http(error.to_string()),
        }
    }
}

/// An error and what caused it, one after the other.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn words(error: &(dyn StdError + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Whether a connection ended, by the server's will or otherwise.
fn is_end(cause: &(dyn StdError + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    let of_http = cause.downcast_ref::<hyper::Error>();
    let of_system = cause.downcast_ref().map(io::Error::kind);
    of_http.is_some_and(|error| error.is_incomplete_message() || error.is_closed() || error.is_canceled())
        || matches!(
            of_system,
            Some(BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
        )
}

/// Only components are told, and only with what they need does hyper say it.
#[cfg(feature = "components")]
fn is_too_long(cause: &(dyn StdError + 'static)) -> bool {
    cause.downcast_ref().is_some_and(hyper::Error::is_parse_too_large)
}

#[cfg(not(feature = "components"))]
fn is_too_long(_: &(dyn StdError + 'static)) -> bool {
    false
}
