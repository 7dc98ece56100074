//! How a server is told to stop.

use tokio_util::sync::CancellationToken;

/// Tells a server to stop. Its clones tell the same server.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    graceful: CancellationToken,
    now: CancellationToken,
}

impl Stop {
    /// One that has said nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Accept no more, close what is idle, and let running requests finish, for as long as
    /// [`Bounds::grace`](crate::Bounds::grace) says.
    pub fn gracefully(&self) {
        self.graceful.cancel();
    }

    /// Cut everything off at once.
    pub fn now(&self) {
        self.now.cancel();
        self.graceful.cancel();
    }

    /// Whether the server was told to stop, in either way.
    pub fn is_asked(&self) -> bool {
        self.graceful.is_cancelled()
    }

    /// A token that is cancelled when the server is told to stop, in either way: for work that is of no use then.
    pub fn token(&self) -> CancellationToken {
        self.graceful.child_token()
    }

    pub(crate) async fn asked(&self) {
        self.graceful.cancelled().await;
    }

    pub(crate) async fn asked_now(&self) {
        self.now.cancelled().await;
    }
}
