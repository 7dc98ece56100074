//! A task that ends with who waits for it.

use tokio::task::{JoinError, JoinHandle};

/// Ends its task when it is dropped.
pub(super) struct AbortOnDrop<T>(pub(super) JoinHandle<T>);

impl<T> AbortOnDrop<T> {
    /// Waits for what the task gives.
    ///
    /// # Errors
    /// The task panicked, or its runtime is shut down.
    pub(super) async fn ended(mut self) -> Result<T, JoinError> {
        (&mut self.0).await
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
