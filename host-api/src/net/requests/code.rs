//! What a guest is told.

use crate::net::Error;

/// What `http_request` returns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u32)]
pub enum Code {
    /// The answer is there, whatever its status.
    Ok = 0,
    /// The URL is none, or none of http or https.
    InvalidUrl = 1,
    /// There is no connection, or the server's answer is none.
    Network = 2,
    /// There was no whole answer in time.
    TimedOut = 3,
    /// The policy forbids it.
    NotAllowed = 4,
    /// The answer's body is longer than may be.
    TooLarge = 5,
    /// The headers, the body or the pointers are none that a request can have.
    BadInput = 6,
    /// What is to be written to lies outside of the guest's memory.
    Memory = 7,
}

impl From<&Error> for Code {
    fn from(error: &Error) -> Code {
        match error {
            Error::Url(_) => Code::InvalidUrl,
            Error::Denied(_) => Code::NotAllowed,
            Error::TimedOut => Code::TimedOut,
            Error::TooLarge(_) => Code::TooLarge,
            _ => Code::Network,
        }
    }
}
