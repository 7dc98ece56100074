//! What became of a request, for the user.

use url::Url;

use crate::net::meter::Meter;
use crate::net::{Error, place};

/// The most characters of why a request got no answer.
const MAX_WHY: usize = 300;

/// For whom a request is, to be named where it fails.
#[derive(Clone, Debug)]
pub(super) struct Place {
    host: String,
    port: u16,
}

impl Place {
    pub(super) fn of(url: &Url) -> Place {
        let (host, port) = place::host(url);
        Place { host: host.to_owned(), port }
    }

    /// Notes what was refused, or why there is no whole answer; gives the reason that the guest is told.
    pub(super) fn note(&self, meter: &Meter, error: Error) -> Error {
        let error = match error {
            // The connection could only say that it ended.
            Error::Tls(_) | Error::Ended(_) | Error::Incomplete(_) | Error::Http(_)
                if meter.limit_met().is_some() =>
            {
                Error::Spent
            }
            error => error,
        };
        match &error {
            Error::Denied(denied) => meter.refuse(denied),
            // Refused already, or the guest's own doing.
            Error::Spent | Error::Body(_) | Error::Length { .. } => {}
            // A guest that is to end needs no reason of the network's.
            _ if meter.is_closed() => {}
            error => meter.fail(self.failure(error)),
        }
        error
    }

    /// Why there is no answer, on one line: what servers say of themselves may be long, and hold anything.
    fn failure(&self, error: &Error) -> String {
        let why = error.to_string();
        let visible = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
        let why: String = why.chars().take(MAX_WHY).map(visible).collect();
        format!("the guest got no answer from `{}` on port {}: {why}", self.host, self.port)
    }
}
