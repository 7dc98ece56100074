//! Sockets that the service manager opened: `LISTEN_PID` and `LISTEN_FDS`, as `sd_listen_fds(3)` has them.

use std::net::TcpListener;
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, process};

use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd, ioctl_fionbio};
use rustix::net::{AddressFamily, sockopt};

use super::{Listening, Socket};
use crate::{Address, Error};

/// The first descriptor that is passed.
const FIRST: RawFd = 3;

/// More than a service manager passes: a variable that says more is a mistake.
const MOST: RawFd = 64;

/// They are passed once: a second owner would close what the first one uses.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes what was passed. Afterwards there is nothing to take.
pub(super) fn take(threads: usize) -> Result<Vec<Listening>, Error> {
    let count = passed(&process::id().to_string(), |name| env::var(name).ok()).map_err(Error::Inherited)?;
    if TAKEN.swap(true, Ordering::SeqCst) {
        return Err(Error::Inherited("this process listens on it already".to_owned()));
    }
    (FIRST..FIRST + count).map(|number| one(number, threads)).collect()
}

/// How many sockets the variables say were passed to this process.
fn passed(own: &str, variable: impl Fn(&str) -> Option<String>) -> Result<RawFd, String> {
    let Some(count) = variable("LISTEN_FDS") else {
        return Err("LISTEN_FDS is not set: start this as a service that has a socket unit".to_owned());
    };
    match variable("LISTEN_PID") {
        Some(process) if process == own => {}
        process => {
            return Err(format!(
                "LISTEN_PID is {}, which is not this process: no process may stand between",
                process.as_deref().unwrap_or("not set")
            ));
        }
    }
    match count.parse() {
        Ok(count @ 1..=MOST) => Ok(count),
        _ => Err(format!("LISTEN_FDS is `{count}`, which is no number from 1 to {MOST}")),
    }
}

fn one(number: RawFd, threads: usize) -> Result<Listening, Error> {
    let failed = |what: &str| Error::Inherited(format!("descriptor {number} {what}"));
    let wrong = |error: rustix::io::Errno| failed(&format!("can't be used: {error}"));
    #[allow(unsafe_code, reason = "a descriptor that another process opened is known by its number alone")]
    // SAFETY: the variables, which name this very process, say that the descriptor was opened for it to take, and
    // `TAKEN` sees to it that it is taken once. Nothing else in this process refers to it.
    let descriptor = unsafe { OwnedFd::from_raw_fd(number) };
    // Whether it is open at all comes first: the rest would take a closed one for one of the wrong kind.
    let flags = fcntl_getfd(&descriptor).map_err(wrong)?;
    fcntl_setfd(&descriptor, flags | FdFlags::CLOEXEC).map_err(wrong)?;
    if !sockopt::socket_acceptconn(&descriptor).unwrap_or(false) {
        return Err(failed("is no socket that connections arrive at"));
    }
    ioctl_fionbio(&descriptor, true).map_err(wrong)?;
    let family = sockopt::socket_domain(&descriptor).map_err(wrong)?;
    let unnamed = |error| failed(&format!("has no address: {error}"));
    let (address, socket) = if family == AddressFamily::UNIX {
        let socket = UnixListener::from(descriptor);
        let path = socket.local_addr().map_err(unnamed)?.as_pathname().map(ToOwned::to_owned);
        (path.map_or(Address::Inherited, Address::Unix), Socket::Unix(socket))
    } else {
        let socket = TcpListener::from(descriptor);
        (Address::Tcp(socket.local_addr().map_err(unnamed)?), Socket::Tcp(socket))
    };
    let sockets = socket.shared(threads).map_err(|error| failed(&format!("can't be shared: {error}")))?;
    Ok(Listening { address, sockets, _file: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_are_checked() {
        let with = |process: Option<&str>, count: Option<&str>| {
            passed("77", |name| if name == "LISTEN_PID" { process } else { count }.map(str::to_owned))
        };
        assert_eq!(with(Some("77"), Some("2")), Ok(2));
        let refused = [
            (Some("77"), None, "LISTEN_FDS is not set"),
            (None, Some("1"), "LISTEN_PID is not set"),
            (Some("78"), Some("1"), "LISTEN_PID is 78"),
            (Some("77"), Some("0"), "`0`"),
            (Some("77"), Some("65"), "`65`"),
            (Some("77"), Some("-1"), "`-1`"),
            (Some("77"), Some("many"), "`many`"),
        ];
        for (process, count, why) in refused {
            let error = with(process, count).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
