//! The addresses of names.

use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::OwnedSemaphorePermit;

use super::Common;
use crate::net::task::AbortOnDrop;
use crate::net::{Error, Target};

/// The longest name that is looked at, in bytes: other alphabets make a name longer than it is.
const LONGEST_NAME: usize = 2_048;

/// Why a guest gets no addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unknown {
    /// It may not know.
    Denied,
    /// It is no name.
    NoName,
    /// Nobody knows it.
    Unresolvable,
    /// It asks for more names at a time than it may.
    TooMany,
    /// Nobody was asked: it is the runtime that failed.
    Failed,
}

/// The question where a name leads. It ends with who asks.
pub(super) struct Question {
    state: State,
    /// One of those that there may be at a time, with their answers.
    _place: OwnedSemaphorePermit,
}

enum State {
    /// A task of this thread's runtime asks.
    Asked(AbortOnDrop<Answer>),
    Answered(Answer),
}

/// The addresses that the guest gets.
pub(super) type Answer = Result<Vec<IpAddr>, Unknown>;

impl Question {
    /// Asks where a name leads: first whether the guest may know that, then those who know it, and then which of the
    /// addresses it gets.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn new(common: Arc<Common>, name: String) -> Result<Question, Unknown> {
        let place = common.question().ok_or(Unknown::TooMany)?;
        let task = AbortOnDrop(tokio::spawn(async move { ask(&common, &name).await }));
        Ok(Question { state: State::Asked(task), _place: place })
    }

    /// The answer, in time.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<&mut Answer> {
        if let State::Asked(task) = &mut self.state {
            let ended = ready!(Pin::new(&mut task.0).poll(cx));
            self.state = State::Answered(ended.unwrap_or(Err(Unknown::Failed)));
        }
        match &mut self.state {
            State::Answered(answer) => Poll::Ready(answer),
            // It has just been answered.
            State::Asked(_) => Poll::Pending,
        }
    }
}

async fn ask(common: &Common, name: &str) -> Result<Vec<IpAddr>, Unknown> {
    let denied = |_| Unknown::Denied;
    common.decided(common.policy.sockets()).map_err(denied)?;
    if !is_host(name) {
        return Err(Unknown::NoName);
    }
    let found = match common.decided(common.policy.lookup(name)).map_err(denied)? {
        Target::Address(address) => [address].into(),
        Target::Name(target) => match common.resolver.resolve(&target).await {
            Ok(found) => found,
            Err(Error::Denied(why)) => {
                common.meter.refuse(&why);
                return Err(Unknown::Denied);
            }
            Err(_) => return Err(Unknown::Unresolvable),
        },
    };
    // An address of version 4 in the clothes of version 6 is decided about, and given, as what it is.
    let found: Vec<IpAddr> = found.iter().map(IpAddr::to_canonical).collect();
    common.decided(common.policy.found(name, &found)).map_err(denied)
}

/// Whether a text can be a name, or an address, at all: that is no question of what the guest may.
fn is_host(text: &str) -> bool {
    text.len() <= LONGEST_NAME && (url::Host::parse(text).is_ok() || text.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_hosts() {
        for text in ["a.example", "EXAMPLE.com.", "ñandú.example", "127.0.0.1", "::1", "[::1]", "localhost"]
        {
            assert!(is_host(text), "{text}");
        }
        for text in
            ["", " ", "a b", "127.0.0.1:80", "[::]:80", "http://a/", "a<b", "1.2.3.256", &"a".repeat(3_000)]
        {
            assert!(!is_host(text), "{text}");
        }
    }
}
