//! Requests that one instance answers, one after the other or several at a time.

use http::{Request, Response};

use super::serve::{Body, Left, Wrong};

/// Gives an instance its requests, and hears what becomes of them. All of it is called while the instance is polled.
pub trait Visits<T>: Send {
    /// What a request is known by.
    type Key: Send;

    /// There is an instance.
    fn instantiated(&mut self);

    /// Everything that woke the instance so far is looked at from here on.
    fn polled(&mut self);

    /// The next request, if there is one now. It is asked for whenever the instance is polled and could go on with one:
    /// `open` says whether it would begin with that at once.
    fn next(&mut self, open: bool) -> Option<Visit<Self::Key>>;

    /// The instance begins with a request.
    fn begin(&mut self, visit: &Visit<Self::Key>, data: &mut T);

    /// The answer to a request was taken, or given up.
    fn over(&mut self, key: &Self::Key, data: &mut T, left: Left);
}

/// A request for an instance that answers several.
pub struct Visit<K> {
    /// What it is known by.
    pub key: K,
    /// What is asked.
    pub request: Request<Body>,
    /// Is called when the answer begins, at most once.
    pub answer: Box<dyn FnOnce(Result<Response<Body>, Wrong>) + Send + Sync>,
}

impl<K> std::fmt::Debug for Visit<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").field("request", &self.request.uri()).finish_non_exhaustive()
    }
}
