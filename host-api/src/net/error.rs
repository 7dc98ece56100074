//! Why a request got no answer.

use std::error::Error as StdError;
use std::io;

use super::Denied;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the request is none, or is not one of HTTP.
    #[error("it is no URL of http or https: {0}")]
    Url(String),
    /// The policy forbids it.
    #[error("{0}")]
    Denied(Denied),
    /// A name has no addresses.
    #[error("`{name}` can't be resolved: {why}")]
    Resolve {
        /// The name.
        name: String,
        /// What the resolver says.
        why: String,
    },
    /// No address could be connected to.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// There is no trust in the server, or no common version of TLS.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// The connection failed, or the answer is none of HTTP.
    #[error("{0}")]
    Http(String),
    /// There was no whole answer in time.
    #[error("there was no whole answer in time")]
    TimedOut,
    /// The body of the answer is longer than may be.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(u64),
}

impl Error {
    /// The error of ours that made a request fail, or what the client says in one line.
    pub(super) fn of_client(error: hyper_util::client::legacy::Error) -> Error {
        // The error itself says only in which of the client's steps it came.
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error.source().unwrap_or(&error));
        let mut words = String::new();
        while let Some(error) = cause {
            if let Some(ours) = error.downcast_ref::<Error>() {
                return ours.again();
            }
            if !words.is_empty() {
                words.push_str(": ");
            }
            words.push_str(&error.to_string());
            cause = error.source();
        }
        Error::Http(words)
    }

    /// The same again: an error of the system can't be cloned, and its words are all that is of interest.
    fn again(&self) -> Error {
        match self {
            Error::Url(why) => Error::Url(why.clone()),
            Error::Denied(denied) => Error::Denied(denied.clone()),
            Error::Resolve { name, why } => Error::Resolve { name: name.clone(), why: why.clone() },
            Error::Connect(error) => Error::Connect(io::Error::new(error.kind(), error.to_string())),
            Error::Tls(why) => Error::Tls(why.clone()),
            Error::Http(why) => Error::Http(why.clone()),
            Error::TimedOut => Error::TimedOut,
            Error::TooLarge(most) => Error::TooLarge(*most),
        }
    }
}
