//! What goes with a request.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Listener, Report};

/// What goes with a request.
#[derive(Clone, Debug)]
#[must_use = "it goes with a request, to `Function::call_with`"]
pub struct Call<R = fn(Report)> {
    pub(super) report: R,
    pub(super) around: Around,
}

/// What is known of a request besides itself. Who answers in the manner of CGI is told by variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) route: Option<Route>,
    pub(super) client: Option<IpAddr>,
}

/// The route by which a request came.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) pattern: Arc<str>,
    /// How much of the path, in bytes, is of the function's own place.
    pub(super) place: usize,
}

impl Default for Call {
    /// Nobody is told what becomes of the request.
    fn default() -> Call {
        Call::reporting(|_| {})
    }
}

impl<F: FnOnce(Report)> Call<F> {
    /// `report` is told what became of the request, exactly once: when its guest is over, also where nobody waited for
    /// that.
    pub fn reporting(report: F) -> Call<F> {
        Call::heard_by(report)
    }
}

impl<R: Listener> Call<R> {
    /// `listener` is told what became of the request, as with [`Call::reporting`], and what the guest writes, if it wants
    /// to hear that, while it goes on.
    pub fn heard_by(listener: R) -> Call<R> {
        Call { report: listener, around: Around::default() }
    }

    /// The request came by this route, as it is written, and so many bytes of its path are of the function's own place:
    /// the rest is for it to make something of. A core module has these in `SCRIPT_NAME` and `PATH_INFO`, which has the
    /// whole path otherwise.
    pub fn route(mut self, pattern: Arc<str>, place: usize) -> Call<R> {
        self.around.route = Some(Route { pattern, place });
        self
    }

    /// The request came from there. A core module has that in `REMOTE_ADDR`.
    pub fn client(mut self, address: IpAddr) -> Call<R> {
        self.around.client = Some(address);
        self
    }
}
